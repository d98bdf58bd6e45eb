package org.moshpit.agent.harvest;

/**
 * How thoroughly to look.
 *
 * @param rounds how often, 1–3: samples disagree where a NAT is many
 * @param always whether further sockets are sampled even where the first one's mapping is easy; it
 *     shows a pool of addresses
 * @param hairpin whether to try hairpinning
 */
public record DiscoveryPlan(int rounds, boolean always, boolean hairpin) {
  /** For a person who asks. */
  public static final DiscoveryPlan THOROUGH = new DiscoveryPlan(2, true, true);

  /** For a daemon that wants to know how a hard NAT numbers its ports. */
  public static final DiscoveryPlan BRIEF = new DiscoveryPlan(1, false, false);

  /** Checks the number of rounds. */
  public DiscoveryPlan {
    if (rounds < 1 || rounds > 3) {
      throw new IllegalArgumentException(rounds + " rounds");
    }
  }
}
