package org.moshpit.agent.path;

/** What {@code --relay} says. */
public enum RelayPolicy {
  /** The relay carries until, and whenever, no direct path does. */
  AUTO,
  /** Never look for a direct path. */
  ONLY,
  /** Never use the relay. */
  NEVER
}
