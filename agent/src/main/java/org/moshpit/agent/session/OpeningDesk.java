package org.moshpit.agent.session;

import java.util.List;
import java.util.Optional;
import org.moshpit.agent.candidates.IceDescription;
import org.moshpit.agent.session.AdmissionInput.ControlDone;
import org.moshpit.agent.session.AdmissionInput.OpenFailed;
import org.moshpit.agent.session.AdmissionInput.ServerStarted;
import org.moshpit.agent.session.AdmissionInput.SocketReady;
import org.moshpit.common.seal.Refusal;
import org.moshpit.common.seal.ResponderContent;
import org.moshpit.common.seal.SealedLimits;
import org.moshpit.common.seal.SessionId;
import org.moshpit.common.seal.SessionSecret;

/**
 * The box's side of an offer that policy allows: a session within the limits, opened, answered for
 * and, where that was asked, its port handed over.
 */
final class OpeningDesk {
  /**
   * A ping of which nothing is heard for so long is over. Who tells looks every few seconds, and a
   * direct path takes some to be found dead: within a minute in all.
   */
  private static final long PING_NANOS = 40_000_000_000L;

  private final AdmissionLimits limits;
  private final BoxSessions sessions;
  private final ExchangeBook book;
  private final Orders orders;

  OpeningDesk(AdmissionLimits limits, BoxSessions sessions, ExchangeBook book) {
    this.limits = limits;
    this.sessions = sessions;
    this.book = book;
    this.orders = new Orders(limits.window().toMillis());
  }

  /** Policy allows it: unless its order has one or there are too many, a session is opened. */
  void open(long now, Exchange exchange) {
    Orders.Fate fate = orders.fate(now, exchange);
    if (fate instanceof Orders.Fate.Open) {
      openNew(now, exchange);
    } else if (fate instanceof Orders.Fate.Resume resume) {
      resume(now, exchange, resume.session());
    } else if (fate instanceof Orders.Fate.Refuse refused) {
      book.reject(exchange, refused.kind(), refused.reason());
      book.refuse(now, exchange, refused.kind(), refused.reason());
    } else if (exchange.step != AdmissionStep.WAITING) {
      book.move(now, exchange, AdmissionStep.WAITING, "the same order is being opened");
    }
  }

  /** Looks again at those that depend on another's session. */
  void goOn(long now) {
    book.at(AdmissionStep.WAITING).forEach(exchange -> open(now, exchange));
    book.at(AdmissionStep.RESUMING).stream()
        .filter(exchange -> orders.fate(now, exchange) instanceof Orders.Fate.Refuse)
        .forEach(exchange -> open(now, exchange));
  }

  private void resume(long now, Exchange exchange, SessionId session) {
    exchange.session = session;
    book.move(now, exchange, AdmissionStep.RESUMING, "the order's session is there, and unused");
    book.emit(
        new AdmissionOutput.ControlRequested(
            exchange.id,
            session,
            Optional.of(IceTranslation.fromSealed(exchange.offer.ice())),
            false,
            exchange.frame.observed(),
            exchange.frame.relay(),
            exchange.frame.from(),
            exchange.frame.fromKey(),
            exchange.offer.rttMillis()));
  }

  /** The session of its order has begun its checks anew, for this laptop. */
  void resumed(long now, Exchange exchange, ControlDone done) {
    if (orders.fate(now, exchange) instanceof Orders.Fate.Resume resume && done.ice().isPresent()) {
      accept(exchange, resume.answer(), done.ice().get(), done.sockets(), done.startDelayMillis());
      book.finish(now, exchange, "answered with the session its order has");
    } else {
      book.tooSlow(now, exchange);
    }
  }

  /** Its laptop is there, and has the answer. */
  void used(long now, SessionId session) {
    sessions.putOff(session, now + PING_NANOS);
    orders.carriedOut(session);
  }

  /** The session is no more: its order is carried out. */
  void carriedOut(SessionId session) {
    orders.carriedOut(session);
  }

  private void openNew(long now, Exchange exchange) {
    String user = exchange.offer.said().user();
    boolean ofTheUser = sessions.sizeOf(user) >= limits.sessionsPerUser();
    if (ofTheUser || sessions.size() >= limits.sessions()) {
      String reason =
          ofTheUser
              ? user
                  + " has as many sessions on this box as one user may have"
                  + " (max-sessions-per-user); end one there first: agent sessions lists them,"
                  + " agent kill ends one"
              : "there are as many sessions on this box as it may have (max-sessions); end one"
                  + " first";
      book.reject(exchange, Refusal.SESSION_LIMIT, reason);
      book.refuse(now, exchange, Refusal.SESSION_LIMIT, reason);
      return;
    }
    exchange.session = SessionId.of(book.randomBytes(SessionId.LENGTH)).orElseThrow();
    exchange.secret = book.randomBytes(SealedLimits.SECRET);
    orders.take(now, exchange);
    // Counted from here, so that a hundred offers at once do not all slip through.
    sessions.open(exchange.session, user, SessionSecret.of(exchange.secret), 0);
    book.move(now, exchange, AdmissionStep.OPENING, "policy allows");
    book.emit(
        new AdmissionOutput.OpenSession(
            exchange.id,
            exchange.session,
            exchange.secret.clone(),
            user,
            exchange.key,
            exchange.offer.asked(),
            IceTranslation.fromSealed(exchange.offer.ice()),
            exchange.frame.observed(),
            exchange.frame.relay(),
            exchange.frame.from(),
            exchange.frame.fromKey(),
            exchange.offer.rttMillis()));
  }

