package org.moshpit.agent.punch;

import java.util.ArrayDeque;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.BiConsumer;
import java.util.random.RandomGenerator;
import org.moshpit.agent.candidates.Candidate;
import org.moshpit.agent.candidates.IceCredentials;
import org.moshpit.agent.punch.strategy.StrategyRunner;
import org.moshpit.common.sansio.Deadlines;
import org.moshpit.common.sansio.Machine;
import org.moshpit.common.sansio.SocketId;
import org.moshpit.common.sansio.Transmit;
import org.moshpit.common.sansio.TransportAddress;
import org.moshpit.common.stun.ErrorCode;
import org.moshpit.common.stun.StunClass;
import org.moshpit.common.stun.StunMessage;
import org.moshpit.common.stun.StunParse;
import org.moshpit.common.stun.TransactionId;
import org.moshpit.common.stun.XorMappedAddress;

/**
 * One generation of connectivity checks between two ends (RFC 8445 §6–§8).
 *
 * <p>Transitions, all through one method:
 *
 * <ul>
 *   <li>WAITING → CHECKING: the peer's description came;
 *   <li>CHECKING → COMPLETED: a valid pair is nominated, by us (regular nomination) or by the peer;
 *   <li>CHECKING → FAILED: ten seconds passed without; or every check failed before that.
 * </ul>
 *
 * <p>COMPLETED and FAILED are final. In COMPLETED authentic checks are answered and {@link
 * PunchIn.Probe} asks again on valid pairs; in FAILED everything is ignored, because an answer
 * would let the peer believe in a path that this end has given up. Another try is another
 * generation with credentials of its own.
 */
public final class PunchMachine implements Machine<PunchIn, PunchOut> {
  /** After the start, so long may it take in all: a person's patience, not a network's. */
  static final long FAIL_AFTER = TimeUnit.SECONDS.toNanos(10);

  private final IceCredentials localCredentials;
  private final AddressBudget budget;
  private final Roles roles;
  private final CheckCodec codec;
  private final CheckSender sender;
  private final Responder responder;
  private final Checklist checklist = new Checklist();
  private final Pairing pairing;
  private final Places places;
  private final Openers openers;
  private final StrategyRunner strategies;
  private final Ticks ticks;
  private final NoteReader notes;
  private final Aim aim;
  private final Nomination nomination = new Nomination();
  private final ArrayDeque<PunchOut> events = new ArrayDeque<>();
  private PunchState state = PunchState.WAITING;
  private IceCredentials remoteCredentials;
  private CandidatePair selected;

  /**
   * A generation in WAITING.
   *
   * @param local our credentials in it
   * @param random unpredictable: transaction IDs come from it
   * @param budget shared by all generations of one session
   */
  public PunchMachine(
      PunchConfig config, IceCredentials local, RandomGenerator random, AddressBudget budget) {
    Objects.requireNonNull(config);
    this.localCredentials = Objects.requireNonNull(local);
    this.budget = Objects.requireNonNull(budget);
    roles = new Roles(config.role(), random.nextLong());
    codec = new CheckCodec(local);
    aim = new Aim(config.destinations());
    sender = new CheckSender(codec, random, budget, aim);
    responder = new Responder(config.destinations(), codec, sender);
    pairing = new Pairing(checklist, config.destinations());
    places = new Places(checklist, pairing, roles);
    openers = new Openers(config.openerTtl(), sender, roles, pairing);
    StrategyGround ground =
        new StrategyGround(
            random, config.destinations(), codec, sender, roles, pairing, openers, events);
    strategies = new StrategyRunner(ground, config.limits(), random);
    ticks = new Ticks(checklist, strategies);
    notes = new NoteReader(codec, ticks, strategies);
  }

  /** Where it stands. */
  public PunchState state() {
    return state;
  }

  /** Our role; a conflict may have changed it. */
  public IceRole role() {
    return roles.role();
  }

  /** Our credentials, by whose name requests for this generation are known. */
  public IceCredentials localCredentials() {
    return localCredentials;
  }

