package org.moshpit.agent.punch;

import java.util.Objects;
import org.moshpit.agent.candidates.DestinationRules;
import org.moshpit.agent.punch.strategy.BulkLimits;

/**
 * How one generation of checks is run.
 *
 * @param role who chooses the pair; a conflict may change it
 * @param openerTtl time to live of the packets that open our NAT, 1–255; 0 sends none
 * @param destinations where checks may go
 * @param limits of strategies against hard NATs, shared by all of an agent's sessions
 */
public record PunchConfig(
    IceRole role, int openerTtl, DestinationRules destinations, BulkLimits limits) {
  /** Checks the arguments. */
  public PunchConfig {
    Objects.requireNonNull(role);
    Objects.requireNonNull(destinations);
    Objects.requireNonNull(limits);
    if (openerTtl < 0 || openerTtl > 255) {
      throw new IllegalArgumentException("opener ttl " + openerTtl);
    }
  }

  /** With limits of its own, as a single session has them. */
  public PunchConfig(IceRole role, int openerTtl, DestinationRules destinations) {
    this(role, openerTtl, destinations, BulkLimits.standard());
  }
}
