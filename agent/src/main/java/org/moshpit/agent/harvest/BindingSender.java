package org.moshpit.agent.harvest;

import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import org.moshpit.common.sansio.SocketId;
import org.moshpit.common.sansio.Transmit;
import org.moshpit.common.sansio.TransportAddress;
import org.moshpit.common.stun.StunMessage;
import org.moshpit.common.stun.StunParse.Parsed;
import org.moshpit.common.stun.TransactionId;
import org.moshpit.common.stun.XorMappedAddress;

/** How every machine here sends Binding requests, and which answers it takes. */
final class BindingSender {
  /** An answer to be believed. */
  record Answer(BindingTransaction transaction, StunMessage message, TransportAddress mapped) {}

  private final BindingRequests requests;
  private final StunBudget budget;
  private final Queue<Transmit> transmits;

  /**
   * @param budget what servers may get before they answer; beyond it a request is as good as lost
   * @param transmits where requests go
   */
  BindingSender(BindingRequests requests, StunBudget budget, Queue<Transmit> transmits) {
    this.requests = requests;
    this.budget = budget;
    this.transmits = transmits;
  }

  /** Sends a request, for the first time or again. */
  void send(long now, SocketId socket, BindingTransaction transaction) {
    transaction.transmitted(now);
    if (budget.take(now, transaction.server.ip())) {
      transmits.add(new Transmit(socket, transaction.server, transaction.request()));
    }
  }

  /**
   * Takes the answer to one of the requests under way, which then no longer is.
   *
   * @param pending those of the socket it came on
   * @return empty if it is none, or not authentic, or from where it may not come from, or names
   *     port 0
   */
  Optional<Answer> accept(
      Map<TransactionId, BindingTransaction> pending, TransportAddress from, Parsed answer) {
    StunMessage message = answer.message();
    BindingTransaction transaction = pending.get(message.transactionId());
    Optional<XorMappedAddress> mapped = message.first(XorMappedAddress.class);
    if (transaction == null
        || mapped.isEmpty()
        || !requests.authentic(answer)
        || mapped.get().address().port() == 0) {
      return Optional.empty();
    }
    // RFC 5780 §4.4: only an answer that was asked to come from elsewhere may do so, and must.
    boolean elsewhere = !from.equals(transaction.server);
    if (elsewhere != (transaction.purpose != BindingTransaction.Purpose.OBSERVE)) {
      return Optional.empty();
    }
    if (!elsewhere) {
      budget.answered(from.ip());
    }
    pending.remove(transaction.id);
    return Optional.of(new Answer(transaction, message, mapped.get().address()));
  }
}
