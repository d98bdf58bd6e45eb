package org.moshpit.common.seal;

import java.util.HexFormat;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * Names a session: 16 random bytes, in hex.
 *
 * @param hex 32 lower-case digits
 */
public record SessionId(String hex) {
  /** In bytes. */
  public static final int LENGTH = 16;

  private static final Pattern FORM = Pattern.compile("[0-9a-f]{32}");

  /** Checks the form. */
  public SessionId {
    if (!FORM.matcher(hex).matches()) {
      throw new IllegalArgumentException("a session id has 32 hex digits");
    }
  }

  /** From 16 bytes; another length gives nothing. */
  public static Optional<SessionId> of(byte[] bytes) {
    return bytes.length == LENGTH
        ? Optional.of(new SessionId(HexFormat.of().formatHex(bytes)))
        : Optional.empty();
  }

  /** From text; what is no session id gives nothing. */
  public static Optional<SessionId> parse(String text) {
    return FORM.matcher(text).matches() ? Optional.of(new SessionId(text)) : Optional.empty();
  }

  /** The 16 bytes. */
  public byte[] bytes() {
    return HexFormat.of().parseHex(hex);
  }

  @Override
  public String toString() {
    return hex;
  }
}
