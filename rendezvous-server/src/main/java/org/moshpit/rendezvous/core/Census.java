package org.moshpit.rendezvous.core;

import java.util.Map;

/**
 * How many there are of what, at one moment.
 *
 * @param enrolled agents that the registry knows
 * @param boxes agents that are here as boxes
 * @param laptops agents that are here as laptops, and may be boxes too
 * @param strangers links that have not logged in
 * @param quotas how often each quota was reached since the start, by the quota's name
 */
public record Census(
    int enrolled, int boxes, int laptops, int strangers, Map<String, Long> quotas) {
  /** Copies the map. */
  public Census {
    quotas = Map.copyOf(quotas);
  }
}
