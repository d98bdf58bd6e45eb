package org.moshpit.agent.session;

import org.moshpit.common.seal.SessionId;

/** What an {@link AbandonmentMachine} is told. */
public sealed interface AbandonmentInput {
  /**
   * The clock since boot, which goes on while the machine sleeps, in milliseconds. Wanted about
   * every minute, and when the machine woke up; one that runs backwards is not believed.
   */
  record Clock(long bootMillis) implements AbandonmentInput {}

  /** A session's mosh-server runs; no client has come yet. */
  record Opened(SessionId session) implements AbandonmentInput {}

  /**
   * A session that outlived the agent's last run.
   *
   * @param heardMillis as its record has it, by the clock since boot; 0 never, −1 not known
   */
  record Restored(SessionId session, long heardMillis) implements AbandonmentInput {}

  /** Something came from its laptop. As often as it pleases; once a second is plenty. */
  record Heard(SessionId session) implements AbandonmentInput {}

  /** It is over. */
  record Ended(SessionId session) implements AbandonmentInput {}
}
