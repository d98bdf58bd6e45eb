package org.moshpit.agent.path;

import java.util.Set;
import java.util.function.Predicate;
import org.moshpit.agent.candidates.IceCredentials;
import org.moshpit.agent.punch.PunchMachine;
import org.moshpit.agent.punch.strategy.Shortcoming;
import org.moshpit.common.sansio.SocketId;

/** What a {@link Search} finds. */
interface SearchListener {
  /** The pair is proven; the generation now belongs to the listener. */
  void proven(long now, Generation generation);

  /**
   * A generation is given up without having become a path, or only one of its pairs has: the peer's
   * part may be a path over another.
   *
   * @param which sockets of it are given up
   */
  void dropped(long now, PunchMachine punch, Predicate<SocketId> which);

  /** Sockets that are to stay open, with those of what was dropped. */
  Set<SocketId> inUse();

  /**
   * An attempt failed.
   *
   * @param nat what the NATs have to do with it, as far as it is known
   */
  void failed(long now, String reason, Shortcoming nat, Evidence evidence);

  /** The same of one that goes on, but will hardly come to anything. */
  void doubted(long now, Shortcoming nat, Evidence evidence);

  /** Both ends of a generation have told each other their credentials. */
  void introduced(IceCredentials local, IceCredentials peer);

  /** Whether a note would reach the peer over the relay now. */
  boolean isRelayUsable();

  /** The peer began a generation of its own: it may have left the present path. */
  void peerStartedOver(long now);
}
