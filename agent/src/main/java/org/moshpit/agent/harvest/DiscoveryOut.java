package org.moshpit.agent.harvest;

import java.util.Set;
import org.moshpit.common.nat.NatFindings;
import org.moshpit.common.sansio.TransportAddress;

/** Events out of {@link DiscoveryMachine}, {@link LifetimeMachine} and {@link ReachMachine}. */
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

  /**
   * The end: every socket is to be closed.
   *
   * @param servers those that answered
   */
  record Answered(Set<TransportAddress> servers) implements DiscoveryOut {
    /** Copies the set. */
    public Answered {
      servers = Set.copyOf(servers);
    }
  }
}
