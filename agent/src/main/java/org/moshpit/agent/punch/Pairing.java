package org.moshpit.agent.punch;

import java.net.InetAddress;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.moshpit.agent.candidates.Candidate;
import org.moshpit.agent.candidates.CandidateType;
import org.moshpit.agent.candidates.DestinationRules;
import org.moshpit.agent.candidates.LocalCandidate;
import org.moshpit.common.sansio.SocketId;
import org.moshpit.common.sansio.TransportAddress;

/** Both ends' candidates, and the pairs they make in the checklist (RFC 8445 §6.1.2.2). */
final class Pairing {
  private final Checklist checklist;
  private final RemoteCandidates remotes;
  private final Map<SocketId, LocalCandidate> hosts = new LinkedHashMap<>();
  private final Map<SocketId, LocalCandidate> extras = new HashMap<>();
  private final List<LocalCandidate> reflexive = new ArrayList<>();
  private final List<Candidate> withinCarrier = new ArrayList<>();

  Pairing(Checklist checklist, DestinationRules rules) {
    this.checklist = checklist;
    remotes = new RemoteCandidates(rules);
  }

  RemoteCandidates remotes() {
    return remotes;
  }

  boolean has(SocketId socket) {
    return hosts.containsKey(socket) || extras.containsKey(socket);
  }

  /** A strategy's socket: no pairs are made with it, but one that a check arrives on is. */
  void extra(LocalCandidate local) {
    extras.put(local.socket(), local);
  }

  /** The candidate of a socket checks leave from, or null. */
  LocalCandidate socket(SocketId socket) {
    LocalCandidate host = hosts.get(socket);
    return host == null ? extras.get(socket) : host;
  }

  /**
   * The socket behind the address the peer was told first: IPv4, seen from outside or public
   * itself.
   */
  Optional<LocalCandidate> known() {
    return Stream.concat(
            reflexive.stream().sorted(byPriority()), hosts.values().stream().sorted(byPriority()))
        .filter(local -> isPublicIpv4(local.candidate().address()))
        .findFirst();
  }

  private static Comparator<LocalCandidate> byPriority() {
    return Comparator.comparingLong((LocalCandidate local) -> local.candidate().priority())
        .reversed();
  }

  /**
   * The addresses by which the peer, so described, may be aimed at, the likeliest first: in the
   * order of {@link #known} on its side.
   */
  static List<TransportAddress> aims(List<Candidate> described) {
    return Stream.of(CandidateType.SERVER_REFLEXIVE, CandidateType.HOST)
        .flatMap(
            type ->
                described.stream()
                    .filter(candidate -> candidate.type() == type)
                    .sorted(Comparator.comparingLong(Candidate::priority).reversed()))
        .map(Candidate::address)
        .filter(Pairing::isPublicIpv4)
        .toList();
  }

  private static boolean isPublicIpv4(TransportAddress address) {
    return !address.isIpv6() && !DestinationRules.isPrivate(address.ip());
  }

  /**
   * Which candidates may be checked now, of those the peer has just named and those that waited. An
   * address that the peer's router has within a carrier's network (100.64/10) means something else
   * in every other carrier's: it waits until the rendezvous sees the peer at an address where it
   * sees one of our sockets, too.
   *
   * @param peerSeenAt where the rendezvous sees the peer
   */
  List<Candidate> checkable(List<Candidate> described, Collection<InetAddress> peerSeenAt) {
    List<Candidate> now = new ArrayList<>();
    for (Candidate candidate : described) {
      boolean carriers =
          candidate.type() == CandidateType.SERVER_REFLEXIVE
              && DestinationRules.isShared(candidate.address().ip());
      if (!carriers) {
        now.add(candidate);
      } else if (!withinCarrier.contains(candidate)) {
        withinCarrier.add(candidate);
      }
    }
    if (peerSeenAt.stream().anyMatch(this::isOurs)) {
      now.addAll(withinCarrier);
      withinCarrier.clear();
    } else if (withinCarrier.size() > RemoteCandidates.MAX_PRIVATE) {
      withinCarrier.subList(RemoteCandidates.MAX_PRIVATE, withinCarrier.size()).clear();
    }
    return now;
  }

