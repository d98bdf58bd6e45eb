package org.moshpit.agent.link;

import java.util.Objects;
import org.moshpit.common.wire.JoinUrl;
import org.moshpit.common.wire.proto.Mode;

/** What a link is opened for. */
public sealed interface LinkPurpose {
  /**
   * To log in.
   *
   * @param name as enrolled
   */
  record LogIn(String name, Mode mode) implements LinkPurpose {
    /** Both are needed. */
    public LogIn {
      Objects.requireNonNull(name);
      Objects.requireNonNull(mode);
    }
  }

  /**
   * To enroll.
   *
   * @param name the name wanted; empty for the invite's
   */
  record EnrollAs(String name, JoinUrl.Token token) implements LinkPurpose {
    /** Both are needed. */
    public EnrollAs {
      Objects.requireNonNull(name);
      Objects.requireNonNull(token);
    }
  }
}
