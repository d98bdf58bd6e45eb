package org.moshpit.agent.candidates;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.moshpit.common.sansio.SocketId;
import org.moshpit.common.sansio.TransportAddress;

/**
 * The candidates of this end: one host candidate for each socket, and what is known of its
 * mappings. An address that appears twice is one candidate, the better one (RFC 8445 §5.1.3).
 */
public final class LocalCandidates {
  /** One socket rarely has more mappings than NATs in series; the rest would be noise. */
  private static final int MAX_REFLEXIVE = 4;

  /** A router that changes its mind may do so once or twice. */
  private static final int MAX_MAPPED = 2;

  private final DestinationRules rules;
  private final Foundations foundations = new Foundations();
  private final Map<SocketId, List<LocalCandidate>> bySocket = new LinkedHashMap<>();
  private int opened;

  /** None yet; an address the rules would not let a peer check is never told to one. */
  public LocalCandidates(DestinationRules rules) {
    this.rules = rules;
  }

  /** Adds a socket with its host candidate. */
  public LocalCandidate host(SocketId socket, TransportAddress base) {
    int preference = Priorities.localPreference(base.ip(), opened++);
    LocalCandidate host = candidate(CandidateType.HOST, socket, base, base, preference, false);
    bySocket.put(socket, new ArrayList<>(List.of(host)));
    return host;
  }

  /**
   * Adds a server-reflexive candidate.
   *
   * @return empty if the socket is unknown or the address adds nothing new
   */
  public Optional<LocalCandidate> reflexive(SocketId socket, TransportAddress address) {
    return added(socket, address, false);
  }

  /**
   * Adds the address at which the router maps a port to a socket: server-reflexive in all but where
   * it was learned. Behind a NAT that is hard to cross it may be the only one of use, so that it
   * has a place beside what STUN servers saw.
   *
   * @return empty if the socket is unknown or the address adds nothing new
   */
  public Optional<LocalCandidate> portMapped(SocketId socket, TransportAddress address) {
    return added(socket, address, true);
  }

  private Optional<LocalCandidate> added(
      SocketId socket, TransportAddress address, boolean mapped) {
    List<LocalCandidate> known = bySocket.get(socket);
    if (known == null
        || known.size() > MAX_REFLEXIVE + (mapped ? MAX_MAPPED : 0)
        || known.stream().anyMatch(c -> c.candidate().address().equals(address))) {
      return Optional.empty();
    }
    LocalCandidate host = known.get(0);
    LocalCandidate added =
        candidate(
            CandidateType.SERVER_REFLEXIVE,
            socket,
            host.base(),
            address,
            host.localPreference(),
            mapped);
    known.add(added);
    return Optional.of(added);
  }

  /** Forgets a socket with all its candidates. */
  public void remove(SocketId socket) {
    bySocket.remove(socket);
  }

  /** Whether the socket is known. */
  public boolean has(SocketId socket) {
    return bySocket.containsKey(socket);
  }

  /** Of one socket, its host candidate first. */
  public List<LocalCandidate> of(SocketId socket) {
    return List.copyOf(bySocket.getOrDefault(socket, List.of()));
  }

  /** What the peer is told: best first, each address once, at most what a description holds. */
  public List<Candidate> candidates() {
    Map<TransportAddress, Candidate> byAddress = new LinkedHashMap<>();
    bySocket.values().stream()
        .flatMap(List::stream)
        .map(LocalCandidate::candidate)
        .filter(candidate -> rules.allows(candidate.address()))
        .sorted(Comparator.comparingLong(Candidate::priority).reversed())
        .forEach(candidate -> byAddress.putIfAbsent(candidate.address(), candidate));
    return byAddress.values().stream().limit(IceDescription.MAX_CANDIDATES).toList();
  }

  private LocalCandidate candidate(
      CandidateType type,
      SocketId socket,
      TransportAddress base,
      TransportAddress address,
      int preference,
      boolean mapped) {
    String foundation =
        mapped ? foundations.ofMapped(type, base.ip()) : foundations.of(type, base.ip());
    return new LocalCandidate(
        socket,
        base,
        new Candidate(type, address, Priorities.candidate(type, preference), foundation),
        preference);
  }
}
