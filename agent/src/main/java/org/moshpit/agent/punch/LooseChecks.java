package org.moshpit.agent.punch;

import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import org.moshpit.agent.candidates.LocalCandidate;
import org.moshpit.common.sansio.SocketId;
import org.moshpit.common.sansio.TransportAddress;
import org.moshpit.common.stun.TransactionId;

/**
 * The checks of strategies, each sent once and to a port of its own: hardly any is answered, and
 * none is waited for. But one that is answered has met the peer.
 */
final class LooseChecks {
  /** More than one punch sends; beyond that the oldest are forgotten. */
  static final int MAX = 1024;

  /** One of them. */
  record Sent(LocalCandidate from, TransportAddress to) {
    boolean went(SocketId socket, TransportAddress remote) {
      return from.socket().equals(socket) && to.equals(remote);
    }
  }

  private final Map<TransactionId, Sent> sent = new LinkedHashMap<>();

  void add(TransactionId id, LocalCandidate from, TransportAddress to) {
    if (sent.size() >= MAX) {
      Iterator<TransactionId> oldest = sent.keySet().iterator();
      oldest.next();
      oldest.remove();
    }
    sent.put(id, new Sent(from, to));
  }

  /** That one, or null. */
  Sent find(TransactionId id) {
    return sent.get(id);
  }

  /** It is answered: a second answer is none. */
  void done(TransactionId id) {
    sent.remove(id);
  }

  void forget(SocketId socket) {
    sent.values().removeIf(check -> check.from().socket().equals(socket));
  }

  void forgetAll() {
    sent.clear();
  }

  int size() {
    return sent.size();
  }
}
