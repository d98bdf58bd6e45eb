package org.moshpit.agent.path;

import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.random.RandomGenerator;
import org.moshpit.agent.candidates.IceCredentials;
import org.moshpit.agent.candidates.IceDescription;
import org.moshpit.agent.candidates.LocalCandidate;
import org.moshpit.agent.punch.AddressBudget;
import org.moshpit.agent.punch.IceRole;
import org.moshpit.agent.punch.OpenerTtl;
import org.moshpit.agent.punch.PunchConfig;
import org.moshpit.agent.punch.PunchIn;
import org.moshpit.agent.punch.PunchMachine;
import org.moshpit.agent.punch.PunchOut;
import org.moshpit.agent.punch.strategy.PortKind;
import org.moshpit.agent.punch.strategy.PortRange;
import org.moshpit.common.nat.Allocation;
import org.moshpit.common.nat.Mapping;
import org.moshpit.common.sansio.Deadlines;
import org.moshpit.common.sansio.Machine;
import org.moshpit.common.sansio.SocketId;
import org.moshpit.common.sansio.Transmit;
import org.moshpit.common.sansio.TransportAddress;

/**
 * The search for a direct path: one generation of checks after the other until one is proven, with
 * the exchanges and fresh sockets that takes. It runs beside whatever carries datagrams meanwhile.
 *
 * <p>Transitions, all through one method:
 *
 * <ul>
 *   <li>any → GATHERING: a generation begins: at the start, after a pause (controlling), because
 *       the path is lost or the network changed, or because the peer began one;
 *   <li>GATHERING → EXCHANGING, or → CHECKING if the peer is described already: every socket's
 *       mapping is known, or half a second passed;
 *   <li>EXCHANGING → CHECKING: the peer is described;
 *   <li>EXCHANGING, CHECKING → PAUSING: no answer to the exchange in ten seconds; the checks
 *       failed; the nominated pair could not be proven;
 *   <li>CHECKING → IDLE: the nominated pair had two authenticated round trips;
 *   <li>IDLE, PAUSING, … → EXCHANGING on the controlled end: it hinted and waits for the peer.
 * </ul>
 */
final class Search {
  static final long GATHER_LIMIT = TimeUnit.MILLISECONDS.toNanos(500);

  /** A driver that has not opened a fresh socket by then cannot. */
  static final long OPEN_LIMIT = TimeUnit.SECONDS.toNanos(2);

  static final long EXCHANGE_LIMIT = TimeUnit.SECONDS.toNanos(10);

  /** Distance of the checks that prove a nominated pair, and for how long they go on. */
  static final long PROOF_GAP = TimeUnit.MILLISECONDS.toNanos(200);

  static final long PROOF_LIMIT = TimeUnit.SECONDS.toNanos(4);

  /** A STUN server that has not answered by then, and a check neither, does not hear us. */
  static final long DOUBT = TimeUnit.SECONDS.toNanos(2);

  /** Authenticated round trips a path needs before datagrams follow. */
  static final int PROOF = 2;

  /**
   * The laptop's first note over the relay says that its own NAT is open, so checks begin with it;
   * a laptop that takes longer than the plan is not met too early. Without a note they begin after
   * this, beyond the plan.
   */
  static final long NOTE_LIMIT = TimeUnit.MILLISECONDS.toNanos(600);

  /** Hints come through the rendezvous and prove nothing. */
  static final long HINT_GAP = TimeUnit.SECONDS.toNanos(5);

  /** A peer that starts over while checks run has given them up; so the sockets may be poisoned. */
  private static final long GIVEN_UP_AFTER = TimeUnit.SECONDS.toNanos(2);

  /** What the search finds. */
  interface Listener {
    /** The pair is proven; the generation now belongs to the listener. */
    void proven(long now, Generation generation);

    /** A generation is given up without having become a path; the peer's part may have. */
    void dropped(long now, PunchMachine punch);

    /**
     * An attempt failed.
     *
     * @param nat what the NATs have to do with it, or empty
     * @param localUdp whether anything at all ever answered on this end's sockets
     * @param peerUdp whether the peer has an address outside of a LAN
     */
    void failed(String reason, String nat, boolean localUdp, boolean peerUdp);

