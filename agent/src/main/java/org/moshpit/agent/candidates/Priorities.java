package org.moshpit.agent.candidates;

import java.net.InetAddress;

/** The priority formulas of RFC 8445 §5.1.2.1 and §6.1.2.3, for the one component there is. */
public final class Priorities {
  /** The largest priority a candidate may have. */
  public static final long MAX_CANDIDATE_PRIORITY = Integer.MAX_VALUE;

  private static final int COMPONENT = 1;

  private Priorities() {}

  /**
   * Of a candidate.
   *
   * @param localPreference 0–65535
   * @throws IllegalArgumentException if the preference is out of range
   */
  public static long candidate(CandidateType type, int localPreference) {
    if (localPreference < 0 || localPreference > 65535) {
      throw new IllegalArgumentException("local preference " + localPreference);
    }
    return ((long) type.preference() << 24) + ((long) localPreference << 8) + (256 - COMPONENT);
  }

  /**
   * Of the {@code index}-th local address of an end: IPv6 before IPv4 (RFC 8421 §4), public before
   * private, then in the order they came.
   */
  public static int localPreference(InetAddress address, int index) {
    int family = address.getAddress().length == 16 ? 0x4000 : 0;
    int scope = DestinationRules.isPrivate(address) ? 0 : 0x2000;
    return 0x8000 + family + scope + (0x1fff - Math.min(Math.max(index, 0), 0x1fff));
  }

  /**
   * Of a pair: 2³²·min(G,D) + 2·max(G,D) + (G&gt;D ? 1 : 0); below 2⁶³ because both are below 2³¹.
   *
   * @param controlling priority of the controlling end's candidate
   * @param controlled priority of the controlled end's candidate
   */
  public static long pair(long controlling, long controlled) {
    return (Math.min(controlling, controlled) << 32)
        + 2 * Math.max(controlling, controlled)
        + (controlling > controlled ? 1 : 0);
  }
}
