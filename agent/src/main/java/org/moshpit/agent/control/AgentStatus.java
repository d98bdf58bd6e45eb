package org.moshpit.agent.control;

import java.util.List;
import java.util.Objects;
import org.moshpit.common.sansio.TransportAddress;

/**
 * What {@code agent status} tells.
 *
 * @param registered whether the daemon is logged in at its rendezvous
 * @param problem why not, a sentence without its full stop; null: it is, or has not heard yet
 * @param observed its registered socket as the rendezvous sees it; null: unknown
 * @param mapping none, endpoint-independent, address-dependent, address-and-port-dependent, unknown
 * @param filtering the same words
 * @param allocation preserving, sequential, block, random, unknown
 * @param hostKey the fingerprint that people compare at first contact; null: the daemon is too old
 *     to tell
 * @param name its name at the rendezvous; null: the daemon is too old to tell
 * @param rendezvous where it is enrolled, HOST:PORT; null likewise
 * @param sessions every live session
 */
public record AgentStatus(
    boolean registered,
    String problem,
    TransportAddress observed,
    String mapping,
    String filtering,
    String allocation,
    String hostKey,
    String name,
    String rendezvous,
    List<SessionStatus> sessions) {
  /** Copies the sessions. */
  public AgentStatus {
    Objects.requireNonNull(mapping);
    Objects.requireNonNull(filtering);
    Objects.requireNonNull(allocation);
    sessions = List.copyOf(sessions);
  }

  /** The same with the sessions of one user alone. */
  AgentStatus onlyOf(String user) {
    return with(sessions.stream().filter(session -> session.user().equals(user)).toList());
  }

  /** The same with other sessions. */
  AgentStatus with(List<SessionStatus> others) {
    return new AgentStatus(
        registered,
        problem,
        observed,
        mapping,
        filtering,
        allocation,
        hostKey,
        name,
        rendezvous,
        others);
  }
}
