package org.moshpit.common.identity;

import java.util.Optional;

/**
 * Refuses Java runtimes whose ECDSA verification accepts blank signatures (CVE-2022-21449): 15, 16,
 * 17 before 17.0.3 and 18 before 18.0.1. {@link SshSignature} checks the range of r and s itself,
 * but TLS in the same process does not.
 */
public final class JavaVersion {
  private JavaVersion() {}

  /** A sentence for the person if this runtime must not be used. */
  public static Optional<String> unsafe() {
    return unsafe(Runtime.version());
  }

  static Optional<String> unsafe(Runtime.Version version) {
    Runtime.Version least = Runtime.Version.parse(version.feature() == 18 ? "18.0.1" : "17.0.3");
    if (version.compareToIgnoreOptional(least) >= 0) {
      return Optional.empty();
    }
    return Optional.of(
        "Java " + version + " accepts forged ECDSA signatures; install Java 17.0.3 or newer.");
  }
}