  /** Whether an authentic check of the peer has arrived. */
  public boolean heardPeer() {
    return responder.isHeard();
  }

  /** Whether datagrams from there may be believed: a check on that very pair was answered. */
  public boolean isValid(SocketId socket, TransportAddress remote) {
    CandidatePair pair = checklist.find(socket, remote);
    return pair != null && pair.roundTrips > 0;
  }

  /** Whether what the peer sends on that very pair arrives: an authentic check of it did. */
  public boolean isHeard(SocketId socket, TransportAddress remote) {
    CandidatePair pair = checklist.find(socket, remote);
    return pair != null && pair.heard;
  }

  /** Calls {@code each} for every pair for which {@link #isValid} holds, the best first. */
  public void answeredPairs(BiConsumer<SocketId, TransportAddress> each) {
    checklist.forEach(
        pair -> pair.roundTrips > 0,
        pair -> each.accept(pair.local.socket(), pair.remote.address()));
  }

  /** Calls {@code each} for every pair that may be nominated, the best first. */
  public void validPairs(BiConsumer<SocketId, TransportAddress> each) {
    checklist.forEach(
        pair -> pair.valid, pair -> each.accept(pair.local.socket(), pair.remote.address()));
  }

  /**
   * Whether a message is meant for this generation: a request by the name it bears, an answer by
   * its transaction. It is not yet proven authentic.
   */
  public boolean concerns(StunMessage message) {
    return message.type() == StunClass.REQUEST
        ? codec.isNamed(message)
        : sender.find(message.transactionId()) != null
            || sender.loose().find(message.transactionId()) != null;
  }

  /**
   * The word that the session is over, under this generation's credentials; after the peer's
   * description came.
   *
   * @param id unpredictable, and of no other message
   */
  public byte[] endNote(TransactionId id, String reason) {
    return EndNote.write(codec, id, reason);
  }

  /** What {@link #endNote} of the peer says, under this generation's credentials; else empty. */
  public Optional<String> readEnd(StunParse.Parsed parsed) {
    return EndNote.read(codec, parsed);
  }

  /** Nobody wants its outcome any more: what it holds of the agent's limits is given back. */
  public void abandon(long now) {
    strategies.stop(now);
  }

  /** Pairs, candidates of the peer, requests and events that it holds; for tests of the bounds. */
  public int held() {
    return checklist.pairs().size()
        + pairing.remotes().all().size()
        + sender.held()
        + events.size();
  }

  @Override
  public void handle(long now, PunchIn event) {
    if (state == PunchState.FAILED) {
      return;
    }
    if (event instanceof PunchIn.Stun stun) {
      received(now, stun);
    } else if (event instanceof PunchIn.Probe probe) {
      probe(now, probe);
    } else if (event instanceof PunchIn.Local local) {
      open(now, pairing.local(local.candidate(), roles.role()));
      addRemotes(now, List.of());
    } else if (event instanceof PunchIn.SocketClosed closed) {
      removeSocket(closed.socket());
    } else if (event instanceof PunchIn.RemoteObserved observed) {
      boolean room = aim.seen(observed.address().ip());
      addRemote(now, pairing.remotes().observed(observed.address()));
      if (room) {
        addRemotes(now, List.of());
      }
      confirmAim(now);
    } else if (event instanceof PunchIn.Remote remote) {
      describe(now, remote);
    } else if (event instanceof PunchIn.LocalNat nat) {
      strategies.localNat(now, nat.kind(), nat.step(), nat.span());
    } else if (event instanceof PunchIn.Extra extra) {
      pairing.extra(extra.candidate());
      strategies.opened(now, extra.candidate().socket());
    } else if (event instanceof PunchIn.Seen seen) {
      strategies.seen(now, seen.socket(), seen.server(), seen.at());
    } else if (event instanceof PunchIn.Note note) {
      notes.heard(now, note.parsed());
    }
    advance(now);
  }

  @Override
  public void handleTimeout(long now) {
    if (state != PunchState.FAILED) {
      advance(now);
    }
  }

