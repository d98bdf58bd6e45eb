package org.moshpit.agent.punch;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.random.RandomGenerator;
import org.moshpit.agent.candidates.LocalCandidate;
import org.moshpit.common.sansio.Deadlines;
import org.moshpit.common.sansio.Machine;
import org.moshpit.common.sansio.SocketId;
import org.moshpit.common.sansio.Transmit;
import org.moshpit.common.sansio.TransportAddress;
import org.moshpit.common.stun.TransactionId;

/** Sends requests and their retransmissions within each address' budget, and knows what is out. */
final class CheckSender {
  /** Requests waiting for an answer; the oldest is given up for a new one. */
  private static final int MAX_TRANSACTIONS = 256;

  private final CheckCodec codec;
  private final RandomGenerator random;
  private final AddressBudget budget;
  private final Aim aim;
  private final Map<TransactionId, CheckTransaction> transactions = new LinkedHashMap<>();
  private final LooseChecks loose = new LooseChecks();
  private final ArrayDeque<Transmit> transmits = new ArrayDeque<>();

  CheckSender(CheckCodec codec, RandomGenerator random, AddressBudget budget, Aim aim) {
    this.codec = codec;
    this.random = random;
    this.budget = budget;
    this.aim = aim;
  }

  /** Sends a request for the first time; {@code ttl} 0 for the socket's own. */
  CheckTransaction start(
      long now,
      CheckTransaction.Kind kind,
      CandidatePair pair,
      Roles roles,
      boolean nominates,
      int ttl) {
    if (transactions.size() >= MAX_TRANSACTIONS) {
      Iterator<TransactionId> oldest = transactions.keySet().iterator();
      oldest.next();
      oldest.remove();
    }
    TransactionId id = TransactionId.random(random);
    byte[] request = codec.request(id, roles, pair.local.peerReflexivePriority(), nominates);
    CheckTransaction transaction =
        new CheckTransaction(id, kind, pair, roles.role(), nominates, request, ttl, now);
    transactions.put(id, transaction);
    send(now, transaction);
    return transaction;
  }

  /** A check nobody waits for, its budget taken elsewhere; {@code ttl} as in {@link #start}. */
  void sendLoose(LocalCandidate local, TransportAddress to, Roles roles, int ttl) {
    TransactionId id = TransactionId.random(random);
    byte[] request = codec.request(id, roles, local.peerReflexivePriority(), false);
    if (ttl == 0) { // one that opens dies on the way
      loose.add(id, local, to);
    }
    transmits.add(new Transmit(local.socket(), to, request, ttl));
  }

  /** Answers bypass the budget: they are never larger than what they answer. */
  void answer(SocketId socket, TransportAddress to, byte[] response) {
    transmits.add(new Transmit(socket, to, response));
  }

  /** Those that nobody waits for. */
  LooseChecks loose() {
    return loose;
  }

  CheckTransaction find(TransactionId id) {
    return transactions.get(id);
  }

  void done(CheckTransaction transaction) {
    transactions.remove(transaction.id);
  }

  /**
   * Retransmits what is due, each request once even if several of its times have passed, and
   * returns what is over.
   */
  List<CheckTransaction> advance(long now) {
    List<CheckTransaction> over = List.of();
    for (Iterator<CheckTransaction> all = transactions.values().iterator(); all.hasNext(); ) {
      CheckTransaction transaction = all.next();
      if (transaction.isOver(now)) {
        all.remove();
        over = over.isEmpty() ? new ArrayList<>() : over;
        over.add(transaction);
      } else if (transaction.isSendDue(now)) {
        send(now, transaction);
        transaction.skipMissed(now);
      }
    }
    return over;
  }

  /** Forgets what is out from a socket that is gone. */
  void forget(SocketId socket) {
    transactions.values().removeIf(t -> t.pair.local.socket().equals(socket));
    loose.forget(socket);
    transmits.removeIf(t -> t.socket().equals(socket));
  }

  void forgetAll() {
    transactions.clear();
    loose.forgetAll();
    transmits.clear();
  }

  Transmit poll() {
    return transmits.poll();
  }

  int held() {
    return transactions.size() + loose.size() + transmits.size();
  }

  long nextDeadline() {
    long next = Machine.NO_DEADLINE;
    for (CheckTransaction transaction : transactions.values()) {
      next = Deadlines.earlier(next, transaction.nextDeadline());
    }
    return next;
  }

  private void send(long now, CheckTransaction transaction) {
    transaction.sentOnce();
    CandidatePair pair = transaction.pair;
    TransportAddress to = pair.remote.address();
    if (pair.valid || allowed(now, to, pair.remote.source())) {
      transmits.add(new Transmit(pair.local.socket(), to, transaction.request, transaction.ttl));
    }
  }

  private boolean allowed(long now, TransportAddress to, RemoteCandidate.Source source) {
    boolean both = aim.isPeersHost(to.ip());
    return switch (source) {
      case DESCRIBED -> budget.takeDescribed(now, to, both);
      case RENDEZVOUS, CHECK -> budget.takeUnconfirmed(now, to, both);
    };
  }
}