    /** The same of one that goes on, but will hardly come to anything. */
    void doubted(String nat, boolean localUdp, boolean peerUdp);

    /** Both ends of a generation have told each other their credentials. */
    void introduced(IceCredentials local, IceCredentials peer);

    /** Whether a note would reach the peer over the relay now. */
    boolean isRelayUsable();

    /** The peer began a generation of its own: it may have left the present path. */
    void peerStartedOver(long now);
  }

  private final PathConfig config;
  private final RandomGenerator random;
  private final LocalSockets sockets;
  private final Outbox outbox;
  private final Listener listener;
  private final AddressBudget budget = new AddressBudget();
  private final RetrySchedule retries = new RetrySchedule();
  private final RetrySchedule hints = new RetrySchedule();
  private final PeerSide peerSide;
  private SearchState state = SearchState.IDLE;
  private Generation next;
  private IceCredentials credentials;
  private int generations;
  private long attemptAt;
  private long deadline = Machine.NO_DEADLINE;
  private String exchangeFor;
  private PunchIn.LocalNat nat;
  private boolean owesDescription;
  private boolean socketsSpent;
  private boolean unasked;
  private boolean hinted;
  private long lastHint;

  Search(
      PathConfig config,
      RandomGenerator random,
      LocalSockets sockets,
      Outbox outbox,
      Listener listener) {
    this.config = config;
    this.random = random;
    this.sockets = sockets;
    this.outbox = outbox;
    this.listener = listener;
    peerSide = new PeerSide(config.role());
    create(0);
    become(SearchState.GATHERING, "start");
  }

  SearchState state() {
    return state;
  }

  /** What the peer is to be told now. */
  IceDescription description() {
    return new IceDescription(
        credentials.ufrag(), credentials.pwd(), sockets.candidates(), generations);
  }

  /** The checks that run, or null. */
  PunchMachine punch() {
    return next == null ? null : next.punch;
  }

  // what happens to sockets

  void opened(long now, SocketId socket, TransportAddress base, Set<SocketId> inUse) {
    Optional<LocalCandidate> host = sockets.opened(socket, base, inUse);
    if (host.isEmpty() || next == null) {
      return;
    }
    tell(now, new PunchIn.Local(host.get()));
    if (state == SearchState.GATHERING) {
      deadline = now + GATHER_LIMIT;
    }
    gatheredMore(now);
  }

  void reflexive(long now, SocketId socket, TransportAddress address) {
    sockets.answered(socket, address).ifPresent(c -> tell(now, new PunchIn.Local(c)));
    gatheredMore(now);
  }

  void portMapped(long now, SocketId socket, TransportAddress address) {
    sockets.portMapped(socket, address).ifPresent(c -> tell(now, new PunchIn.Local(c)));
    if (state != SearchState.GATHERING && next != null) {
      announce();
    }
  }

  void lost(long now, SocketId socket) {
    sockets.lost(socket);
    tell(now, new PunchIn.SocketClosed(socket));
  }

  /** One of a strategy's sockets is there. */
  void extraOpened(long now, SocketId socket, TransportAddress base) {
    LocalCandidate candidate = sockets.extra(socket, base);
    if (next != null) {
      tell(now, new PunchIn.Extra(candidate));
    } else {
      sockets.endExtras(null);
    }
  }

  /** Another network: what is known of the NAT is of the old one. */
  void forgetNat() {
    nat = null;
  }

  void extraSeen(long now, PathIn.ExtraSeen seen) {
    tell(now, new PunchIn.Seen(seen.socket(), seen.server(), seen.at()));
  }

  /** What this end's NAT does. */
  void localNat(long now, PathIn.LocalNat found) {
    Mapping mapping = Mapping.ofWord(found.mapping());
    // strategies talk over the relay
    if (mapping != Mapping.UNKNOWN && config.relay() != RelayPolicy.NEVER) {
      PortKind kind = PortKind.of(mapping, Allocation.ofWord(found.allocation()));
      PortRange span = found.low() == 0 ? null : new PortRange(found.low(), found.high());
      nat = new PunchIn.LocalNat(kind, found.step(), span);
      tell(now, nat);
    }
  }

