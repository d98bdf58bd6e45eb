package org.moshpit.common.nat;

import java.net.InetAddress;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Stream;
import org.moshpit.common.sansio.TransportAddress;

/**
 * Everything discovery tells of the NATs in one address family.
 *
 * @param observed where the last first socket was seen, or null if no server answered
 * @param behaviour the worst of what the rounds saw
 * @param ports the numbering of public ports; {@link PortPattern#UNKNOWN} where none was tried or
 *     ports are preserved
 * @param addresses every public address seen, in the order of their appearance: more than one is a
 *     pool
 * @param hairpin whether a datagram to an own public address comes back; null if not tried, or if
 *     the mapping forbids to tell
 * @param varying what the rounds disagreed on
 */
public record NatFindings(
    TransportAddress observed,
    NatBehaviour behaviour,
    PortPattern ports,
    List<InetAddress> addresses,
    Boolean hairpin,
    Set<Aspect> varying) {
  /** No server answered. */
  public static final NatFindings NONE =
      new NatFindings(null, NatBehaviour.UNKNOWN, PortPattern.UNKNOWN, List.of(), null, Set.of());

  /** What rounds may disagree on. */
  public enum Aspect {
    MAPPING,
    FILTERING,
    ALLOCATION
  }

  /** A NAT preserves ports where it can: this share of its mappings, in eighths, keep theirs. */
  private static final int PRESERVED_EIGHTHS = 7;

  /** Copies the collections. */
  public NatFindings {
    Objects.requireNonNull(behaviour);
    Objects.requireNonNull(ports);
    addresses = List.copyOf(addresses);
    varying = Set.copyOf(varying);
  }

  /** Sums up. Rounds without a sample are left out; without any, nothing is known. */
  public static NatFindings of(List<NatRound> all, Boolean hairpin) {
    List<NatRound> rounds = all.stream().filter(round -> !round.first().isEmpty()).toList();
    if (rounds.isEmpty()) {
      return NONE;
    }
    Set<Aspect> varying = EnumSet.noneOf(Aspect.class);
    Mapping mapping =
        worst(
            rounds,
            round -> NatClassifier.mapping(round.first()),
            Mapping.UNKNOWN,
            Aspect.MAPPING,
            varying);
    Filtering filtering =
        worst(rounds, NatFindings::filtering, Filtering.UNKNOWN, Aspect.FILTERING, varying);
    Allocation allocation =
        worst(rounds, NatFindings::allocation, Allocation.UNKNOWN, Aspect.ALLOCATION, varying);
    NatRound last = rounds.get(rounds.size() - 1);
    return new NatFindings(
        last.first().get(0).observed(),
        new NatBehaviour(mapping, filtering, allocation),
        ports(rounds, allocation),
        rounds.stream()
            .flatMap(round -> Stream.concat(round.first().stream(), round.spread().stream()))
            .map(sample -> sample.observed().ip())
            .distinct()
            .toList(),
        hairpin,
        varying);
  }

  private static <E extends Enum<E>> E worst(
      List<NatRound> rounds,
      Function<NatRound, E> one,
      E unknown,
      Aspect aspect,
      Set<Aspect> varying) {
    List<E> known = rounds.stream().map(one).filter(value -> value != unknown).distinct().toList();
    if (known.size() > 1) {
      varying.add(aspect);
    }
    return known.stream().max(Comparator.naturalOrder()).orElse(unknown);
  }

  /** No filter at all is told only where nothing is translated: else it is the NAT's own. */
  private static Filtering filtering(NatRound round) {
    Filtering found = NatClassifier.filtering(round.probe());
    boolean open =
        found == Filtering.ENDPOINT_INDEPENDENT
            && NatClassifier.mapping(round.first()) == Mapping.NONE;
    return open ? Filtering.NONE : found;
  }

  private static Allocation allocation(NatRound round) {
    List<NatSample> samples = numbering(round);
    long preserved = samples.stream().filter(s -> s.observed().port() == s.base().port()).count();
    return preserved * 8 >= (long) samples.size() * PRESERVED_EIGHTHS
        ? Allocation.PRESERVING
        : pattern(samples).allocation();
  }

  /**
   * The mappings that show the numbering: fresh sockets', each of one destination, where there are
   * enough. The first socket's second destination would not keep a port that its first one has.
   */
  private static List<NatSample> numbering(NatRound round) {
    return round.spread().size() >= PortPattern.MIN_FOR_BLOCK ? round.spread() : round.first();
  }

  private static PortPattern pattern(List<NatSample> samples) {
    return PortPattern.ofObserved(samples.stream().map(NatSample::observed).toList());
  }

  /** Of several rounds that agree, all ports tell more of the bounds than those of one. */
  private static PortPattern ports(List<NatRound> rounds, Allocation allocation) {
    if (allocation == Allocation.PRESERVING || allocation == Allocation.UNKNOWN) {
      return PortPattern.UNKNOWN;
    }
    List<NatSample> together = new ArrayList<>();
    PortPattern last = PortPattern.UNKNOWN;
    for (NatRound round : rounds) {
      List<NatSample> samples = numbering(round);
      PortPattern pattern = pattern(samples);
      if (pattern.allocation() == allocation) {
        together.addAll(samples);
        last = pattern;
      }
    }
    PortPattern wide = pattern(together);
    boolean wider = wide.allocation() == allocation && allocation != Allocation.SEQUENTIAL;
    return wider ? wide : last;
  }
}
