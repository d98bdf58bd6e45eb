package org.moshpit.agent.harvest;

import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.moshpit.common.nat.Allocation;
import org.moshpit.common.nat.FilteringProbe;
import org.moshpit.common.nat.NatBehaviour;
import org.moshpit.common.nat.NatClassifier;
import org.moshpit.common.nat.NatSample;
import org.moshpit.common.nat.PortPattern;

/** What the watched sockets tell of the NATs, and what was already said of it. */
final class NatKnowledge {
  private FilteringProbe probed = FilteringProbe.NONE;
  private NatBehaviour discovered = NatBehaviour.UNKNOWN;
  private PortPattern discoveredPorts = PortPattern.UNKNOWN;
  private PortPattern ports = PortPattern.UNKNOWN;
  private NatBehaviour known = NatBehaviour.UNKNOWN;
  private NatBehaviour told = NatBehaviour.UNKNOWN;

  /** Another network: nothing holds any more. */
  void forget() {
    probed = FilteringProbe.NONE;
    discovered = NatBehaviour.UNKNOWN;
    discoveredPorts = PortPattern.UNKNOWN;
    ports = PortPattern.UNKNOWN;
    known = NatBehaviour.UNKNOWN;
    told = NatBehaviour.UNKNOWN;
  }

  void probed(FilteringProbe result) {
    probed = result;
  }

  /** What a closer look found. */
  void discovered(NatBehaviour found, PortPattern numbering) {
    discovered = found;
    discoveredPorts = numbering;
  }

  /** How public ports are numbered: by the closer look where there was one. */
  PortPattern ports() {
    return discoveredPorts.allocation() == Allocation.UNKNOWN ? ports : discoveredPorts;
  }

  NatBehaviour told() {
    return told;
  }

  /** Classifies anew; whether that changed what is to be told. */
  boolean classify(Collection<WatchedSocket> sockets) {
    // IPv4's say what matters; an IPv6 NAT is spoken of only where there is no IPv4
    List<NatSample> samples = samples(sockets, false);
    if (samples.isEmpty()) {
      samples = samples(sockets, true);
    }
    NatBehaviour found = NatClassifier.classify(samples, probed);
    ports = PortPattern.ofObserved(samples.stream().map(NatSample::observed).toList());
    if (!samples.isEmpty()) {
      // sixteen sockets tell more of allocation than these; of the mapping these tell the latest
      found =
          new NatBehaviour(found.mapping(), discovered.filtering(), discovered.allocation())
              .orElse(found)
              .orElse(discovered);
    }
    // fewer sockets tell less; what more of them told holds until the network changes
    known = samples.isEmpty() ? found : found.orElse(known);
    boolean changed = !known.equals(told);
    told = known;
    return changed;
  }

  /** In the order in which the requests were sent: answers overtake each other, mappings do not. */
  private static List<NatSample> samples(Collection<WatchedSocket> sockets, boolean ipv6) {
    Map<Long, NatSample> samples = new TreeMap<>();
    for (WatchedSocket watched : sockets) {
      if (watched.base.isIpv6() == ipv6) {
        watched.observed.forEach(
            (server, view) ->
                samples.put(
                    view.order(),
                    new NatSample(watched.socket, watched.base, server, view.address())));
      }
    }
    return List.copyOf(samples.values());
  }
}
