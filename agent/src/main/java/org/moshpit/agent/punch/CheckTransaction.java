package org.moshpit.agent.punch;

import java.util.concurrent.TimeUnit;
import org.moshpit.common.sansio.Machine;
import org.moshpit.common.stun.TransactionId;

/** One Binding request on its way, with its retransmissions. */
final class CheckTransaction {
  /** What a request is for. */
  enum Kind {
    /** A connectivity check; its end decides the pair's state. */
    CHECK,
    /** The nominating check of a pair that already answered. */
    NOMINATION,
    /** Opens our own NAT and dies on the way; an answer is welcome all the same. */
    OPENER,
    /** Asks whether a valid pair still is; the next one follows soon anyway. */
    PROBE
  }

  /** From the first transmission until an answer is no longer waited for, nanoseconds. */
  static final long LIFE = TimeUnit.MILLISECONDS.toNanos(7500);

  /**
   * When a request is sent, milliseconds after its first time. A check's dense beginning meets the
   * moment at which the peer opens its NAT; from 400 ms on it is the doubling of RFC 8489 §6.2.1. A
   * nomination runs over a pair that works, so that one transmission mostly is enough and its
   * answer measures the round trip. Of two openers one may be lost.
   */
  private static final int[] CHECK_MILLIS = {0, 50, 100, 200, 400, 900, 1900, 3900};

  private static final int[] NOMINATION_MILLIS = {0, 250, 750, 1750, 3750};
  private static final int[] OPENER_MILLIS = {0, 40};
  private static final int[] PROBE_MILLIS = {0};

  final TransactionId id;
  final Kind kind;
  final CandidatePair pair;
  final IceRole role;
  final boolean nominates;
  final byte[] request;
  final int ttl;
  private final long startedAt;

  /** Transmissions so far, and those that were missed. */
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

  /** Times that passed unused, because the process stood still, are not made up for. */
  void skipMissed(long now) {
    while (isSendDue(now)) {
      sent++;
    }
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
    return startedAt + LIFE - now <= 0;
  }

  long nextDeadline() {
    long next = nextSend();
    return next == Machine.NO_DEADLINE ? startedAt + LIFE : next;
  }

  private long nextSend() {
    int[] schedule = schedule();
    return cancelled || sent == schedule.length
        ? Machine.NO_DEADLINE
        : startedAt + TimeUnit.MILLISECONDS.toNanos(schedule[sent]);
  }

  private int[] schedule() {
    return switch (kind) {
      case CHECK -> CHECK_MILLIS;
      case NOMINATION -> NOMINATION_MILLIS;
      case OPENER -> OPENER_MILLIS;
      case PROBE -> PROBE_MILLIS;
    };
  }
}
