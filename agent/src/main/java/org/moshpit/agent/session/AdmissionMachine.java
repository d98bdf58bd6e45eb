package org.moshpit.agent.session;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.random.RandomGenerator;
import org.moshpit.agent.session.AdmissionInput.Clock;
import org.moshpit.agent.session.AdmissionInput.ControlDone;
import org.moshpit.agent.session.AdmissionInput.CounterPersisted;
import org.moshpit.agent.session.AdmissionInput.HintWanted;
import org.moshpit.agent.session.AdmissionInput.KeysListed;
import org.moshpit.agent.session.AdmissionInput.Offered;
import org.moshpit.agent.session.AdmissionInput.OpenFailed;
import org.moshpit.agent.session.AdmissionInput.PolicyAllowed;
import org.moshpit.agent.session.AdmissionInput.PolicyNotListed;
import org.moshpit.agent.session.AdmissionInput.PolicyRefused;
import org.moshpit.agent.session.AdmissionInput.ServerStarted;
import org.moshpit.agent.session.AdmissionInput.SessionEnded;
import org.moshpit.agent.session.AdmissionInput.SessionRestored;
import org.moshpit.agent.session.AdmissionInput.SessionUsed;
import org.moshpit.agent.session.AdmissionInput.SocketReady;
import org.moshpit.common.identity.BoxName;
import org.moshpit.common.identity.SshPublicKey;
import org.moshpit.common.sansio.Machine;
import org.moshpit.common.sansio.Transmit;
import org.moshpit.common.seal.InitiatorContent;
import org.moshpit.common.seal.OfferStatement;
import org.moshpit.common.seal.OfferedKey;
import org.moshpit.common.seal.ResponderContent;
import org.moshpit.common.seal.SealResponder;
import org.moshpit.common.seal.SessionId;

/**
 * The box's door. For every sealed message, in exactly this order: token buckets; Noise; bounds,
 * and that the statement speaks of this box and this exchange; freshness; is a key listed; only
 * then its signature; policy; work. Whatever fails before a listed key's signature verifies ends in
 * silence.
 *
 * <p>Transitions of an exchange:
 *
 * <pre>
 * –            → LISTING       an offer that opens, fits and is no replay
 * LISTING      → DECIDING      a listed key has signed, freshly
 * LISTING      → DONE          none has (silence); it has, but not freshly (challenge); 3 s
 * DECIDING     → DECIDING      policy refuses this key, and another listed one has signed too
 * DECIDING     → OPENING       policy allows, and a session is free
 * DECIDING     → WAITING       the same order is being opened for an earlier offer
 * DECIDING     → RESUMING      it has been, and nobody has used its session
 * DECIDING     → DONE          policy refuses, no session is free, the order is carried out, or 5 s;
 *                              the key is not listed any more (silence)
 * WAITING      → RESUMING      that session is there
 * WAITING      → DONE          it could not be opened; 10 s
 * RESUMING     → DONE          answered with that session; 10 s
 * OPENING      → DONE          socket and mosh-server are there, or for a ping the socket; a
 *                              failure, or 10 s
 * OPENING      → HANDING_OVER  handover: the socket is there
 * HANDING_OVER → DONE          mosh-server has the port; a failure, or 60 s
 * –            → COUNTING      a control message with the session's MAC and a new counter
 * COUNTING     → CONTROLLING   the counter is on the disk
 * CONTROLLING  → DONE          carried out; 10 s
 * </pre>
 *
 * A ping has no mosh-server whose end would end it: it is ended 40 s after the last that was heard
 * of it.
 *
 * <p>One thread. Everything held is bounded, by {@link AdmissionLimits} and otherwise.
 */