  /** Its sockets are there. */
  void socketReady(long now, Exchange exchange, SocketReady ready) {
    exchange.socket = ready;
    answerIfReady(now, exchange);
  }

  /** Its mosh-server runs. */
  void serverStarted(long now, ServerStarted started) {
    book.at(started.id(), AdmissionStep.OPENING)
        .ifPresent(
            exchange -> {
              exchange.server = started;
              answerIfReady(now, exchange);
            });
    book.at(started.id(), AdmissionStep.HANDING_OVER)
        .ifPresent(exchange -> handOver(now, exchange, started));
  }

  private void answerIfReady(long now, Exchange exchange) {
    if (exchange.socket == null || (exchange.needsServerFirst() && exchange.server == null)) {
      return;
    }
    boolean withKey = exchange.needsServerFirst();
    Orders.Answer answer =
        new Orders.Answer(
            exchange.secret.clone(),
            withKey ? exchange.server.moshKey() : "",
            exchange.socket.port(),
            withKey ? exchange.server.warning() : "");
    orders.answered(exchange, answer);
    accept(
        exchange,
        answer,
        exchange.socket.ice(),
        exchange.socket.sockets(),
        exchange.socket.startDelayMillis());
    book.emit(
        new AdmissionOutput.Admitted(
            exchange.session, exchange.offer.said().user(), exchange.key, exchange.frame.from()));
    if (exchange.offer.asked().ping()) {
      sessions.endAt(exchange.session, now + PING_NANOS);
    }
    if (!exchange.offer.asked().handover()) {
      book.finish(now, exchange, "answered");
      return;
    }
    book.move(now, exchange, AdmissionStep.HANDING_OVER, "answered, port still ours");
    if (exchange.server != null) {
      handOver(now, exchange, exchange.server);
    }
  }

  private void accept(
      Exchange exchange,
      Orders.Answer answer,
      IceDescription ice,
      List<Long> sockets,
      int startDelayMillis) {
    book.answer(
        exchange,
        new ResponderContent.Accepted(
            exchange.session,
            answer.secret(),
            IceTranslation.toSealed(ice),
            answer.moshKey(),
            answer.port(),
            answer.warning(),
            exchange.key.blob(),
            startDelayMillis),
        sockets,
        Optional.of(exchange.session));
  }

  private void handOver(long now, Exchange exchange, ServerStarted started) {
    if (started.handedOver().isEmpty()) {
      throw new IllegalArgumentException("handover without an address");
    }
    book.next(
        exchange, new ResponderContent.Handover(started.moshKey(), started.handedOver().get()));
    book.finish(now, exchange, "port handed over");
  }

  /** It cannot be opened, or not be handed over. */
  void failed(long now, OpenFailed failed) {
    book.at(failed.id(), AdmissionStep.OPENING)
        .ifPresent(
            exchange -> {
              sessions.forget(exchange.session);
              orders.failed(exchange.session, failed.kind(), failed.reason());
              book.refuse(now, exchange, failed.kind(), failed.reason());
            });
    book.at(failed.id(), AdmissionStep.HANDING_OVER)
        .ifPresent(
            exchange -> {
              sessions.end(exchange.session, failed.reason());
              book.next(exchange, new ResponderContent.Refused(failed.kind(), failed.reason()));
              book.finish(now, exchange, "handover failed");
            });
  }

  /** Opening or handing over took too long. */
  void timedOut(long now, Exchange exchange) {
    if (exchange.step == AdmissionStep.OPENING) {
      sessions.forget(exchange.session);
      orders.failed(exchange.session, Refusal.FAILURE, ExchangeBook.TOO_SLOW);
      book.emit(new AdmissionOutput.AbandonSession(exchange.session, "opening took too long"));
      book.tooSlow(now, exchange);
      return;
    }
    String reason = "the port did not change hands in time";
    sessions.end(exchange.session, reason);
    book.emit(new AdmissionOutput.AbandonSession(exchange.session, reason));
    book.next(exchange, new ResponderContent.Refused(Refusal.FAILURE, reason));
    book.finish(now, exchange, reason);
  }

  /** For tests of the bounds. */
  int held() {
    return orders.held();
  }

  /** Destroys the secrets. */
  void close() {
    orders.close();
  }
}
