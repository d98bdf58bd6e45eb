package org.moshpit.agent.punch;

import java.net.InetAddress;
import java.util.ArrayDeque;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import java.util.function.Predicate;
import java.util.random.RandomGenerator;
import org.moshpit.agent.candidates.Candidate;
import org.moshpit.agent.candidates.DestinationRules;
import org.moshpit.agent.candidates.IceCredentials;
import org.moshpit.agent.candidates.LocalCandidate;
import org.moshpit.agent.punch.strategy.PortKind;
import org.moshpit.agent.punch.strategy.PortNote;
import org.moshpit.agent.punch.strategy.PortRange;
import org.moshpit.agent.punch.strategy.StrategyRunner;
import org.moshpit.common.nat.ServerChoice;
import org.moshpit.common.sansio.Deadlines;
import org.moshpit.common.sansio.Machine;
import org.moshpit.common.sansio.SocketId;
import org.moshpit.common.sansio.Transmit;
import org.moshpit.common.sansio.TransportAddress;
import org.moshpit.common.stun.ErrorCode;
import org.moshpit.common.stun.StunClass;
import org.moshpit.common.stun.StunMessage;
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
  /** Ta, the pace of new transactions (RFC 8445 §14.2). */
  static final long TA = TimeUnit.MILLISECONDS.toNanos(50);

  /** After the start, so long may it take in all: a person's patience, not a network's. */
  static final long FAIL_AFTER = TimeUnit.SECONDS.toNanos(10);

  /** A start is never put off for longer, whatever the peer says. */
  static final long MAX_START_DELAY = TimeUnit.SECONDS.toNanos(2);

  /** After the first valid pair, so long may a better one take to show. */
  static final long NOMINATION_GRACE = TimeUnit.MILLISECONDS.toNanos(100);

  private final PunchConfig config;
  private final IceCredentials localCredentials;
  private final AddressBudget budget;
  private final Roles roles;
  private final CheckCodec codec;
  private final CheckSender sender;
  private final Responder responder;
  private final Checklist checklist = new Checklist();
  private final Pairing pairing;
  private final StrategyRunner strategies;
  private final ArrayDeque<PunchOut> events = new ArrayDeque<>();
  private PunchState state = PunchState.WAITING;
  private IceCredentials remoteCredentials;
  private Optional<TransportAddress> aim = Optional.empty();
  private final Set<InetAddress> seenAt = new HashSet<>();
  private CandidatePair selected;
  private CandidatePair nominating;
  private long startAt;
  private long nextTick;
  private long nominateAt = NO_DEADLINE;

  /**
   * A generation in WAITING.
   *
   * @param local our credentials in it
   * @param random unpredictable: transaction IDs come from it
   * @param budget shared by all generations of one session
   */
  public PunchMachine(
      PunchConfig config, IceCredentials local, RandomGenerator random, AddressBudget budget) {
    this.config = Objects.requireNonNull(config);
    this.localCredentials = Objects.requireNonNull(local);
    this.budget = Objects.requireNonNull(budget);
    roles = new Roles(config.role(), random.nextLong());
    codec = new CheckCodec(local);
    sender = new CheckSender(codec, random, budget);
    responder = new Responder(config.destinations(), codec, sender);
    pairing = new Pairing(checklist, config.destinations());
    strategies = new StrategyRunner(new Ground(random), config.limits(), random);
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

  /** Calls {@code each} for every socket on which {@link #isValid} may hold, perhaps repeatedly. */
  public void validSockets(Consumer<SocketId> each) {
    for (CandidatePair pair : checklist.pairs()) {
      if (pair.roundTrips > 0) {
        each.accept(pair.local.socket());
      }
    }
  }

  /** Calls {@code each} for every pair that may be nominated, the best first. */
  public void validPairs(BiConsumer<SocketId, TransportAddress> each) {
    for (CandidatePair pair : checklist.pairs()) {
      if (pair.valid) {
        each.accept(pair.local.socket(), pair.remote.address());
      }
    }
  }

  /**
   * Whether a message is meant for this generation: a request by the name it bears, an answer by
   * its transaction. It is not yet proven authentic.
   */
  public boolean concerns(StunMessage message) {
    return message.type() == StunClass.REQUEST
        ? codec.isNamed(message)
        : sender.find(message.transactionId()) != null;
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
      addRemote(now, pairing.remotes().observed(observed.address()));
      if (seenAt.size() < RemoteCandidates.MAX_OBSERVED) {
        seenAt.add(observed.address().ip());
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
      codec
          .readNote(note.parsed())
          .flatMap(PortNote::fromBytes)
          .ifPresent(
              heard -> {
                // whoever says so has opened its own NAT for us
                startAt = startAt - now > 0 ? now : startAt;
                strategies.heard(now, heard);
              });
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
    if (codec.knowsRemote() && checklist.hasTriggered()) {
      next = Deadlines.earlier(next, nextTick);
    }
    if (state != PunchState.COMPLETED) {
      next = Deadlines.earlier(next, strategies.nextDeadline());
    }
    if (state == PunchState.CHECKING) {
      next = Deadlines.earlier(next, startAt + FAIL_AFTER);
      long plainFrom = strategies.plainFrom();
      long ordinaryAt = Deadlines.later(nextTick, startAt);
      if (checklist.hasOrdinary(pair -> plainFrom == NO_DEADLINE || !pair.crossesNats())) {
        next = Deadlines.earlier(next, ordinaryAt);
      } else if (checklist.hasOrdinary(pair -> true)) {
        next = Deadlines.earlier(next, Deadlines.later(ordinaryAt, plainFrom));
      }
      if (roles.isControlling() && nominating == null) {
        next = Deadlines.earlier(next, nominateAt);
      }
    }
    return next;
  }

  // candidates

  private void removeSocket(SocketId socket) {
    pairing.remove(socket);
    sender.forget(socket);
    if (nominating != null && nominating.local.socket().equals(socket)) {
      nominating = null;
    }
  }

  private void describe(long now, PunchIn.Remote event) {
    IceCredentials credentials = event.description().credentials();
    if (remoteCredentials != null && !remoteCredentials.equals(credentials)) {
      return;
    }
    boolean first = remoteCredentials == null;
    if (first) {
      remoteCredentials = credentials;
      codec.remote(credentials);
      startAt = now + Math.min(Math.max(event.startDelayNanos(), 0), MAX_START_DELAY);
      nextTick = now;
      open(now, checklist.pairs());
      transition(PunchState.CHECKING, "the peer's description came");
    }
    addRemotes(now, event.description().candidates());
    aim = Pairing.aim(event.description().candidates()).filter(config.destinations()::allows);
    strategies.introduced(now);
    confirmAim(now);
    if (first) {
      for (Responder.Early check : responder.takeEarly(credentials.ufrag())) {
        trigger(check.socket(), check.from(), check.facts());
      }
    }
  }

  /** Strategies send many packets: only where both the peer and the rendezvous say it is. */
  private void confirmAim(long now) {
    aim.filter(address -> seenAt.contains(address.ip()))
        .ifPresent(address -> strategies.peerAt(now, address));
  }

  private void addRemotes(long now, List<Candidate> described) {
    for (Candidate candidate : pairing.checkable(described, seenAt)) {
      addRemote(now, pairing.remotes().described(candidate));
    }
  }

  private void addRemote(long now, RemoteCandidate remote) {
    if (state != PunchState.COMPLETED) {
      open(now, pairing.remote(remote, roles.role()));
    }
  }

  /** Sends what opens our NAT for each pair's remote address; inside one network there is none. */
  private void open(long now, List<CandidatePair> pairs) {
    if (config.openerTtl() == 0 || !codec.knowsRemote() || state == PunchState.COMPLETED) {
      return;
    }
    for (CandidatePair pair : pairs) {
      if (!DestinationRules.isPrivate(pair.remote.address().ip())) {
        start(now, CheckTransaction.Kind.OPENER, pair, false, openerTtl(pair.remote.address()));
      }
    }
  }

  private int openerTtl(TransportAddress to) {
    int ttl = config.openerTtl();
    return pairing.isOurs(to.ip()) ? OpenerTtl.nearby(ttl) : ttl;
  }

  // requests of the peer

  private void received(long now, PunchIn.Stun stun) {
    StunMessage message = stun.parsed().message();
    if (message.isBinding(StunClass.REQUEST)) {
      request(stun, message);
    } else if (message.isBinding(StunClass.SUCCESS) || message.isBinding(StunClass.ERROR)) {
      response(now, stun, message);
    }
  }

  private void request(PunchIn.Stun stun, StunMessage message) {
    if (!pairing.has(stun.socket())) {
      return;
    }
    Responder.Outcome outcome = responder.respond(stun, message, roles);
    if (outcome == Responder.Outcome.SWITCH_ROLE) {
      switchRole();
    }
    if (outcome != Responder.Outcome.NONE && codec.knowsRemote()) {
      trigger(stun.socket(), stun.from(), RequestFacts.of(message));
    }
  }

  private void switchRole() {
    roles.change();
    nominating = null;
    checklist.prioritize(roles.role());
  }

  /** RFC 8445 §7.3.1.3–§7.3.1.5. */
  private void trigger(SocketId socket, TransportAddress from, RequestFacts facts) {
    boolean nominates = facts.useCandidate() && !roles.isControlling();
    CandidatePair pair = pairing.of(socket, from, facts.priority(), roles.role(), nominates);
    if (pair == null) {
      return;
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
    if (transaction == null || !codec.isAuthenticResponse(stun.parsed())) {
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
      succeeded(now, transaction, mapped.address());
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

  /** RFC 8445 §7.2.5.3. */
  private void succeeded(long now, CheckTransaction transaction, TransportAddress mapped) {
    CandidatePair pair = transaction.pair;
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
      long grace = strategic ? 0 : NOMINATION_GRACE;
      nominateAt = nominateAt == NO_DEADLINE ? now + grace : nominateAt;
    }
    events.add(new PunchOut.RoundTrip(socket, remote, transaction.rtt(now), pair.roundTrips));
    if (strategic && !roles.isControlling()) {
      start(now, CheckTransaction.Kind.PROBE, pair, false, 0); // the second round trip, ahead
    }
    boolean nominated = roles.isControlling() ? transaction.nominates : pair.useCandidateSeen;
    if (nominated) {
      select(pair);
    }
  }

  private void fail(CheckTransaction transaction) {
    CandidatePair pair = transaction.pair;
    if (transaction.nominates) {
      nominating = null;
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
    if (codec.knowsRemote() && nextTick - now <= 0) {
      tick(now);
    }
    if (state != PunchState.COMPLETED) {
      strategies.advance(now);
    }
    nominate(now);
    boolean late = startAt + FAIL_AFTER - now <= 0;
    if (state == PunchState.CHECKING && (late || isHopeless(now))) {
      String reason = FailureReason.of(checklist, pairing.remotes(), responder.isHeard());
      transition(PunchState.FAILED, reason);
      sender.forgetAll();
      strategies.stop(now);
      events.add(new PunchOut.Failed(reason, strategies.shortcoming().orElse("")));
    }
  }

  /** RFC 8445 §6.1.4.2: one check each Ta, triggered ones first. */
  private void tick(long now) {
    CandidatePair pair = checklist.nextTriggered();
    boolean ordinary = pair == null && state == PunchState.CHECKING && startAt - now <= 0;
    boolean all = !isEarly(now);
    Predicate<CandidatePair> ready = each -> all || !each.crossesNats();
    if (ordinary && checklist.hasOrdinary(ready)) {
      nextTick = now + TA;
      pair = checklist.nextOrdinary(ready);
    }
    if (pair != null) {
      nextTick = now + TA;
      pair.state = PairState.IN_PROGRESS;
      pair.transaction = start(now, CheckTransaction.Kind.CHECK, pair, false, 0);
    }
  }

  /** Whether plain checks would disturb a strategy. */
  private boolean isEarly(long now) {
    long plainFrom = strategies.plainFrom();
    return plainFrom != NO_DEADLINE && plainFrom - now > 0;
  }

  private boolean isHopeless(long now) {
    return startAt + CheckTransaction.LIFE - now <= 0
        && !strategies.isAtWork()
        && !checklist.pairs().isEmpty()
        && checklist.pairs().stream().allMatch(pair -> pair.state == PairState.FAILED);
  }

  /** Regular nomination (RFC 8445 §8.1.1): the best valid pair, once no better one is in sight. */
  private void nominate(long now) {
    if (state != PunchState.CHECKING || !roles.isControlling() || nominating != null) {
      return;
    }
    boolean betterInSight = false;
    for (CandidatePair pair : checklist.pairs()) {
      if (pair.valid && (!betterInSight || Deadlines.isDue(nominateAt, now))) {
        nominating = pair;
        pair.transaction = start(now, CheckTransaction.Kind.NOMINATION, pair, true, 0);
        return;
      }
      betterInSight |= pair.isOpen();
    }
    if (Deadlines.isDue(nominateAt, now)) {
      nominateAt = NO_DEADLINE; // nothing valid is left; the next valid pair sets it again
    }
  }

  private void select(CandidatePair pair) {
    if (pair == selected) {
      return;
    }
    selected = pair;
    pair.useCandidateSeen = false;
    for (CandidatePair other : checklist.pairs()) {
      if (other != pair && other.transaction != null) {
        other.transaction.cancel();
      }
    }
    checklist.settle();
    if (state == PunchState.CHECKING) {
      transition(PunchState.COMPLETED, "nominated " + pair.remote.address());
    }
    events.add(new PunchOut.Nominated(pair.local.socket(), pair.remote.address(), pair.roundTrips));
  }

  private void probe(long now, PunchIn.Probe probe) {
    CandidatePair pair = checklist.find(probe.socket(), probe.remote());
    if (pair != null && pair.valid) {
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

  /** What strategies need of the rest. */
  private final class Ground implements StrategyRunner.Ground {
    private final RandomGenerator random;

    Ground(RandomGenerator random) {
      this.random = random;
    }

    @Override
    public void openSockets(int count) {
      pairing
          .known()
          .ifPresent(local -> events.add(new PunchOut.OpenExtra(local.base().ip(), count)));
    }

    @Override
    public void ask(SocketId socket, ServerChoice server) {
      events.add(new PunchOut.Ask(socket, server));
    }

    @Override
    public void check(SocketId socket, TransportAddress to, boolean opening) {
      LocalCandidate local = pairing.socket(socket);
      if (local != null && config.destinations().allows(to)) {
        sender.sendLoose(local, to, roles, opening ? openerTtl(to) : 0);
      }
    }

    @Override
    public SocketId knownSocket() {
      return pairing.known().map(LocalCandidate::socket).orElse(null);
    }

    @Override
    public void say(PortNote note) {
      if (codec.knowsRemote()) {
        TransactionId id = TransactionId.random(random);
        events.add(new PunchOut.Say(codec.note(id, note.toBytes())));
      }
    }

    @Override
    public void sampled(PortKind kind, PortRange span) {
      events.add(new PunchOut.Sampled(kind, span));
    }

    @Override
    public void using(String phrase) {
      events.add(new PunchOut.Using(phrase));
    }

    @Override
    public void noStrategy(String why) {
      events.add(new PunchOut.NoStrategy(why));
    }
  }
}
