package org.moshpit.agent.path;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.moshpit.agent.candidates.Candidate;
import org.moshpit.agent.candidates.DestinationRules;
import org.moshpit.agent.candidates.LocalCandidate;
import org.moshpit.agent.candidates.LocalCandidates;
import org.moshpit.common.sansio.SocketId;
import org.moshpit.common.sansio.TransportAddress;

/**
 * The session's sockets: those that the next generation uses, and retired ones, which are closed as
 * soon as a fresh one is there and no path runs over them.
 */
final class LocalSockets {
  /** More local addresses than that are not tried. */
  static final int MAX_SOCKETS = 8;

  /** Sockets that were opened together, with what is known of their mappings. */
  private static final class Pool {
    final Map<SocketId, TransportAddress> bases = new LinkedHashMap<>();
    final Set<SocketId> answered = new HashSet<>();
    final LocalCandidates candidates;

    Pool(DestinationRules rules) {
      candidates = new LocalCandidates(rules);
    }
  }

  private final DestinationRules rules;
  private final Outbox outbox;
  private Pool current;
  private Pool previous;
  private final Set<SocketId> retired = new HashSet<>();
  private final Set<SocketId> extras = new HashSet<>();

  LocalSockets(DestinationRules rules, Outbox outbox) {
    this.rules = rules;
    this.outbox = outbox;
    current = new Pool(rules);
  }

  /** Wants fresh ones; the present ones stay open until then. */
  void renew(String reason) {
    if (!current.bases.isEmpty()) {
      previous = current;
      current = new Pool(rules);
    }
    outbox.say(new PathOut.OpenSocket(reason));
  }

  /** Nobody opened a fresh one: the old ones are better than none. Says whether it did that. */
  boolean reuse() {
    boolean needed = current.bases.isEmpty() && previous != null;
    if (needed) {
      current = previous;
      previous = null;
    }
    return needed;
  }

  /**
   * Takes an open socket.
   *
   * @param inUse those of the direct path
   * @return its candidate, or empty if there are too many: it is closed again
   */
  Optional<LocalCandidate> opened(SocketId socket, TransportAddress base, Set<SocketId> inUse) {
    if (current.bases.size() >= MAX_SOCKETS) {
      outbox.say(new PathOut.CloseSocket(socket));
      return Optional.empty();
    }
    current.bases.put(socket, base);
    if (previous != null) {
      retired.addAll(previous.bases.keySet());
      previous = null;
      release(inUse);
    }
    return Optional.of(current.candidates.host(socket, base));
  }

  /** Takes a strategy's socket. */
  LocalCandidate extra(SocketId socket, TransportAddress base) {
    extras.add(socket);
    return new LocalCandidates(rules).host(socket, base);
  }

  /**
   * The strategies are over: their sockets are closed, except one that a path runs over, and those
   * that are listened to for a while.
   *
   * @param proven the path's, or null
   * @param inUse those that stay open; {@link #release} closes them
   * @return all but the path's
   */
  Set<SocketId> endExtras(SocketId proven, Set<SocketId> inUse) {
    Set<SocketId> ended = new HashSet<>(extras);
    extras.clear();
    if (ended.remove(proven)) {
      retired.add(proven);
    }
    for (SocketId socket : ended) {
      if (inUse.contains(socket)) {
        retired.add(socket);
      } else {
        outbox.say(new PathOut.CloseSocket(socket));
      }
    }
    return ended;
  }

  /** Whether it is one of a strategy's. */
  boolean isExtra(SocketId socket) {
    return extras.contains(socket);
  }

  /** A STUN server answered; the candidate if it is a new one of a socket in use. */
  Optional<LocalCandidate> answered(SocketId socket, TransportAddress address) {
    if (!current.bases.containsKey(socket)) {
      return Optional.empty();
    }
    current.answered.add(socket);
    return current.candidates.reflexive(socket, address);
  }

  /** The same of a router that maps a port, which says nothing of what STUN will say. */
  Optional<LocalCandidate> portMapped(SocketId socket, TransportAddress address) {
    return current.candidates.portMapped(socket, address);
  }

  void lost(SocketId socket) {
    remove(current, socket);
    if (previous != null) {
      remove(previous, socket);
    }
    retired.remove(socket);
    extras.remove(socket);
    outbox.forgetTransmits(socket);
  }

  /** Closes retired sockets except those named. */
  void release(Set<SocketId> inUse) {
    for (SocketId socket : List.copyOf(retired)) {
      if (!inUse.contains(socket)) {
        retired.remove(socket);
        outbox.say(new PathOut.CloseSocket(socket));
      }
    }
  }

  void closeAll() {
    endExtras(null, Set.of());
    if (previous != null) {
      retired.addAll(previous.bases.keySet());
    }
    retired.addAll(current.bases.keySet());
    previous = null;
    current = new Pool(rules);
    release(Set.of());
  }

  int held() {
    int waiting = previous == null ? 0 : previous.bases.size();
    return current.bases.size() + waiting + retired.size() + extras.size();
  }

  boolean isEmpty() {
    return current.bases.isEmpty();
  }

  /** Whether every socket's mapping is known. */
  boolean isGathered() {
    return !isEmpty() && current.answered.containsAll(current.bases.keySet());
  }

  /** Whether any STUN server ever answered on these sockets. */
  boolean isAnyAnswered() {
    return !current.answered.isEmpty();
  }

  /** For a generation that begins: everything known, sockets first. */
  List<LocalCandidate> locals() {
    List<LocalCandidate> all = new ArrayList<>();
    for (SocketId socket : current.bases.keySet()) {
      all.addAll(current.candidates.of(socket));
    }
    return all;
  }

  /** For the peer. */
  List<Candidate> candidates() {
    return current.candidates.candidates();
  }

  private static void remove(Pool pool, SocketId socket) {
    pool.bases.remove(socket);
    pool.answered.remove(socket);
    pool.candidates.remove(socket);
  }
}
