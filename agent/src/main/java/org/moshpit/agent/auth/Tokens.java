package org.moshpit.agent.auth;

import java.util.Map;
import java.util.Optional;

/** sshd_config(5), TOKENS. */
final class Tokens {
  private Tokens() {}

  /** With every {@code %x} replaced; empty if one is unknown, which sshd takes for an error. */
  static Optional<String> expand(String text, Map<Character, String> tokens) {
    StringBuilder out = new StringBuilder();
    boolean percent = false;
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (!percent) {
        percent = c == '%';
        if (!percent) {
          out.append(c);
        }
        continue;
      }
      percent = false;
      String value = c == '%' ? "%" : tokens.get(c);
      if (value == null) {
        return Optional.empty();
      }
      out.append(value);
    }
    return percent ? Optional.empty() : Optional.of(out.toString());
  }
}
