package org.moshpit.agent.link;

import java.util.Optional;
import org.moshpit.common.wire.proto.RefusalCode;

/** The cause of a {@link org.moshpit.agent.config.UserError} that began as a refusal. */
public final class RefusedError extends Exception {
  private final RefusalCode code;
  private final String detail;

  RefusedError(RefusalCode code, String detail) {
    super(code.name() + (detail.isEmpty() ? "" : ": " + detail));
    this.code = code;
    this.detail = detail;
  }

  /** The agent's name that the rendezvous' words are about, as far as they name one. */
  public Optional<String> name() {
    return RefusalSentences.name(detail);
  }

  /** What the rendezvous refused for. */
  public RefusalCode code() {
    return code;
  }
}