  /** Adds a candidate of ours; the pairs that makes. */
  List<CandidatePair> local(LocalCandidate local, IceRole role) {
    List<CandidatePair> made = new ArrayList<>();
    if (local.candidate().type() != CandidateType.HOST) {
      reflexive.add(local);
      return made;
    }
    hosts.put(local.socket(), local);
    for (RemoteCandidate remote : remotes.all()) {
      pairUp(local, remote, role, made);
    }
    return made;
  }

  /** Pairs a candidate of the peer; null, one that was not taken, makes none. */
  List<CandidatePair> remote(RemoteCandidate remote, IceRole role) {
    List<CandidatePair> made = new ArrayList<>();
    if (remote != null) {
      hosts.values().forEach(local -> pairUp(local, remote, role, made));
    }
    return made;
  }

  private void pairUp(
      LocalCandidate local, RemoteCandidate remote, IceRole role, List<CandidatePair> made) {
    if (local.base().isIpv6() == remote.address().isIpv6()
        && !isOwnSocket(remote.address())
        && checklist.find(local.socket(), remote.address()) == null) {
      CandidatePair pair = new CandidatePair(local, remote, role);
      if (checklist.add(pair)) {
        made.add(pair);
      }
    }
  }

  /** Two agents on one machine have the same IP addresses, so no more than that is refused. */
  private boolean isOwnSocket(TransportAddress address) {
    return hosts.values().stream().anyMatch(host -> host.base().equals(address));
  }

  /**
   * The pair a check of the peer came over; a new one, with a peer-reflexive candidate if its
   * source was unknown (RFC 8445 §7.3.1.3); null if there are too many, none of them dispensable.
   *
   * @param dispensable whether a pair may be forgotten for it
   */
  CandidatePair of(
      SocketId socket,
      TransportAddress from,
      long priority,
      IceRole role,
      Predicate<CandidatePair> dispensable) {
    CandidatePair known = checklist.find(socket, from);
    LocalCandidate local = socket(socket);
    if (known != null || local == null) {
      return known;
    }
    RemoteCandidate remote = remotes.find(from);
    if (remote == null) {
      remote = remotes.reflexive(from, priority);
    }
    if (remote == null && makeRoom(dispensable)) {
      remote = remotes.reflexive(from, priority);
    }
    if (remote == null) {
      return null;
    }
    CandidatePair pair = new CandidatePair(local, remote, role);
    return checklist.add(pair) ? pair : null;
  }

  /**
   * Forgets a peer-reflexive candidate, rather one on which nothing was answered. Behind a NAT with
   * a mapping per destination a peer's checks come from as many ports as it has sockets.
   */
  private boolean makeRoom(Predicate<CandidatePair> dispensable) {
    Optional<RemoteCandidate> least =
        remotes.all().stream()
            .filter(candidate -> candidate.source() == RemoteCandidate.Source.CHECK)
            .filter(candidate -> pairsOf(candidate).allMatch(dispensable))
            .min(
                Comparator.comparing((RemoteCandidate it) -> pairsOf(it).anyMatch(p -> p.valid))
                    .thenComparing(it -> pairsOf(it).anyMatch(p -> p.kept)));
    least.ifPresent(
        candidate -> {
          pairsOf(candidate).toList().forEach(this::forget);
          remotes.remove(candidate);
        });
    return least.isPresent();
  }

  private void forget(CandidatePair pair) {
    if (pair.transaction != null) {
      pair.transaction.cancel();
    }
    checklist.remove(pair);
  }

  private Stream<CandidatePair> pairsOf(RemoteCandidate candidate) {
    return checklist.pairs().stream().filter(pair -> pair.remote == candidate);
  }

  /** Whether one of our sockets is seen at that address, on any port: one NAT serves both ends. */
  boolean isOurs(InetAddress ip) {
    return reflexive.stream().anyMatch(local -> local.candidate().address().ip().equals(ip));
  }

  /** Whether we know already that the socket is seen at that address. */
  boolean isKnownMapping(LocalCandidate local, TransportAddress mapped) {
    return mapped.equals(local.base())
        || reflexive.stream()
            .anyMatch(
                known ->
                    known.socket().equals(local.socket())
                        && known.candidate().address().equals(mapped));
  }

  void remove(SocketId socket) {
    hosts.remove(socket);
    extras.remove(socket);
    reflexive.removeIf(local -> local.socket().equals(socket));
    checklist.removeSocket(socket);
  }
}
