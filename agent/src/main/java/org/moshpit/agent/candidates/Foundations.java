package org.moshpit.agent.candidates;

import java.net.InetAddress;
import java.util.HashMap;
import java.util.Map;

/**
 * Gives equal foundations to candidates of one type and one base address (RFC 8445 §5.1.1.3). There
 * is one transport and, per socket, one STUN server, so those two say it all; only what a router
 * maps is of another origin, and must not wait until the checks of what STUN saw have failed.
 */
public final class Foundations {
  private record Origin(CandidateType type, InetAddress base, boolean mapped) {
    // By hand, and so is hashCode: see docs/decisions/2026-11-24-the-first-screen.md
    @Override
    public boolean equals(Object other) {
      return other instanceof Origin that
          && type == that.type
          && base.equals(that.base)
          && mapped == that.mapped;
    }

    @Override
    public int hashCode() {
      return 31 * type.hashCode() + base.hashCode();
    }
  }

  private final Map<Origin, String> known = new HashMap<>();

  /** The foundation of a candidate of that type whose base has that IP address. */
  public String of(CandidateType type, InetAddress base) {
    return of(new Origin(type, base, false));
  }

  /** The same of one whose address was not seen by a STUN server, but is mapped by the router. */
  public String ofMapped(CandidateType type, InetAddress base) {
    return of(new Origin(type, base, true));
  }

  private String of(Origin origin) {
    return known.computeIfAbsent(origin, added -> Integer.toString(known.size() + 1));
  }
}
