package org.moshpit.agent.session;

import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.random.RandomGenerator;
import org.moshpit.common.sansio.Machine;
import org.moshpit.common.seal.InitiatorContent;
import org.moshpit.common.seal.Refusal;
import org.moshpit.common.seal.ResponderContent;
import org.moshpit.common.seal.SealResponder;
import org.moshpit.common.seal.SealedLimits;
import org.moshpit.common.seal.SessionId;

/** The exchanges a box is working on, their deadlines, and everything that is said or not said. */
final class ExchangeBook {
  /** Exchanges at once. */
  static final int EXCHANGES = 512;

  /** Bytes of sealed messages at once; an offer usually has one or two thousand. */
  static final int BYTES = 4 << 20;

  static final String TOO_SLOW = "the box took too long; try again";

  private static final long SECOND = 1_000_000_000L;
  private static final EnumMap<AdmissionStep, Long> PATIENCE =
      new EnumMap<>(
          Map.of(
              AdmissionStep.LISTING, 3 * SECOND,
              AdmissionStep.DECIDING, 5 * SECOND,
              AdmissionStep.WAITING, 10 * SECOND,
              AdmissionStep.RESUMING, 10 * SECOND,
              AdmissionStep.OPENING, 10 * SECOND,
              AdmissionStep.HANDING_OVER, 60 * SECOND,
              AdmissionStep.COUNTING, 10 * SECOND,
              AdmissionStep.CONTROLLING, 10 * SECOND));

  private final RandomGenerator random;
  private final Map<Long, Exchange> exchanges = new LinkedHashMap<>();
  private final EnumMap<DropReason, Long> dropped = new EnumMap<>(DropReason.class);
  private final Queue<AdmissionOutput> out = new ArrayDeque<>();
  private long lastId;
  private long heldBytes;

  ExchangeBook(RandomGenerator random) {
    this.random = random;
  }

  boolean hasRoom(int bytes) {
    return exchanges.size() < EXCHANGES && heldBytes + bytes <= BYTES;
  }

  Exchange offer(
      AdmissionInput.Offered frame, SealResponder responder, InitiatorContent.Offer offer) {
    return keep(new Exchange(++lastId, frame, responder, offer, null));
  }

  Exchange control(
      AdmissionInput.Offered frame, SealResponder responder, InitiatorContent.Control control) {
    return keep(new Exchange(++lastId, frame, responder, null, control));
  }

  private Exchange keep(Exchange exchange) {
    exchanges.put(exchange.id, exchange);
    heldBytes += exchange.bytes;
    return exchange;
  }

  Optional<Exchange> at(long id, AdmissionStep step) {
    return Optional.ofNullable(exchanges.get(id)).filter(exchange -> exchange.step == step);
  }

  /** All in that step, oldest first. */
  List<Exchange> at(AdmissionStep step) {
    return exchanges.values().stream().filter(exchange -> exchange.step == step).toList();
  }

  void emit(AdmissionOutput output) {
    out.add(output);
  }

  AdmissionOutput poll() {
    return out.poll();
  }

  /** The one place where a step changes. */
  void move(long now, Exchange exchange, AdmissionStep step, String reason) {
    exchange.step = step;
    exchange.deadline = now + PATIENCE.getOrDefault(step, 0L);
    out.add(new AdmissionOutput.Moved(exchange.id, step, reason));
  }

  /** Message 2; admitted if there is a session. */
  void answer(
      Exchange exchange,
      ResponderContent content,
      List<Long> sockets,
      Optional<SessionId> session) {
    byte[] sealed = exchange.responder.answer(content.encode(), randomBytes(SealedLimits.KEY));
    out.add(
        new AdmissionOutput.SendAnswer(
            exchange.frame.exchange(), sealed, sockets, session.isPresent(), session));
  }

  /** A message after it. */
  void next(Exchange exchange, ResponderContent content) {
    out.add(
        new AdmissionOutput.SendAnswer(
            exchange.frame.exchange(),
            exchange.responder.next(content.encode()),
            exchange.socket.sockets(),
            true,
            Optional.of(exchange.session)));
  }

  /** A key that may not be used: for the log, another of the person's may follow. */
  void reject(Exchange exchange, Refusal kind, String reason) {
    out.add(
        new AdmissionOutput.Rejected(
            exchange.offer.said().user(), exchange.key, exchange.frame.from(), kind, reason));
  }

  /** Message 2: no. */
  void refuse(long now, Exchange exchange, Refusal kind, String reason) {
    answer(exchange, new ResponderContent.Refused(kind, reason), List.of(), Optional.empty());
    finish(now, exchange, "refused: " + kind);
  }

  /** The same, for want of time. */
  void tooSlow(long now, Exchange exchange) {
    refuse(now, exchange, Refusal.FAILURE, TOO_SLOW);
  }

  /** Says nothing, of an exchange that had begun. */
  void silence(long now, Exchange exchange, DropReason reason) {
    drop(reason, exchange.frame);
    finish(now, exchange, "silence: " + reason);
  }

  /** Says nothing. */
  void drop(DropReason reason, AdmissionInput.Offered frame) {
    dropped.merge(reason, 1L, Long::sum);
    out.add(new AdmissionOutput.Dropped(reason, frame.from()));
  }

  void finish(long now, Exchange exchange, String reason) {
    move(now, exchange, AdmissionStep.DONE, reason);
    exchanges.remove(exchange.id);
    heldBytes -= exchange.bytes;
    exchange.responder.close();
    if (exchange.secret != null) {
      Arrays.fill(exchange.secret, (byte) 0);
    }
  }

  List<Exchange> overdue(long now) {
    return exchanges.values().stream().filter(e -> e.deadline - now <= 0).toList();
  }

  long nextDeadline() {
    long next = Machine.NO_DEADLINE;
    for (Exchange exchange : exchanges.values()) {
      if (next == Machine.NO_DEADLINE || exchange.deadline - next < 0) {
        next = exchange.deadline;
      }
    }
    return next;
  }

  byte[] randomBytes(int length) {
    byte[] bytes = new byte[length];
    random.nextBytes(bytes);
    return bytes;
  }

  EnumMap<DropReason, Long> dropped() {
    return new EnumMap<>(dropped);
  }

  int size() {
    return exchanges.size();
  }

  void close() {
    exchanges.values().forEach(exchange -> exchange.responder.close());
    exchanges.clear();
  }
}