  @Override
  public Transmit pollTransmit() {
    return sender.poll();
  }

  @Override
  public PunchOut pollEvent() {
    return events.poll();
  }

  @Override
  public long nextDeadline() {
    if (state == PunchState.FAILED) {
      return NO_DEADLINE;
    }
    long next = sender.nextDeadline();
    if (codec.knowsRemote()) {
      next = Deadlines.earlier(next, ticks.nextTriggered());
    }
    if (state != PunchState.COMPLETED) {
      next = Deadlines.earlier(next, strategies.nextDeadline());
    }
    if (state == PunchState.CHECKING) {
      next = Deadlines.earlier(next, ticks.startAt() + FAIL_AFTER);
      next = Deadlines.earlier(next, ticks.nextOrdinary());
      if (roles.isControlling()) {
        next = Deadlines.earlier(next, nomination.nextDeadline());
      }
    }
    return next;
  }

  // candidates

  private void removeSocket(SocketId socket) {
    pairing.remove(socket);
    sender.forget(socket);
    nomination.drop(socket);
  }

  private void describe(long now, PunchIn.Remote event) {
    IceCredentials credentials = event.description().credentials();
    if (remoteCredentials != null && !remoteCredentials.equals(credentials)) {
      return;
    }
    boolean first = remoteCredentials == null;
    aim.described(event.description().candidates());
    event.seenAt().forEach(aim::seen);
    if (first) {
      remoteCredentials = credentials;
      codec.remote(credentials);
      ticks.begin(now, event.startDelayNanos());
      open(now, checklist.pairs());
      transition(PunchState.CHECKING, "the peer's description came");
    }
    addRemotes(now, event.description().candidates());
    strategies.introduced(now, aim.ip());
    confirmAim(now);
    if (first) {
      for (Responder.Early check : responder.takeEarly(credentials.ufrag())) {
        trigger(now, check.socket(), check.from(), check.facts(), check.genuine());
      }
    }
  }

  private void confirmAim(long now) {
    aim.confirmed().ifPresent(address -> strategies.peerAt(now, address));
  }

  private void addRemotes(long now, List<Candidate> described) {
    for (Candidate candidate : pairing.checkable(described, aim.seenAt())) {
      addRemote(now, pairing.remotes().described(candidate));
    }
  }

  private void addRemote(long now, RemoteCandidate remote) {
    if (state != PunchState.COMPLETED) {
      open(now, pairing.remote(remote, roles.role()));
    }
  }

  /** Sends what opens our NAT for each pair's remote address. */
  private void open(long now, List<CandidatePair> pairs) {
    if (codec.knowsRemote() && state != PunchState.COMPLETED) {
      openers.send(now, pairs);
    }
  }

  // requests of the peer

  private void received(long now, PunchIn.Stun stun) {
    StunMessage message = stun.parsed().message();
    if (message.isBinding(StunClass.REQUEST)) {
      request(now, stun, message);
    } else if (message.isBinding(StunClass.SUCCESS) || message.isBinding(StunClass.ERROR)) {
      response(now, stun, message);
    }
  }

  private void request(long now, PunchIn.Stun stun, StunMessage message) {
    if (!pairing.has(stun.socket())) {
      return;
    }
    SocketId socket = stun.socket();
    TransportAddress from = stun.from();
    Responder.Outcome outcome =
        responder.respond(
            now,
            stun,
            roles,
            () -> places.isKnown(socket, from),
            () -> places.of(now, socket, from, RequestFacts.of(message)) != null);
    if (outcome == Responder.Outcome.SWITCH_ROLE) {
      switchRole();
    }
    if (outcome != Responder.Outcome.NONE && codec.knowsRemote()) {
      boolean genuine = !responder.isReplay();
      trigger(now, socket, from, RequestFacts.of(message), genuine);
    }
  }

  private void switchRole() {
    roles.change();
    nomination.drop();
    checklist.prioritize(roles.role());
  }

