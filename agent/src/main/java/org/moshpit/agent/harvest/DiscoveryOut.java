package org.moshpit.agent.harvest;

import org.moshpit.common.nat.NatFindings;

/** Events out of {@link DiscoveryMachine} and {@link LifetimeMachine}. */
public sealed interface DiscoveryOut {
  /** So many fresh sockets are wanted; {@link DiscoveryIn.Opened} brings them. */
  record Open(int count) implements DiscoveryOut {}

  /** The end: every socket is to be closed. */
  record Found(NatFindings findings) implements DiscoveryOut {}

  /**
   * The end: every socket is to be closed.
   *
   * @param seconds the longest silence a mapping outlived, 0 if none; null if it cannot be told
   */
  record Lifetime(Integer seconds) implements DiscoveryOut {}
}
