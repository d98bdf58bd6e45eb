package org.moshpit.agent.path;

import java.util.Objects;
import org.moshpit.agent.candidates.DestinationRules;
import org.moshpit.agent.punch.IceRole;

/**
 * How a session's path is kept.
 *
 * @param role the laptop controls, the box is controlled
 * @param relay whether the relay may, may not or must be used
 * @param destinations where checks may go
 */
public record PathConfig(IceRole role, RelayPolicy relay, DestinationRules destinations) {
  /** Nothing may be null. */
  public PathConfig {
    Objects.requireNonNull(role);
    Objects.requireNonNull(relay);
    Objects.requireNonNull(destinations);
  }

  /** With the destinations that are allowed outside of tests. */
  public PathConfig(IceRole role, RelayPolicy relay) {
    this(role, relay, DestinationRules.STANDARD);
  }
}
