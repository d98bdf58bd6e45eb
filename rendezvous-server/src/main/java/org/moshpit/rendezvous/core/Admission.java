package org.moshpit.rendezvous.core;

/**
 * A box and an agent it has admitted, by name.
 *
 * @param box the box
 * @param agent whom it admitted
 */
public record Admission(String box, String agent) {
  /** Whether either end is this agent. */
  public boolean concerns(String name) {
    return box.equals(name) || agent.equals(name);
  }
}
