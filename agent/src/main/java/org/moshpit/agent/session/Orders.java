package org.moshpit.agent.session;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import org.moshpit.common.identity.SshPublicKey;
import org.moshpit.common.seal.OfferStatement;
import org.moshpit.common.seal.Refusal;
import org.moshpit.common.seal.SealedLimits;
import org.moshpit.common.seal.SessionId;

/**
 * What each order led to. One connect may make several offers, each fresh and validly signed, and a
 * rendezvous can keep them all back; they carry one order, and an order opens one session. An offer
 * made again because the answer was lost with the link gets that same session, as long as nothing
 * has been sent to its mosh-server: before the first datagram of a client mosh-server runs no
 * command, and whoever sent one holds the answer and needs no other.
 *
 * <p>An order is remembered by the monotonic clock for longer than any of its offers can pass: they
 * are made within {@link SealedLimits#ORDER_MILLIS} of each other, and each is good for a window
 * either way. What would not fit is refused, so nothing is forgotten early.
 */
final class Orders {
  /**
   * More than can come: ten minutes at {@link AdmissionLimits}' lasting rate of all offers, and a
   * burst.
   */
  static final int HELD = 1 << 15;

  /** Drift of the clocks that {@link Freshness} lets through, and time for a signature. */
  private static final long SLACK_MILLIS = 120_000;

  private final long nanos;
  private final Map<ByteBuffer, Taken> taken = new LinkedHashMap<>();
  private final Map<SessionId, Taken> bySession = new HashMap<>();

  /** What is to be done about an offer that is allowed. */
  sealed interface Fate {
    /** Open its session. */
    record Open() implements Fate {}

    /** Its session is being opened. */
    record Wait() implements Fate {}

    /** Its session waits for a client: answer with that. */
    record Resume(SessionId session, Answer answer) implements Fate {}

    /** Neither. */
    record Refuse(Refusal kind, String reason) implements Fate {}
  }

  /**
   * What the first answer said, but for addresses.
   *
   * @param moshKey empty for a ping
   */
  record Answer(byte[] secret, String moshKey, int port, String warning) {
    /** Without secrets. */
    @Override
    public String toString() {
      return "Answer[" + port + "]";
    }
  }

  private static final class Taken {
    final SessionId session;
    final OfferStatement said;
    final SshPublicKey key;
    final long expiry;
    boolean answered;
    Answer answer;
    Fate.Refuse refusal =
        new Fate.Refuse(
            Refusal.FAILURE, "this connect has had its session already; run it again for another");

    Taken(SessionId session, OfferStatement said, SshPublicKey key, long expiry) {
      this.session = session;
      this.said = said;
      this.key = key;
      this.expiry = expiry;
    }

    boolean isSameAs(OfferStatement other, SshPublicKey otherKey) {
      return key.equals(otherKey)
          && said.user().equals(other.user())
          && Arrays.equals(said.requestHash(), other.requestHash());
    }

    void shut() {
      answered = true;
      if (answer != null) {
        Arrays.fill(answer.secret(), (byte) 0);
        answer = null;
      }
    }
  }

  /**
   * Nothing ordered yet.
   *
   * @param windowMillis how far a statement's time may be off
   */
  Orders(long windowMillis) {
    this.nanos = (SealedLimits.ORDER_MILLIS + 2 * windowMillis + SLACK_MILLIS) * 1_000_000;
  }

  /** What the offer of this exchange, whose key has signed and is allowed to, comes to. */
  Fate fate(long now, Exchange exchange) {
    forget(now);
    OfferStatement said = exchange.offer.said();
    Taken before = taken.get(ByteBuffer.wrap(said.order()));
    if (before == null) {
      return taken.size() < HELD
          ? new Fate.Open()
          : new Fate.Refuse(
              Refusal.SESSION_LIMIT, "too many sessions were opened in the last minutes");
    }
    if (!before.isSameAs(said, exchange.key)) {
      return before.refusal;
    }
    if (!before.answered) {
      return new Fate.Wait();
    }
    return before.answer == null ? before.refusal : new Fate.Resume(before.session, before.answer);
  }

  private void forget(long now) {
    // All are kept equally long, so the oldest go first.
    Iterator<Taken> oldest = taken.values().iterator();
    while (oldest.hasNext()) {
      Taken old = oldest.next();
      if (old.expiry - now > 0) {
        return;
      }
      old.shut();
      bySession.remove(old.session);
      oldest.remove();
    }
  }

  /** The exchange's session is being opened. */
  void take(long now, Exchange exchange) {
    OfferStatement said = exchange.offer.said();
    Taken order = new Taken(exchange.session, said, exchange.key, now + nanos);
    taken.put(ByteBuffer.wrap(said.order()), order);
    bySession.put(exchange.session, order);
  }

  /** The exchange was answered so. */
  void answered(Exchange exchange, Answer answer) {
    Taken order = bySession.get(exchange.session);
    if (order == null) {
      return;
    }
    order.answered = true;
    // With handover nobody here sees when a client comes: that answer is given once.
    if (!exchange.offer.asked().handover()) {
      order.answer = answer;
    }
  }

  /** The session could not be opened: an offer made again is told the same. */
  void failed(SessionId session, Refusal kind, String reason) {
    Taken order = bySession.get(session);
    if (order != null) {
      order.refusal = new Fate.Refuse(kind, reason);
      order.shut();
    }
  }

  /** The session has been used, or is no more: the order is carried out. */
  void carriedOut(SessionId session) {
    Taken order = bySession.get(session);
    if (order != null) {
      order.shut();
    }
  }

  /** For tests of the bounds. */
  int held() {
    return taken.size();
  }

  /** Destroys the secrets. */
  void close() {
    taken.values().forEach(Taken::shut);
    taken.clear();
    bySession.clear();
  }
}
