package org.moshpit.agent.control;

import java.time.Instant;
import java.util.Objects;
import org.moshpit.common.sansio.TransportAddress;

/**
 * One mosh session.
 *
 * @param id in hex
 * @param user whose shell
 * @param peer the laptop's agent name
 * @param path direct, relay or none
 * @param remote the laptop's address on a direct path; null: unknown
 * @param rttMillis of the path; null: not measured
 * @param since when it began
 * @param roams how often the path's remote address changed
 * @param reason why the path is not direct, and what would change that; null: it is
 * @param receivedBytes from the laptop, payload of mosh's datagrams, since this daemon serves the
 *     session; null: not known, as when the port is mosh-server's own
 * @param sentBytes to the laptop, counted alike
 * @param port mosh-server's UDP port
 * @param pid mosh-server's; null: unknown
 */
public record SessionStatus(
    String id,
    String user,
    String peer,
    String path,
    TransportAddress remote,
    Double rttMillis,
    Instant since,
    long roams,
    String reason,
    Long receivedBytes,
    Long sentBytes,
    int port,
    Long pid) {
  /** Checks for nulls where there is always a value. */
  public SessionStatus {
    Objects.requireNonNull(id);
    Objects.requireNonNull(user);
    Objects.requireNonNull(peer);
    Objects.requireNonNull(path);
    Objects.requireNonNull(since);
  }
}
