package org.moshpit.agent.path;

import java.util.random.RandomGenerator;
import org.moshpit.agent.candidates.IceCredentials;
import org.moshpit.agent.candidates.IceDescription;
import org.moshpit.agent.punch.AddressBudget;
import org.moshpit.agent.punch.IceRole;
import org.moshpit.agent.punch.OpenerTtl;
import org.moshpit.agent.punch.PunchConfig;
import org.moshpit.agent.punch.PunchIn;
import org.moshpit.agent.punch.PunchMachine;
import org.moshpit.common.sansio.SocketId;

/** A session's generations of checks, one at a time, and the budget they share. */
final class Generations {
  private final PathConfig config;
  private final RandomGenerator random;
  private final LocalSockets sockets;
  private final DirectPaths paths;
  private final AddressBudget budget;
  private IceCredentials credentials;
  private Generation current;
  private int count;

  Generations(PathConfig config, RandomGenerator random, LocalSockets sockets, DirectPaths paths) {
    this.config = config;
    budget = new AddressBudget(config.limits().strangers());
    this.random = random;
    this.sockets = sockets;
    this.paths = paths;
  }

  /** The one that runs, or null. */
  Generation current() {
    return current;
  }

  /** How many there were, with the one that runs. */
  int count() {
    return count;
  }

  /** Our credentials in the latest one. */
  IceCredentials credentials() {
    return credentials;
  }

  /** What the peer is to be told now. */
  IceDescription description() {
    return new IceDescription(credentials.ufrag(), credentials.pwd(), sockets.candidates(), count);
  }

  /**
   * Begins one, in the place of the one that runs.
   *
   * @param failures attempts that failed in a row
   * @param peerGeneration the peer's number, or 0
   */
  void create(long now, int failures, int peerGeneration) {
    drop(now, null);
    count++;
    PunchConfig punch =
        new PunchConfig(
            config.role(),
            OpenerTtl.of(failures, config.role() == IceRole.CONTROLLING ? count : peerGeneration),
            config.destinations(),
            config.limits());
    credentials = IceCredentials.random(random);
    current = new Generation(count, new PunchMachine(punch, credentials, random, budget));
  }

  /**
   * Ends the one that runs, if one does; to it its strategies' sockets are closed, though those on
   * which a check was answered stay open for a while.
   *
   * @param proven a socket that stays; null: the generation has not become a path
   */
  void drop(long now, SocketId proven) {
    Generation ended = current;
    current = null;
    if (ended != null) {
      ended.punch.abandon(now);
      paths.dropped(
          now,
          ended.punch,
          socket -> proven == null || (sockets.isExtra(socket) && !socket.equals(proven)));
    }
    for (SocketId closed : sockets.endExtras(proven, paths.sockets())) {
      if (ended != null) {
        ended.punch.handle(now, new PunchIn.SocketClosed(closed));
      }
    }
  }

  /** Tells the peer's messenger what there is to tell, if it is new or owed. */
  void announce(Outbox outbox) {
    IceDescription now = description();
    boolean news = !now.equals(current.told);
    if (news || current.owesDescription) {
      current.told = now;
      current.owesDescription = false;
      outbox.say(new PathOut.LocalDescription(now));
    }
  }

  /** For tests of the bounds. */
  int held() {
    return budget.held() + (current == null ? 0 : current.punch.held());
  }
}