  // what the peer says

  /** Over the relay, to the strategies; nothing is proven yet. */
  void heard(long now, PunchIn.Note note) {
    tell(now, note);
  }

  void peerObserved(long now, TransportAddress address) {
    peerSide.observed(address);
    if (state == SearchState.CHECKING) {
      tell(now, new PunchIn.RemoteObserved(address));
    }
  }

  void peerDescribed(long now, PathIn.PeerDescribed event) {
    PeerSide.News news = peerSide.described(event, next);
    if (news == PeerSide.News.NONE) {
      return;
    }
    if (news == PeerSide.News.AGAIN) {
      outbox.say(new PathOut.LocalDescription(description()));
      return;
    }
    if (news == PeerSide.News.GENERATION) {
      if (next == null || next.peer != null) {
        boolean givenUp = next != null && now - next.boundAt > GIVEN_UP_AFTER;
        begin(now, "the peer starts over", socketsSpent || givenUp);
        listener.peerStartedOver(now);
      }
      next.boundAt = now;
    }
    next.peer = event.description();
    listener.introduced(credentials, next.peer.credentials());
    next.startDelay = TimeUnit.MILLISECONDS.toNanos(event.startDelayMillis());
    owesDescription = config.role() == IceRole.CONTROLLED;
    if (state == SearchState.GATHERING) {
      gatheredMore(now);
    } else {
      announce();
      check(now, "the peer is described");
    }
  }

  /**
   * The peer hints that it wants an exchange.
   *
   * @param fresh whether our own mappings may be gone too
   */
  void peerHinted(long now, String reason, boolean fresh) {
    boolean soon = hinted && now - lastHint < HINT_GAP;
    boolean busy = state != SearchState.IDLE && state != SearchState.PAUSING;
    if (config.role() == IceRole.CONTROLLED || busy || soon) {
      return;
    }
    hinted = true;
    lastHint = now;
    retries.reset(); // something is new there
    exchange(now, reason, socketsSpent || fresh);
  }

  // what the path says

  /** The direct path is lost, or may be: look again, from the beginning. */
  void restart(long now, String reason, boolean always) {
    if (!always && state != SearchState.IDLE && state != SearchState.PAUSING) {
      return;
    }
    retries.reset();
    hints.reset();
    exchange(now, reason, true);
  }

  /** The rendezvous is reachable again: what waits for it need not wait any longer. */
  void reachable(long now) {
    if (state == SearchState.EXCHANGING && exchangeFor != null) {
      ask(now);
    } else if (state == SearchState.PAUSING && unasked) {
      exchange(now, exchangeFor, true);
    }
  }

  /** A STUN message for the checks that run. */
  void received(long now, PunchIn.Stun stun) {
    tell(now, stun);
  }

  void close(long now) {
    drop(now, null);
    deadline = Machine.NO_DEADLINE;
    become(SearchState.IDLE, "closed");
  }

  // time

  void advance(long now) {
    if (next != null) {
      next.punch.handleTimeout(now);
      drain(now);
    }
    if (next != null && next.socket != null) {
      prove(now);
    }
    if (!Deadlines.isDue(deadline, now)) {
      return;
    }
    deadline = Machine.NO_DEADLINE;
    switch (state) {
      case GATHERING -> {
        if (sockets.reuse()) {
          introduceSockets(now);
        }
        gathered(now);
      }
      case EXCHANGING -> {
        if (config.role() == IceRole.CONTROLLED) {
          ask(now);
        } else {
          unasked = true;
          fail(now, "the peer could not be asked for its addresses", "");
        }
      }
      case CHECKING -> doubt();
      case PAUSING -> exchange(now, exchangeFor, true);
      default -> {}
    }
  }

  /** A network without UDP is known long before the checks have failed on it. */
  private void doubt() {
    if (!isLocalUdp() || !isPeerUdp()) {
      listener.doubted("", isLocalUdp(), isPeerUdp());
    }
  }

  private boolean isLocalUdp() {
    return sockets.isAnyAnswered() || next.punch.heardPeer();
  }

  private boolean isPeerUdp() {
    return next.peer == null || peerSide.isPublic(next.peer) || next.punch.heardPeer();
  }

