package org.moshpit.agent.link;

import org.moshpit.common.wire.proto.RefusalCode;

/** The cause of a {@link org.moshpit.agent.config.UserError} that began as a refusal. */
public final class RefusedError extends Exception {
  private final RefusalCode code;

  RefusedError(RefusalCode code, String detail) {
    super(code.name() + (detail.isEmpty() ? "" : ": " + detail));
    this.code = code;
  }

  /** What the rendezvous refused for. */
  public RefusalCode code() {
    return code;
  }
}
