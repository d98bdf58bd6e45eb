package org.moshpit.agent.punch;

import java.util.Objects;
import org.moshpit.agent.candidates.DestinationRules;

/**
 * How one generation of checks is run.
 *
 * @param role who chooses the pair; a conflict may change it
 * @param openerTtl time to live of the packets that open our NAT, 1–255; 0 sends none
 * @param destinations where checks may go
 */
public record PunchConfig(IceRole role, int openerTtl, DestinationRules destinations) {
  /** Checks the arguments. */
  public PunchConfig {
    Objects.requireNonNull(role);
    Objects.requireNonNull(destinations);
    if (openerTtl < 0 || openerTtl > 255) {
      throw new IllegalArgumentException("opener ttl " + openerTtl);
    }
  }
}