  /** For tests of the bounds. */
  int held() {
    return budget.held() + peerSide.observed().size() + (next == null ? 0 : next.punch.held());
  }

  long nextDeadline() {
    long due = deadline;
    if (next != null) {
      due = Deadlines.earlier(due, next.punch.nextDeadline());
      if (next.socket != null) {
        due = Deadlines.earlier(due, next.nextProof);
      }
    }
    return due;
  }

  // generations

  private void create(long now) {
    drop(now, null);
    generations++;
    PunchConfig punch =
        new PunchConfig(
            config.role(),
            OpenerTtl.of(
                retries.failures(),
                config.role() == IceRole.CONTROLLING ? generations : peerSide.generation()),
            config.destinations(),
            config.limits());
    credentials = IceCredentials.random(random);
    next = new Generation(generations, new PunchMachine(punch, credentials, random, budget));
    if (nat != null) {
      tell(now, nat);
    }
  }

  /**
   * Ends the generation that runs, if one does; it knows of its sockets that are closed, which are
   * the strategies'.
   */
  private void drop(long now, SocketId inUse) {
    Generation ended = next;
    next = null;
    if (ended != null) {
      ended.punch.abandon(now);
      if (inUse == null) {
        listener.dropped(now, ended.punch);
      }
    }
    for (SocketId closed : sockets.endExtras(inUse)) {
      if (ended != null) {
        ended.punch.handle(now, new PunchIn.SocketClosed(closed));
      }
    }
  }

  private void begin(long now, String reason, boolean fresh) {
    create(now);
    socketsSpent = false;
    deadline = now + GATHER_LIMIT;
    become(SearchState.GATHERING, reason);
    if (fresh || sockets.isEmpty()) {
      sockets.renew(reason);
      deadline = now + OPEN_LIMIT;
    }
    introduceSockets(now);
  }

  private void introduceSockets(long now) {
    for (LocalCandidate local : sockets.locals()) {
      tell(now, new PunchIn.Local(local));
    }
  }

  /** Looks for another path by an exchange: the laptop runs it, the box asks for it. */
  private void exchange(long now, String reason, boolean fresh) {
    exchangeFor = reason;
    attemptAt = now;
    peerSide.forgetObserved();
    if (config.role() == IceRole.CONTROLLED) {
      drop(now, null);
      socketsSpent |= fresh;
      become(SearchState.EXCHANGING, reason);
      ask(now);
    } else {
      begin(now, reason, fresh);
      gatheredMore(now);
    }
  }

  /** Wants an exchange, and will not wait for it for ever. */
  private void ask(long now) {
    unasked = false;
    outbox.say(new PathOut.NeedExchange(exchangeFor));
    deadline =
        now
            + (config.role() == IceRole.CONTROLLED
                ? Math.max(hints.failed(), HINT_GAP)
                : EXCHANGE_LIMIT);
  }

  private void gatheredMore(long now) {
    if (state == SearchState.GATHERING) {
      if (sockets.isGathered()) {
        gathered(now);
      }
    } else if (next != null) {
      announce();
    }
  }

  private void gathered(long now) {
    if (sockets.isEmpty() && exchangeFor != null && next.peer == null) {
      fail(now, "no socket could be opened", "");
      return;
    }
    announce();
    if (next.peer != null) {
      check(now, "gathered");
      return;
    }
    become(SearchState.EXCHANGING, "gathered");
    deadline = Machine.NO_DEADLINE;
    if (exchangeFor != null) {
      ask(now);
    }
  }

  /**
   * Both ends are described: checks begin. Not before ours is on its way, because the start delay
   * is the time that takes: a check that meets a NAT its host has not opened yet may poison it.
   */
  private void check(long now, String reason) {
    if (state != SearchState.CHECKING) {
      deadline = now + DOUBT;
      become(SearchState.CHECKING, reason);
    }
    boolean awaitsNote = config.role() == IceRole.CONTROLLED && config.relay() == RelayPolicy.AUTO;
    tell(now, new PunchIn.Remote(next.peer, next.startDelay + (awaitsNote ? NOTE_LIMIT : 0)));
    for (TransportAddress address : peerSide.observed()) {
      tell(now, new PunchIn.RemoteObserved(address));
    }
  }

