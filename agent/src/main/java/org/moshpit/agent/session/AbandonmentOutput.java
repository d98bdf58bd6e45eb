package org.moshpit.agent.session;

import org.moshpit.common.seal.SessionId;

/** What an {@link AbandonmentMachine} wants done, or tells. */
public sealed interface AbandonmentOutput {
  /**
   * Write into the session's record when its laptop was heard.
   *
   * @param heardMillis by the clock since boot
   */
  record Persist(SessionId session, long heardMillis) implements AbandonmentOutput {}

  /**
   * A transition; at {@link AbandonmentStep#ABANDONED} the session is to be ended.
   *
   * @param reason a few words, for the log and for a laptop that comes back after all
   */
  record Moved(SessionId session, AbandonmentStep step, String reason)
      implements AbandonmentOutput {}
}
