package org.moshpit.agent.cli.wiring;

import org.moshpit.common.nat.NatBehaviour;
import org.moshpit.common.netty.UdpSocket;
import org.moshpit.common.sansio.TransportAddress;
import org.moshpit.common.wire.proto.Claim;

/** Hears of nothing. */
public final class Deaf implements Observation.Listener {
  @Override
  public void observed(UdpSocket socket, TransportAddress address, long rttNanos) {}

  @Override
  public void claim(Claim claim) {}

  @Override
  public void natFound(NatBehaviour behaviour) {}

  @Override
  public void unanswered(UdpSocket socket) {}

  @Override
  public void addressChanged() {}
}
