package org.moshpit.agent.path;

import java.util.List;
import java.util.random.RandomGenerator;
import org.moshpit.agent.candidates.IceCredentials;
import org.moshpit.agent.candidates.IceDescription;
import org.moshpit.agent.punch.IceRole;
import org.moshpit.agent.punch.SealedPairs;

/**
 * An end that looks for no direct path: it has no candidates, and its credentials are for what is
 * proven over the relay. For the path machine's thread.
 */
final class RelayOnly {
  private final IceRole role;
  private final SealedPairs sealed;
  private final Outbox outbox;
  private final IceDescription description;

  /**
   * Tells of itself at once.
   *
   * @param random unpredictable: the credentials come from it
   */
  RelayOnly(IceRole role, RandomGenerator random, SealedPairs sealed, Outbox outbox) {
    this.role = role;
    this.sealed = sealed;
    this.outbox = outbox;
    IceCredentials credentials = IceCredentials.random(random);
    description = new IceDescription(credentials.ufrag(), credentials.pwd(), List.of(), 1);
    outbox.say(new PathOut.LocalDescription(description));
  }

  /** What the peer is told. */
  IceDescription description() {
    return description;
  }

  /** Closes any socket, and answers the peer; there is nothing else to do. */
  void handle(PathIn event) {
    if (event instanceof PathIn.SocketOpened opened) {
      outbox.say(new PathOut.CloseSocket(opened.socket()));
    } else if (event instanceof PathIn.PeerDescribed described) {
      sealed.know(description.credentials(), described.description().credentials());
      if (role == IceRole.CONTROLLED) {
        outbox.say(new PathOut.LocalDescription(description));
      }
    }
  }
}