  /** Tells the peer's messenger what there is to tell, if it is new or owed. */
  private void announce() {
    IceDescription now = description();
    boolean news = !now.equals(next.told);
    if (news || owesDescription) {
      next.told = now;
      owesDescription = false;
      outbox.say(new PathOut.LocalDescription(now));
    }
  }

  private void fail(long now, String reason, String natReason) {
    if (nat != null && nat.kind().isScattered() && !natReason.isEmpty()) {
      nat = new PunchIn.LocalNat(PortKind.BLOCK, 0, null); // the block may be another by now
    }
    boolean localUdp = isLocalUdp();
    boolean peerUdp = isPeerUdp();
    drop(now, null);
    peerSide.forgetObserved();
    socketsSpent = true;
    exchangeFor = reason;
    long pause = retries.failed(now - attemptAt, generations);
    deadline = config.role() == IceRole.CONTROLLING ? now + pause : Machine.NO_DEADLINE;
    become(SearchState.PAUSING, reason);
    listener.failed(reason, natReason, localUdp, peerUdp);
  }

  // the checks

  private void tell(long now, PunchIn event) {
    if (next != null) {
      next.punch.handle(now, event);
      drain(now);
    }
  }

  private void drain(long now) {
    Generation generation = next;
    PunchMachine punch = generation.punch;
    for (Transmit out = punch.pollTransmit(); out != null; out = punch.pollTransmit()) {
      outbox.send(out);
    }
    for (PunchOut out = punch.pollEvent(); out != null; out = punch.pollEvent()) {
      if (generation == next) {
        happened(now, out);
      }
    }
  }

  private void happened(long now, PunchOut event) {
    if (event instanceof PunchOut.Failed failed) {
      fail(now, failed.reason(), failed.nat());
    } else if (event instanceof PunchOut.OpenExtra open) {
      outbox.say(new PathOut.OpenExtra(open.on(), open.count()));
    } else if (event instanceof PunchOut.Ask ask) {
      outbox.say(new PathOut.AskServer(ask.socket(), ask.server()));
    } else if (event instanceof PunchOut.Say say) {
      if (listener.isRelayUsable()) {
        outbox.say(new PathOut.ToRelay(say.note()));
      }
    } else if (event instanceof PunchOut.Sampled sampled) {
      nat = new PunchIn.LocalNat(sampled.kind(), 0, sampled.span());
    } else if (event instanceof PunchOut.NoStrategy none) {
      listener.doubted(none.why(), isLocalUdp(), isPeerUdp());
    } else if (event instanceof PunchOut.Using using) {
      outbox.say(new PathOut.Using(using.phrase()));
    } else if (event instanceof PunchOut.Nominated nominated) {
      next.socket = nominated.socket();
      next.remote = nominated.remote();
      next.nextProof = now;
      next.provenBy = now + PROOF_LIMIT;
      proveWith(now, nominated.roundTrips());
    } else if (event instanceof PunchOut.RoundTrip trip) {
      next.rttNanos = trip.rttNanos() < 0 ? next.rttNanos : trip.rttNanos();
      if (next.isNominated(trip.socket(), trip.remote())) {
        proveWith(now, trip.roundTrips());
      }
    }
  }

  private void proveWith(long now, int roundTrips) {
    if (roundTrips >= PROOF) {
      Generation proven = next;
      drop(now, proven.socket);
      deadline = Machine.NO_DEADLINE;
      retries.reset();
      hints.reset();
      exchangeFor = null;
      peerSide.forgetObserved();
      become(SearchState.IDLE, "proven " + proven.remote);
      listener.proven(now, proven);
    }
  }

  private void prove(long now) {
    if (next.provenBy - now <= 0) {
      fail(now, "the path to " + next.remote + " was chosen but answers no more", "");
    } else if (next.nextProof - now <= 0) {
      next.nextProof = now + PROOF_GAP;
      tell(now, new PunchIn.Probe(next.socket, next.remote));
    }
  }

  private void become(SearchState to, String reason) {
    SearchState from = state;
    state = to;
    outbox.say(new PathOut.SearchChanged(from, to, reason));
  }
}
