package org.moshpit.common.seal;

import java.util.Arrays;
import org.moshpit.common.seal.proto.RefusalKind;

/** Why a box refuses somebody whose key is listed. */
public enum Refusal {
  /** authorized_keys, sshd's policy or the agent's own configuration forbids it. */
  POLICY(RefusalKind.POLICY),
  NO_MOSH_SERVER(RefusalKind.NO_MOSH_SERVER),
  NO_PORT(RefusalKind.NO_PORT),
  SESSION_LIMIT(RefusalKind.SESSION_LIMIT),
  LOCALE(RefusalKind.LOCALE),
  /** Anything that should have worked. */
  FAILURE(RefusalKind.FAILURE);

  private final RefusalKind wire;

  Refusal(RefusalKind wire) {
    this.wire = wire;
  }

  RefusalKind wire() {
    return wire;
  }

  /** A reason of a later version is a failure here. */
  static Refusal of(RefusalKind wire) {
    return Arrays.stream(values()).filter(kind -> kind.wire == wire).findFirst().orElse(FAILURE);
  }
}
