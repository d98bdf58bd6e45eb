package org.moshpit.rendezvous.core;

import java.util.List;
import org.moshpit.common.sansio.TransportAddress;

/**
 * An agent as an operator sees it.
 *
 * @param name its name
 * @param linkKey its raw public key
 * @param role what it may do
 * @param online whether it has a link
 * @param observed where its registered socket was seen; null: unknown
 * @param sockets its session sockets
 * @param nat its NAT, in its own words
 * @param sinceMillis online or offline since; 0: unknown
 */
public record AgentView(
    String name,
    Bytes linkKey,
    Role role,
    boolean online,
    TransportAddress observed,
    List<SessionSocket> sockets,
    NatWords nat,
    long sinceMillis) {
  /** Copies the list. */
  public AgentView {
    sockets = List.copyOf(sockets);
  }

  /**
   * A socket of a session.
   *
   * @param session the session's id, 16 bytes
   * @param observed where it was seen; null: not yet
   */
  public record SessionSocket(Bytes session, TransportAddress observed) {}
}
