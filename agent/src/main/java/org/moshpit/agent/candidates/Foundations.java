package org.moshpit.agent.candidates;

import java.net.InetAddress;
import java.util.HashMap;
import java.util.Map;

/**
 * Gives equal foundations to candidates of one type and one base address (RFC 8445 §5.1.1.3). There
 * is one transport and, per socket, one STUN server, so those two say it all.
 */
public final class Foundations {
  private record Origin(CandidateType type, InetAddress base) {
    // By hand, and so is hashCode: see docs/decisions/2026-11-24-the-first-screen.md
    @Override
    public boolean equals(Object other) {
      return other instanceof Origin that && type == that.type && base.equals(that.base);
    }

    @Override
    public int hashCode() {
      return 31 * type.hashCode() + base.hashCode();
    }
  }

  private final Map<Origin, String> known = new HashMap<>();

  /** The foundation of a candidate of that type whose base has that IP address. */
  public String of(CandidateType type, InetAddress base) {
    return known.computeIfAbsent(
        new Origin(type, base), origin -> Integer.toString(known.size() + 1));
  }
}
