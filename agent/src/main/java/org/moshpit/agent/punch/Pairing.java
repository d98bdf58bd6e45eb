package org.moshpit.agent.punch;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
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
  private final List<LocalCandidate> reflexive = new ArrayList<>();

  Pairing(Checklist checklist, DestinationRules rules) {
    this.checklist = checklist;
    remotes = new RemoteCandidates(rules);
  }

  RemoteCandidates remotes() {
    return remotes;
  }

  boolean has(SocketId socket) {
    return hosts.containsKey(socket);
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
        && checklist.find(local.socket(), remote.address()) == null) {
      CandidatePair pair = new CandidatePair(local, remote, role);
      if (checklist.add(pair)) {
        made.add(pair);
      }
    }
  }

  /**
   * The pair a check of the peer came over; a new one, with a peer-reflexive candidate if its
   * source was unknown (RFC 8445 §7.3.1.3); null if there are too many.
   */
  CandidatePair of(SocketId socket, TransportAddress from, long priority, IceRole role) {
    CandidatePair known = checklist.find(socket, from);
    LocalCandidate local = hosts.get(socket);
    if (known != null || local == null) {
      return known;
    }
    RemoteCandidate remote = remotes.find(from);
    if (remote == null) {
      remote = remotes.reflexive(from, priority);
    }
    if (remote == null) {
      return null;
    }
    CandidatePair pair = new CandidatePair(local, remote, role);
    return checklist.add(pair) ? pair : null;
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
    reflexive.removeIf(local -> local.socket().equals(socket));
    checklist.removeSocket(socket);
  }
}
