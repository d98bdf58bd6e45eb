package org.moshpit.agent.punch;

import java.util.concurrent.TimeUnit;
import org.moshpit.common.sansio.Machine;
import org.moshpit.common.stun.TransactionId;

/** One Binding request on its way, with its retransmissions. */
final class CheckTransaction {
  /** What a request is for, and when it is sent, in milliseconds after its first time. */
  enum Kind {
    /**
     * A connectivity check; its end decides the pair's state. The dense beginning meets the moment
     * at which the peer opens its NAT; from 400 ms on it is the doubling of RFC 8489 §6.2.1.
     */
    CHECK(7500, 0, 50, 100, 200, 400, 900, 1900, 3900),
    /** The nominating check of a pair that already answered; it need not be dense. */
    NOMINATION(7500, 0, 250, 750, 1750, 3750),
    /**
     * Opens our own NAT and dies on the way; an answer is welcome all the same. One may be lost.
     */
    OPENER(7500, 0, 40),
    /** Asks whether a valid pair still is; the next one follows soon anyway. */
    PROBE(10_000, 0);

    private final long life;
    private final long[] sends;

    Kind(int lifeMillis, int... sendMillis) {
      life = TimeUnit.MILLISECONDS.toNanos(lifeMillis);
      sends = new long[sendMillis.length];
      for (int i = 0; i < sends.length; i++) {
        sends[i] = TimeUnit.MILLISECONDS.toNanos(sendMillis[i]);
      }
    }

    /** From the first transmission until an answer is no longer waited for, nanoseconds. */
    long life() {
      return life;
    }
  }

  final TransactionId id;
  final Kind kind;
  final CandidatePair pair;
  final IceRole role;
  final boolean nominates;
  final byte[] request;
  final int ttl;
  private final long startedAt;
  private int sent;
  private boolean cancelled;

  CheckTransaction(
      TransactionId id,
      Kind kind,
      CandidatePair pair,
      IceRole role,
      boolean nominates,
      byte[] request,
      int ttl,
      long now) {
    this.id = id;
    this.kind = kind;
    this.pair = pair;
    this.role = role;
    this.nominates = nominates;
    this.request = request;
    this.ttl = ttl;
    startedAt = now;
  }

  /** No more retransmissions; an answer still counts (RFC 8445 §7.3.1.4). */
  void cancel() {
    cancelled = true;
  }

  void sentOnce() {
    sent++;
  }

  /** How long an answer took, or −1 if it cannot be told which transmission it answers. */
  long rtt(long now) {
    return sent == 1 ? now - startedAt : -1;
  }

  boolean isSendDue(long now) {
    long next = nextSend();
    return next != Machine.NO_DEADLINE && next - now <= 0;
  }

  boolean isOver(long now) {
    return startedAt + kind.life - now <= 0;
  }

  long nextDeadline() {
    long next = nextSend();
    return next == Machine.NO_DEADLINE ? startedAt + kind.life : next;
  }

  private long nextSend() {
    return cancelled || sent == kind.sends.length
        ? Machine.NO_DEADLINE
        : startedAt + kind.sends[sent];
  }
}
