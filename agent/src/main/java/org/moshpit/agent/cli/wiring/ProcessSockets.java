package org.moshpit.agent.cli.wiring;

import java.util.Objects;
import java.util.random.RandomGenerator;
import org.moshpit.agent.config.Enrollment;
import org.moshpit.agent.harvest.StunCredentials;
import org.moshpit.agent.punch.strategy.BulkLimits;

/**
 * Every UDP socket of the process, where the rendezvous sees them, and what the router maps to
 * them. For the event loop's thread.
 *
 * @param book the sockets that are open
 * @param observation watches those it is told to
 * @param limits of punches against hard NATs, for all sessions together
 * @param mappings has the router map those it is told to, once it was begun
 */
public record ProcessSockets(
    SocketBook book, Observation observation, BulkLimits limits, PortMappings mappings) {
  /** Nothing is null. */
  public ProcessSockets {
    Objects.requireNonNull(book);
    Objects.requireNonNull(observation);
    Objects.requireNonNull(limits);
    Objects.requireNonNull(mappings);
  }

  /**
   * None yet; they will be asked about in the name of an enrolled agent.
   *
   * @param limits of punches against hard NATs
   * @param random draws transaction ids: must be cryptographically strong
   * @param listener hears where they are seen; on the loop
   * @param mapped hears what the router maps; on the loop
   */
  public static ProcessSockets of(
      AgentLoop loop,
      Enrollment enrollment,
      RandomGenerator random,
      BulkLimits limits,
      Observation.Listener listener,
      PortMappings.Listener mapped) {
    SocketBook book = new SocketBook(loop.loop());
    StunCredentials credentials = new StunCredentials(enrollment.agentId(), enrollment.stunKey());
    return new ProcessSockets(
        book,
        new Observation(loop, book, credentials, random, listener),
        limits,
        new PortMappings(loop, book, random, mapped));
  }
}