  /** RFC 8445 §7.3.1.3–§7.3.1.5. */
  private void trigger(
      long now, SocketId socket, TransportAddress from, RequestFacts facts, boolean genuine) {
    boolean nominates = roles.isNominatedBy(facts);
    CandidatePair pair = places.of(now, socket, from, facts);
    if (pair == null) {
      return;
    }
    if (genuine) {
      places.keep(now, pair);
      pair.heard = true;
    }
    if (pair.state == PairState.SUCCEEDED) {
      if (nominates) {
        select(pair);
      }
      return;
    }
    pair.useCandidateSeen |= nominates;
    boolean retransmitted = facts.id().equals(pair.lastTrigger);
    pair.lastTrigger = facts.id();
    if (!retransmitted || pair.state != PairState.IN_PROGRESS) {
      if (pair.transaction != null) {
        pair.transaction.cancel();
      }
      checklist.trigger(pair);
    }
  }

  // answers of the peer

  private void response(long now, PunchIn.Stun stun, StunMessage message) {
    CheckTransaction transaction = sender.find(message.transactionId());
    LooseChecks.Sent loose = sender.loose().find(message.transactionId());
    boolean known = transaction != null || loose != null;
    if (!known || !codec.isAuthenticResponse(stun.parsed())) {
      return;
    }
    if (transaction == null) {
      met(now, stun, message, loose);
      return;
    }
    sender.done(transaction);
    CandidatePair pair = transaction.pair;
    if (pair.transaction == transaction) {
      pair.transaction = null;
    }
    boolean symmetric = pair.is(stun.socket(), stun.from()); // RFC 8445 §7.2.5.2.1
    XorMappedAddress mapped = message.first(XorMappedAddress.class).orElse(null);
    if (message.type() == StunClass.ERROR) {
      refused(transaction, message);
    } else if (symmetric && mapped != null) {
      boolean nominates = transaction.nominates;
      succeeded(now, pair, transaction.rtt(now), nominates, mapped.address());
    } else if (transaction.kind != CheckTransaction.Kind.OPENER) {
      fail(transaction);
    }
  }

  private void refused(CheckTransaction transaction, StunMessage message) {
    int code = message.first(ErrorCode.class).map(ErrorCode::code).orElse(0);
    if (code == ErrorCode.ROLE_CONFLICT) { // RFC 8445 §7.2.5.1
      if (roles.role() == transaction.role) {
        switchRole();
      }
      checklist.trigger(transaction.pair);
    } else if (transaction.kind != CheckTransaction.Kind.OPENER) {
      fail(transaction);
    }
  }

  /** A strategy's check has met the peer, on a pair that may be new. */
  private void met(long now, PunchIn.Stun stun, StunMessage message, LooseChecks.Sent check) {
    sender.loose().done(message.transactionId());
    XorMappedAddress mapped = message.first(XorMappedAddress.class).orElse(null);
    boolean success = message.type() == StunClass.SUCCESS && mapped != null;
    if (!success || state != PunchState.CHECKING || !check.went(stun.socket(), stun.from())) {
      return;
    }
    // what the peer would have said of it in a check of its own
    long priority = check.from().peerReflexivePriority();
    CandidatePair pair =
        pairing.of(stun.socket(), stun.from(), priority, roles.role(), other -> false);
    if (pair != null) {
      succeeded(now, pair, -1, false, mapped.address());
    }
  }

  /** RFC 8445 §7.2.5.3. */
  private void succeeded(
      long now, CandidatePair pair, long rtt, boolean nominates, TransportAddress mapped) {
    SocketId socket = pair.local.socket();
    TransportAddress remote = pair.remote.address();
    boolean first = !pair.valid;
    pair.valid = true;
    pair.state = PairState.SUCCEEDED;
    pair.roundTrips++;
    // or the queued check would take the place of the nominating one, which would not be repeated
    checklist.untrigger(pair);
    budget.proven(remote);
    boolean strategic = strategies.isAtWork();
    if (first) {
      strategies.stop(now);
      if (pair.transaction != null) {
        pair.transaction.cancel();
      }
      checklist.unfreezeLike(pair);
      if (!pairing.isKnownMapping(pair.local, mapped)) {
        events.add(new PunchOut.PeerReflexive(socket, mapped));
      }
      events.add(new PunchOut.Validated(socket, remote));
      // where it took a strategy, whatever is better had its chance
      nomination.valid(now, !strategic);
    }
    events.add(new PunchOut.RoundTrip(socket, remote, rtt, pair.roundTrips));
    if (strategic && !roles.isControlling()) {
      start(now, CheckTransaction.Kind.PROBE, pair, false, 0); // the second round trip, ahead
    }
    boolean nominated = roles.isControlling() ? nominates : pair.useCandidateSeen;
    if (nominated) {
      select(pair);
    }
  }

