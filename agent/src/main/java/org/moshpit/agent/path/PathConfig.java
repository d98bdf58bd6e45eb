package org.moshpit.agent.path;

import java.util.Objects;
import org.moshpit.agent.candidates.DestinationRules;
import org.moshpit.agent.punch.IceRole;
import org.moshpit.agent.punch.strategy.BulkLimits;

/**
 * How a session's path is kept.
 *
 * @param role the laptop controls, the box is controlled
 * @param relay whether the relay may, may not or must be used
 * @param destinations where checks may go
 * @param limits of strategies against hard NATs, shared by all of an agent's sessions
 */
public record PathConfig(
    IceRole role, RelayPolicy relay, DestinationRules destinations, BulkLimits limits) {
  /** Nothing may be null. */
  public PathConfig {
    Objects.requireNonNull(role);
    Objects.requireNonNull(relay);
    Objects.requireNonNull(destinations);
    Objects.requireNonNull(limits);
  }

  /** With the destinations that are allowed outside of tests. */
  public PathConfig(IceRole role, RelayPolicy relay, BulkLimits limits) {
    this(role, relay, DestinationRules.STANDARD, limits);
  }
}
