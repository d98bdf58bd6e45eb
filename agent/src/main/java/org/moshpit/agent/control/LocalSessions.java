package org.moshpit.agent.control;

import java.util.List;

/**
 * The sessions on this host that its user may see, of all agents that were asked.
 *
 * @param sessions the oldest first
 * @param notes what else is to be known of it, such as who did not answer: whole sentences
 */
public record LocalSessions(List<SessionEntry> sessions, List<String> notes) {
  /** Copies the lists. */
  public LocalSessions {
    sessions = List.copyOf(sessions);
    notes = List.copyOf(notes);
  }

  /** The sessions as an array on one line. */
  public String json() {
    return new SessionsReply(sessions).json();
  }
}
