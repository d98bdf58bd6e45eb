package org.moshpit.agent.harvest;

import org.moshpit.common.nat.NatFindings;

/** Events out of {@link DiscoveryMachine}. */
public sealed interface DiscoveryOut {
  /** So many fresh sockets are wanted; {@link DiscoveryIn.Opened} brings them. */
  record Open(int count) implements DiscoveryOut {}

  /** The end: every socket is to be closed. */
  record Found(NatFindings findings) implements DiscoveryOut {}
}
