package org.moshpit.common.nat;

import java.net.InetAddress;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.moshpit.common.sansio.SocketId;
import org.moshpit.common.sansio.TransportAddress;

/**
 * Tells mapping, filtering and allocation from samples (RFC 5780 §4.3, §4.4; RFC 4787 §4).
 *
 * <p>Samples are of one address family, in the order in which the datagrams were sent: of two
 * samples of one socket and server the later counts. Several sockets are taken together; where they
 * disagree, the worst behaviour seen is the NAT's.
 *
 * <p>What a server with one address cannot tell: it reports an address-dependent mapping as
 * endpoint-independent, because only its two ports can differ.
 */
public final class NatClassifier {
  /** Ports further apart than this are not one block. */
  static final int MAX_BLOCK = 8192;

  /** A step between two mappings that still counts as the next one, strangers' in between. */
  static final int MAX_STEP = 64;

  /** The same when there is a single step to judge by: 1 in 4,000 random pairs pass. */
  static final int MAX_SINGLE_STEP = 8;

  /** With fewer ports, random ones would too often fall into one block: of 5, 1 in 800 do. */
  static final int MIN_FOR_BLOCK = 5;

  private NatClassifier() {}

  /** Classifies; without samples all is unknown. */
  public static NatBehaviour classify(List<NatSample> samples, FilteringProbe probe) {
    Mapping mapping = mapping(samples);
    return new NatBehaviour(mapping, filtering(probe), allocation(mapping, samples));
  }

  /** As {@link #classify(List, FilteringProbe)} without a word on filtering. */
  public static NatBehaviour classify(List<NatSample> samples) {
    return classify(samples, FilteringProbe.NONE);
  }

  private static Mapping mapping(List<NatSample> samples) {
    Map<SocketId, Map<TransportAddress, NatSample>> sockets = new LinkedHashMap<>();
    for (NatSample sample : samples) {
      sockets
          .computeIfAbsent(sample.socket(), s -> new LinkedHashMap<>())
          .put(sample.server(), sample);
    }
    Mapping worst = Mapping.UNKNOWN;
    for (Map<TransportAddress, NatSample> ofSocket : sockets.values()) {
      Mapping mapping = mappingOfSocket(ofSocket.values());
      boolean worse =
          mapping != Mapping.UNKNOWN && (worst == Mapping.UNKNOWN || mapping.compareTo(worst) > 0);
      worst = worse ? mapping : worst;
    }
    return worst;
  }

  private static Mapping mappingOfSocket(Collection<NatSample> samples) {
    if (samples.stream().allMatch(NatSample::untranslated)) {
      return Mapping.NONE;
    }
    if (samples.size() < 2) {
      return Mapping.UNKNOWN;
    }
    if (samples.stream().map(NatSample::observed).distinct().count() == 1) {
      return Mapping.ENDPOINT_INDEPENDENT;
    }
    Map<InetAddress, TransportAddress> byAddress = new HashMap<>();
    boolean twoPortsOfOneAddress = false;
    for (NatSample sample : samples) {
      TransportAddress before = byAddress.put(sample.server().ip(), sample.observed());
      if (before != null && !before.equals(sample.observed())) {
        return Mapping.ADDRESS_AND_PORT_DEPENDENT;
      }
      twoPortsOfOneAddress |= before != null;
    }
    // One port of each address was asked: it may depend on the port too, so the worst is assumed.
    return twoPortsOfOneAddress ? Mapping.ADDRESS_DEPENDENT : Mapping.ADDRESS_AND_PORT_DEPENDENT;
  }

  private static Filtering filtering(FilteringProbe probe) {
    if (Boolean.TRUE.equals(probe.fromOtherAddress())) {
      return Filtering.ENDPOINT_INDEPENDENT;
    }
    if (Boolean.FALSE.equals(probe.fromOtherPort())) {
      return Filtering.ADDRESS_AND_PORT_DEPENDENT;
    }
    boolean addressDependent =
        Boolean.TRUE.equals(probe.fromOtherPort())
            && Boolean.FALSE.equals(probe.fromOtherAddress());
    return addressDependent ? Filtering.ADDRESS_DEPENDENT : Filtering.UNKNOWN;
  }

  private static Allocation allocation(Mapping mapping, List<NatSample> samples) {
    if (samples.isEmpty()) {
      return Allocation.UNKNOWN;
    }
    if (mapping == Mapping.NONE
        || samples.stream().allMatch(s -> s.observed().port() == s.base().port())) {
      return Allocation.PRESERVING;
    }
    // A pool of public addresses numbers the ports of each by itself.
    Map<InetAddress, Set<Integer>> ports = new LinkedHashMap<>();
    for (NatSample sample : samples) {
      ports
          .computeIfAbsent(sample.observed().ip(), ip -> new LinkedHashSet<>())
          .add(sample.observed().port());
    }
    Set<Allocation> found = new HashSet<>();
    for (Set<Integer> ofAddress : ports.values()) {
      found.add(ofOneAddress(new ArrayList<>(ofAddress)));
    }
    for (Allocation sure : List.of(Allocation.RANDOM, Allocation.BLOCK, Allocation.SEQUENTIAL)) {
      if (found.contains(sure)) {
        return sure;
      }
    }
    return Allocation.UNKNOWN;
  }

  private static Allocation ofOneAddress(List<Integer> ports) {
    if (ports.size() < 2) {
      return Allocation.UNKNOWN;
    }
    if (sequential(ports)) {
      return Allocation.SEQUENTIAL;
    }
    int low = ports.stream().mapToInt(p -> p).min().orElseThrow();
    int high = ports.stream().mapToInt(p -> p).max().orElseThrow();
    if (high - low >= MAX_BLOCK) {
      return Allocation.RANDOM;
    }
    return ports.size() >= MIN_FOR_BLOCK ? Allocation.BLOCK : Allocation.UNKNOWN;
  }

  private static boolean sequential(List<Integer> ports) {
    int most = ports.size() == 2 ? MAX_SINGLE_STEP : MAX_STEP;
    int direction = Integer.signum(ports.get(1) - ports.get(0));
    for (int i = 1; i < ports.size(); i++) {
      int step = (ports.get(i) - ports.get(i - 1)) * direction;
      if (step <= 0 || step > most) {
        return false;
      }
    }
    return true;
  }
}
