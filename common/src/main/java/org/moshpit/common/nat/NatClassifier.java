package org.moshpit.common.nat;

import java.net.InetAddress;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
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

  /** The worst mapping of the sockets. */
  static Mapping mapping(List<NatSample> samples) {
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

  static Filtering filtering(FilteringProbe probe) {
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
    return PortPattern.ofObserved(samples.stream().map(NatSample::observed).toList()).allocation();
  }
}
