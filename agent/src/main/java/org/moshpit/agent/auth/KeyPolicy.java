package org.moshpit.agent.auth;

import java.util.Objects;
import java.util.Optional;

/** What a line of authorized_keys says of its key. */
public sealed interface KeyPolicy {
  /**
   * The key opens a session.
   *
   * @param forcedCommand the text of {@code command=}, to be run by the user's shell with {@code
   *     -c}, whatever the peer asked for
   * @param verifyRequired {@code verify-required}: a security key must have checked its PIN
   */
  record Allowed(Optional<String> forcedCommand, boolean verifyRequired) implements KeyPolicy {
    /** Without a null. */
    public Allowed {
      Objects.requireNonNull(forcedCommand);
    }
  }

  /**
   * The key is listed but opens nothing.
   *
   * @param reason one sentence that names the option
   */
  record Refused(String reason) implements KeyPolicy {
    /** Without a null. */
    public Refused {
      Objects.requireNonNull(reason);
    }
  }
}
