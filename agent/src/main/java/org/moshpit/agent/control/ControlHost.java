package org.moshpit.agent.control;

import java.util.Collection;
import java.util.List;

/** The daemon, as those see it who ask over its control socket. Called on its event loop. */
public interface ControlHost {
  /** What {@code agent status} shows, of all users. */
  AgentStatus status();

  /** What {@code agent sessions} shows, of all users, the oldest first. */
  List<SessionEntry> sessions();

  /**
   * Begins to end sessions; they are in {@link #sessions} until they are gone. One that is not
   * there any more, or is being ended, is passed over.
   *
   * @param ids as {@link #sessions} has them
   * @param by whose word it is, a user's name
   */
  void end(Collection<String> ids, String by);
}
