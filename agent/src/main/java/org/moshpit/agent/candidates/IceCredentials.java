package org.moshpit.agent.candidates;

import java.util.random.RandomGenerator;

/**
 * The short-term credential of one end for one generation of checks (RFC 8445 §5.3).
 *
 * @param ufrag 4–256 ice-chars
 * @param pwd 22–256 ice-chars, at least 128 bits of randomness
 */
public record IceCredentials(String ufrag, String pwd) {
  private static final int UFRAG_LENGTH = 8;
  private static final int PWD_LENGTH = 24;

  /**
   * Checks the arguments.
   *
   * @throws IllegalArgumentException if either is out of range
   */
  public IceCredentials {
    if (!areValid(ufrag, pwd)) {
      throw new IllegalArgumentException("ICE credentials out of range");
    }
  }

  /** Fresh ones: 48 bits of ufrag, 144 bits of password. The source must be unpredictable. */
  public static IceCredentials random(RandomGenerator random) {
    return new IceCredentials(
        IceChars.random(UFRAG_LENGTH, random), IceChars.random(PWD_LENGTH, random));
  }

  static boolean areValid(String ufrag, String pwd) {
    return IceChars.areValid(ufrag, 4, 256) && IceChars.areValid(pwd, 22, 256);
  }

  /** Never shows the password. */
  @Override
  public String toString() {
    return "IceCredentials[" + ufrag + "]";
  }

  // By hand, and so is hashCode: see docs/decisions/2026-11-24-the-first-screen.md
  @Override
  public boolean equals(Object other) {
    return other instanceof IceCredentials that && ufrag.equals(that.ufrag) && pwd.equals(that.pwd);
  }

  @Override
  public int hashCode() {
    return 31 * ufrag.hashCode() + pwd.hashCode();
  }
}
