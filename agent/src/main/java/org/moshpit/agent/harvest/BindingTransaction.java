package org.moshpit.agent.harvest;

import org.moshpit.common.sansio.TransportAddress;
import org.moshpit.common.stun.TransactionId;

/**
 * One Binding request and its retransmissions (RFC 8489 §6.2.1). The first comes after 200 ms, not
 * an RTO of 500 ms, because a person waits; then the RTO, doubling.
 */
final class BindingTransaction {
  /** What it is for. */
  enum Purpose {
    /** To see the mapping. */
    OBSERVE,
    /** A probe: is an answer from the other port let in? */
    OTHER_PORT,
    /** A probe: is an answer from the other address let in? */
    OTHER_ADDRESS
  }

  private static final long MILLI = 1_000_000;

  /** How often a request is sent, and when it is given up. */
  enum Patience {
    /** Until no answer can be on the way: 7.7 s. */
    LONG(200, 500, 1000, 2000, 4000),
    /** Where a person waits for each answer that does not come: 2.4 s. */
    SHORT(200, 500, 700, 1000),
    /** Where silence is what half of them end in, and a server is known to answer: 1.4 s. */
    BRIEF(200, 400, 800);

    /** Waits after each transmission; the last one is the wait for a late answer. */
    private final long[] waits;

    Patience(long... millis) {
      waits = millis;
    }
  }

  final TransactionId id;
  final TransportAddress server;
  final Purpose purpose;

  /** Its place among all of the machine's transactions, by when they were begun. */
  final long order;

  private final Patience patience;
  private final byte[] request;
  private final long started;
  private int sent;
  private long next;

  BindingTransaction(
      TransactionId id,
      TransportAddress server,
      Purpose purpose,
      Patience patience,
      long order,
      byte[] request,
      long now) {
    this.id = id;
    this.server = server;
    this.purpose = purpose;
    this.patience = patience;
    this.order = order;
    this.request = request;
    this.started = now;
    this.next = now;
  }

  byte[] request() {
    return request;
  }

  /** When something is due: a transmission, or giving up. */
  long next() {
    return next;
  }

  boolean exhausted() {
    return sent == patience.waits.length;
  }

  /** The request goes out now. */
  void transmitted(long now) {
    next = now + patience.waits[sent] * MILLI;
    sent++;
  }

  boolean sentOnce() {
    return sent == 1;
  }

  long rttNanos(long now) {
    return sent == 1 ? now - started : ObserverOut.UNKNOWN_RTT;
  }
}