  private void fail(CheckTransaction transaction) {
    CandidatePair pair = transaction.pair;
    if (transaction.nominates) {
      nomination.drop();
      pair.valid = pair == selected;
    }
    pair.state = pair.valid ? PairState.SUCCEEDED : PairState.FAILED;
  }

  // time

  private void advance(long now) {
    for (CheckTransaction over : sender.advance(now)) {
      if (over.pair.transaction == over) {
        over.pair.transaction = null;
        fail(over);
      }
    }
    if (codec.knowsRemote()) {
      tick(now);
    }
    if (state != PunchState.COMPLETED) {
      strategies.advance(now);
    }
    nominate(now);
    boolean late = ticks.startAt() + FAIL_AFTER - now <= 0;
    if (state == PunchState.CHECKING && (late || isHopeless(now))) {
      String reason = FailureReason.of(checklist, pairing.remotes(), responder.isHeard());
      transition(PunchState.FAILED, reason);
      sender.forgetAll();
      strategies.stop(now);
      events.add(new PunchOut.Failed(reason, strategies.shortcoming()));
    }
  }

  private void tick(long now) {
    CandidatePair pair = ticks.take(now, state == PunchState.CHECKING);
    if (pair != null) {
      pair.state = PairState.IN_PROGRESS;
      pair.transaction = start(now, CheckTransaction.Kind.CHECK, pair, false, 0);
    }
  }

  private boolean isHopeless(long now) {
    return ticks.startAt() + CheckTransaction.LIFE - now <= 0
        && !strategies.isAtWork()
        && !checklist.pairs().isEmpty()
        && checklist.pairs().stream().allMatch(pair -> pair.state == PairState.FAILED);
  }

  private void nominate(long now) {
    if (state == PunchState.CHECKING && roles.isControlling()) {
      CandidatePair pair = nomination.choose(now, checklist.pairs());
      if (pair != null) {
        pair.transaction = start(now, CheckTransaction.Kind.NOMINATION, pair, true, 0);
      }
    }
  }

  private void select(CandidatePair pair) {
    if (pair == selected) {
      return;
    }
    selected = pair;
    places.select(pair);
    pair.useCandidateSeen = false;
    for (CandidatePair other : checklist.pairs()) {
      if (other != pair && other.transaction != null) {
        other.transaction.cancel();
      }
    }
    checklist.settle();
    sender.loose().forgetAll();
    if (state == PunchState.CHECKING) {
      transition(PunchState.COMPLETED, "nominated " + pair.remote.address());
    }
    events.add(new PunchOut.Nominated(pair.local.socket(), pair.remote.address(), pair.roundTrips));
  }

  private void probe(long now, PunchIn.Probe probe) {
    CandidatePair pair = checklist.find(probe.socket(), probe.remote());
    if (pair != null && pair.valid) {
      places.keep(now, pair);
      start(now, CheckTransaction.Kind.PROBE, pair, false, 0);
    }
  }

  private CheckTransaction start(
      long now, CheckTransaction.Kind kind, CandidatePair pair, boolean nominates, int ttl) {
    return sender.start(now, kind, pair, roles, nominates, ttl);
  }

  private void transition(PunchState to, String reason) {
    PunchState from = state;
    state = to;
    events.add(new PunchOut.StateChanged(from, to, reason));
  }
}
