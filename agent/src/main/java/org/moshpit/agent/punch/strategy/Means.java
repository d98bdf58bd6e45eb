package org.moshpit.agent.punch.strategy;

import java.util.List;
import java.util.random.RandomGenerator;
import org.moshpit.common.nat.ServerChoice;
import org.moshpit.common.sansio.SocketId;
import org.moshpit.common.sansio.TransportAddress;

/** What a strategy works with; whoever runs it keeps it within its limits. */
public interface Means {
  /** Wants that many more sockets; they come one by one, or fewer than wanted. */
  void openSockets(int count);

  /** Asks one server where a socket is seen; the answer comes if there is such a server. */
  void ask(SocketId socket, ServerChoice server);

  /**
   * When the next check may leave, by what all of this agent's strategies have sent within a
   * second; not after {@code now} if it may at once.
   */
  long roomAt(long now);

  /**
   * Sends one check that nobody waits for. One that there is no {@link #roomAt} for is lost.
   *
   * @param opening whether it is only to open our own NAT, and should die before the peer's
   * @return false if the budget for that address is used up: nothing more goes there
   */
  boolean send(long now, SocketId socket, TransportAddress to, boolean opening);

  /** The socket whose port the peer knows; null without one. */
  SocketId knownSocket();

  /** Where the peer's sockets are seen; the port is the known one of {@link PortKind#FIXED}. */
  TransportAddress peer();

  /** Tells the peer more: {@code span}, {@code base} and {@code meetings} of {@link PortNote}. */
  void tell(long now, PortRange span, int base, List<PortRange> meetings);

  /** Unpredictable. */
  RandomGenerator random();
}
