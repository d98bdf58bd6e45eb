package org.moshpit.rendezvous.page;

import java.util.List;
import org.moshpit.rendezvous.core.AgentView;

/**
 * What the page shows.
 *
 * @param unixMillis when this was
 * @param host the rendezvous' public address
 * @param agents the enrolled agents, by name
 * @param sessions by the names of their ends
 * @param relayedBytes payload relayed since the process started
 * @param minutes the last 24 hours, oldest first; {@link History#MINUTES} of them
 */
public record Status(
    long unixMillis,
    String host,
    List<AgentView> agents,
    List<Session> sessions,
    long relayedBytes,
    List<Minute> minutes) {
  /** Copies the lists. */
  public Status {
    agents = List.copyOf(agents);
    sessions = List.copyOf(sessions);
    minutes = List.copyOf(minutes);
  }

  /**
   * One session.
   *
   * @param laptop the end that made the offer
   * @param box the end that answered
   * @param carrier by what its datagrams go, as far as that is known
   * @param sinceMillis when it was opened, Unix milliseconds
   * @param bytes its relay has carried
   * @param silentNanos since its relay carried something; {@link Long#MAX_VALUE}: it never did
   */
  public record Session(
      String laptop, String box, Carrier carrier, long sinceMillis, long bytes, long silentNanos) {}

  /** How many sessions are carried by this. */
  long count(Carrier carrier) {
    return sessions.stream().filter(session -> session.carrier() == carrier).count();
  }
}
