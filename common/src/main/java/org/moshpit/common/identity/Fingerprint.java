package org.moshpit.common.identity;

import java.util.Base64;
import java.util.regex.Pattern;

/**
 * A key's fingerprint as OpenSSH prints it: {@code SHA256:} and the unpadded base64 of the SHA-256
 * of its blob (43 characters).
 */
public record Fingerprint(String text) {
  private static final Pattern FORM = Pattern.compile("SHA256:[A-Za-z0-9+/]{43}");

  /** Checks the form; a wrong one is an {@link IllegalArgumentException}. */
  public Fingerprint {
    if (!FORM.matcher(text).matches()) {
      throw new IllegalArgumentException("not a fingerprint (SHA256:…)");
    }
  }

  /** Of a key blob. */
  public static Fingerprint of(byte[] blob) {
    byte[] hash = Digests.sha256(blob);
    return new Fingerprint("SHA256:" + Base64.getEncoder().withoutPadding().encodeToString(hash));
  }

  /** Of text a person typed; a trailing {@code =} is forgiven. */
  public static Fingerprint parse(String text) throws SshFormatException {
    String trimmed = text.strip();
    if (trimmed.endsWith("=")) {
      trimmed = trimmed.substring(0, trimmed.length() - 1);
    }
    if (!FORM.matcher(trimmed).matches()) {
      throw new SshFormatException("a fingerprint is SHA256: and 43 characters of base64");
    }
    return new Fingerprint(trimmed);
  }

  @Override
  public String toString() {
    return text;
  }

  // By hand, and so is hashCode: see docs/decisions/2026-11-24-the-first-screen.md
  @Override
  public boolean equals(Object other) {
    return other instanceof Fingerprint that && text.equals(that.text);
  }

  @Override
  public int hashCode() {
    return text.hashCode();
  }
}