public final class AdmissionMachine
    implements Machine<AdmissionInput, AdmissionOutput>, AutoCloseable {
  private final BoxIdentity identity;
  private final SignatureCheck signatures;
  private final byte[] hostKeyBlob;
  private final byte[] staticKey;
  private final OfferGate gate;
  private final Freshness freshness;
  private final BoxSessions sessions = new BoxSessions();
  private final ExchangeBook book;
  private final OpeningDesk opening;
  private final ControlDesk control;

  /**
   * A box without sessions.
   *
   * @param identity who it is; its key pair is closed with this machine
   * @param random for session ids, secrets, challenges and Noise: must be cryptographic
   */
  public AdmissionMachine(
      BoxIdentity identity,
      AdmissionLimits limits,
      SignatureCheck signatures,
      RandomGenerator random) {
    this.identity = identity;
    this.signatures = signatures;
    this.hostKeyBlob = identity.hostKey().blob();
    this.staticKey = identity.sealKey().publicKey();
    this.gate = new OfferGate(limits);
    this.freshness = new Freshness(limits.window().toMillis(), random);
    this.book = new ExchangeBook(random);
    this.opening = new OpeningDesk(limits, sessions, book);
    this.control = new ControlDesk(identity, sessions, book);
  }

  @Override
  public void handle(long now, AdmissionInput event) {
    if (event instanceof Offered offered) {
      offered(now, offered);
    } else if (event instanceof KeysListed listed) {
      book.at(listed.id(), AdmissionStep.LISTING).ifPresent(e -> listed(now, e, listed.listed()));
    } else if (event instanceof PolicyAllowed allowed) {
      book.at(allowed.id(), AdmissionStep.DECIDING).ifPresent(e -> opening.open(now, e));
    } else if (event instanceof PolicyRefused refused) {
      book.at(refused.id(), AdmissionStep.DECIDING).ifPresent(e -> policyRefused(now, e, refused));
    } else if (event instanceof PolicyNotListed gone) {
      book.at(gone.id(), AdmissionStep.DECIDING)
          .ifPresent(e -> book.silence(now, e, DropReason.NOT_LISTED));
    } else if (event instanceof SocketReady ready) {
      book.at(ready.id(), AdmissionStep.OPENING).ifPresent(e -> opening.socketReady(now, e, ready));
    } else if (event instanceof ServerStarted started) {
      opening.serverStarted(now, started);
    } else if (event instanceof OpenFailed failed) {
      opening.failed(now, failed);
    } else if (event instanceof Clock clock) {
      freshness.clock(now, clock.wallMillis());
    } else if (event instanceof SessionRestored restored) {
      sessions.open(restored.session(), restored.user(), restored.secret(), restored.counter());
    } else if (event instanceof SessionEnded ended) {
      // said once, so no limit has to hold it back
      if (ended.relay() != 0 && sessions.isLive(ended.session())) {
        book.emit(new AdmissionOutput.SendHint(ended.session(), ended.relay()));
      }
      sessions.end(ended.session(), ended.reason());
      opening.carriedOut(ended.session());
    } else if (event instanceof SessionUsed used) {
      opening.used(now, used.session());
    } else if (event instanceof CounterPersisted persisted) {
      book.at(persisted.id(), AdmissionStep.COUNTING).ifPresent(e -> control.counted(now, e));
    } else if (event instanceof ControlDone done) {
      book.at(done.id(), AdmissionStep.CONTROLLING).ifPresent(e -> control.done(now, e, done));
      book.at(done.id(), AdmissionStep.RESUMING).ifPresent(e -> opening.resumed(now, e, done));
    } else if (event instanceof AdmissionInput.LinkUp) {
      sessions.forgetHints();
    } else if (event instanceof HintWanted hint) {
      if (sessions.mayHint(now, hint.session())) {
        book.emit(new AdmissionOutput.SendHint(hint.session(), hint.relay()));
      }
    }
    opening.goOn(now);
  }

  // Offers, up to the first signature.

  private void offered(long now, Offered frame) {
    Optional<DropReason> refused = gate.refuse(now, frame.fromKey());
    if (refused.isPresent()) {
      book.drop(refused.get(), frame);
      return;
    }
    if (!BoxName.isValid(frame.from())) {
      book.drop(DropReason.MALFORMED, frame);
      return;
    }
    if (!book.hasRoom(frame.sealed().length)) {
      book.drop(DropReason.BUSY, frame);
      return;
    }
    if (SealResponder.open(identity.sealKey(), identity.realm(), identity.name(), frame.sealed())
        instanceof SealResponder.Outcome.Ready ready) {
      read(now, frame, ready);
    } else {
      book.drop(DropReason.NOT_AUTHENTIC, frame);
    }
  }

  private void read(long now, Offered frame, SealResponder.Outcome.Ready ready) {
    InitiatorContent content = InitiatorContent.parse(ready.payload()).good().orElse(null);
    Optional<DropReason> wrong;
    if (content instanceof InitiatorContent.Offer offer && frame.session().isEmpty()) {
      wrong = begin(now, frame, ready.responder(), offer);
    } else if (content instanceof InitiatorContent.Control message
        && frame.session().equals(Optional.of(message.session()))) {
      wrong = control.arrived(now, frame, ready.responder(), message);
    } else {
      wrong = Optional.of(DropReason.MALFORMED);
    }
    wrong.ifPresent(
        reason -> {
          ready.responder().close();
          book.drop(reason, frame);
        });
  }

  private Optional<DropReason> begin(
      long now, Offered frame, SealResponder responder, InitiatorContent.Offer offer) {
    OfferStatement said = offer.said();
    if (!Arrays.equals(said.hostKey(), hostKeyBlob)
        || !Arrays.equals(said.staticKey(), staticKey)
        || !Arrays.equals(said.realm(), identity.realm())
        || !said.name().equals(identity.name())
        || !Arrays.equals(said.ephemeral(), responder.peerEphemeral())) {
      return Optional.of(DropReason.WRONG_BOX);
    }
    Map<SshPublicKey, byte[]> signed = new LinkedHashMap<>();
    for (OfferedKey offered : offer.keys()) {
      SshPublicKey.tryParse(offered.publicKey())
          .ifPresent(key -> signed.putIfAbsent(key, offered.signature()));
    }
    List<SshPublicKey> keys = List.copyOf(signed.keySet());
    if (keys.isEmpty()) {
      return Optional.of(DropReason.MALFORMED);
    }
    if (freshness.isReplay(now, said, keys)) {
      return Optional.of(DropReason.REPLAYED);
    }
    Exchange exchange = book.offer(frame, responder, offer);
    keys.forEach(key -> exchange.untried.add(new Exchange.ListedKey(key, signed.get(key))));
    book.move(now, exchange, AdmissionStep.LISTING, "offer opened");
    book.emit(new AdmissionOutput.CheckListed(exchange.id, said.user(), keys, frame.fromKey()));
    return Optional.empty();
  }

  private void listed(long now, Exchange exchange, List<SshPublicKey> listed) {
    exchange.untried.removeIf(candidate -> !listed.contains(candidate.key()));
    if (exchange.untried.isEmpty()) {
      book.silence(now, exchange, DropReason.NOT_LISTED);
      return;
    }
    if (!nextSigned(exchange)) {
      book.silence(now, exchange, DropReason.BAD_SIGNATURE);
      return;
    }
    switch (freshness.settle(now, exchange.offer.said(), exchange.key)) {
      case REPLAYED -> book.silence(now, exchange, DropReason.REPLAYED);
      case STALE -> challenge(now, exchange);
      case FRESH -> decide(now, exchange, "signature verified");
    }
  }

  /** Goes to the next listed key that has signed the statement, if there is one. */
  private boolean nextSigned(Exchange exchange) {
    while (!exchange.untried.isEmpty()) {
      Exchange.ListedKey candidate = exchange.untried.remove();
      SignatureCheck.Proof proof =
          signatures.verify(candidate.key(), candidate.signature(), exchange.offer.statement());
      if (proof != SignatureCheck.Proof.NONE) {
        exchange.key = candidate.key();
        exchange.userVerified = proof == SignatureCheck.Proof.SIGNED_USER_VERIFIED;
        return true;
      }
    }
    return false;
  }

  private void challenge(long now, Exchange exchange) {
    byte[] nonce = freshness.challenge(now, exchange.key);
    book.answer(
        exchange,
        new ResponderContent.Challenge(nonce, freshness.wallMillis(now)),
        List.of(),
        Optional.empty());
    book.finish(now, exchange, "not fresh: challenged");
  }

  // From here on the other side may be told things.

  private void decide(long now, Exchange exchange, String reason) {
    book.move(now, exchange, AdmissionStep.DECIDING, reason);
    book.emit(
        new AdmissionOutput.DecidePolicy(
            exchange.id,
            exchange.offer.said().user(),
            exchange.key,
            exchange.userVerified,
            exchange.offer.asked(),
            exchange.frame.from()));
  }

  private void policyRefused(long now, Exchange exchange, PolicyRefused refused) {
    book.reject(exchange, refused.kind(), refused.reason());
    if (exchange.refusal == null) {
      exchange.refusal = refused;
    }
    // As with sshd, another of the person's keys may be allowed what this one is not.
    if (nextSigned(exchange)) {
      decide(now, exchange, "policy refused a key, another has signed");
      return;
    }
    book.refuse(now, exchange, exchange.refusal.kind(), exchange.refusal.reason());
  }

  @Override
  public void handleTimeout(long now) {
    book.overdue(now).forEach(exchange -> timedOut(now, exchange));
    for (SessionId ping : sessions.overdue(now)) {
      String reason = "nothing more was heard of the ping";
      sessions.end(ping, reason);
      book.emit(new AdmissionOutput.AbandonSession(ping, reason));
    }
    opening.goOn(now);
  }

  private void timedOut(long now, Exchange exchange) {
    switch (exchange.step) {
      case LISTING -> book.silence(now, exchange, DropReason.TIMED_OUT);
      case DECIDING, WAITING, RESUMING -> book.tooSlow(now, exchange);
      case OPENING, HANDING_OVER -> opening.timedOut(now, exchange);
      default -> book.finish(now, exchange, "took too long");
    }
  }

  /** Never: a box's answers go over the link. */
  @Override
  public Transmit pollTransmit() {
    return null;
  }

  @Override
  public AdmissionOutput pollEvent() {
    return book.poll();
  }

  @Override
  public long nextDeadline() {
    long exchange = book.nextDeadline();
    long ping = sessions.nextDeadline();
    boolean exchangeFirst = ping == NO_DEADLINE || (exchange != NO_DEADLINE && exchange - ping < 0);
    return exchangeFirst ? exchange : ping;
  }

  /** Sessions open or being opened. */
  public int sessions() {
    return sessions.size();
  }

  /** How often silence was the answer, and why, since the start. */
  public Map<DropReason, Long> dropped() {
    return book.dropped();
  }

  /** For tests of the bounds. */
  int held() {
    return book.size() + freshness.held() + opening.held();
  }

  /** Destroys the keys; the machine takes nothing afterwards. */
  @Override
  public void close() {
    book.close();
    opening.close();
    identity.sealKey().close();
  }
}
