package org.moshpit.rendezvous.responder;

import org.moshpit.common.relay.RelayControl;
import org.moshpit.common.relay.RelayWire;
import org.moshpit.common.sansio.TransportAddress;

/** An agent's part at a door, for tests. */
public final class RelayEnds {
  private static final RelayOutlet NOWHERE = (destination, datagram) -> {};

  private RelayEnds() {}

  /** Opens the end of this cookie, which was not opened before, at this address. */
  public static void open(RelayDoor door, long now, long cookie, byte[] key, TransportAddress at) {
    RelayControl open = RelayControl.open(cookie, 1);
    RelayControl challenge =
        RelayControl.read(door.receive(now, open.encode(key), at, NOWHERE), key);
    byte[] confirm = open.followedBy(RelayControl.Kind.CONFIRM, challenge.token()).encode(key);
    if (door.receive(now, confirm, at, NOWHERE) == null) {
      throw new AssertionError("not opened");
    }
  }

  /** A datagram with data from there. */
  public static void data(RelayDoor door, long now, long cookie, TransportAddress at) {
    door.receive(now, RelayWire.data(cookie, new byte[] {1}), at, NOWHERE);
  }
}
