package org.moshpit.rendezvous.core;

import java.util.List;

/**
 * What the core is told once.
 *
 * @param stun the STUN ports agents are to ask
 * @param publicHost the first public address, as in join URLs
 * @param limits quotas and times
 */
public record CoreConfig(List<StunServer> stun, String publicHost, CoreLimits limits) {
  /** Copies the list. */
  public CoreConfig {
    stun = List.copyOf(stun);
  }
}
