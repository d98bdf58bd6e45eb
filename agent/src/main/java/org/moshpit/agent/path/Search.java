package org.moshpit.agent.path;

import java.net.InetAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.random.RandomGenerator;
import org.moshpit.agent.candidates.IceDescription;
import org.moshpit.agent.candidates.LocalCandidate;
import org.moshpit.agent.punch.IceRole;
import org.moshpit.agent.punch.PunchIn;
import org.moshpit.agent.punch.PunchMachine;
import org.moshpit.agent.punch.PunchOut;
import org.moshpit.agent.punch.strategy.Shortcoming;
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
 *   <li>CHECKING → GATHERING too (controlling): a punch that had to wait may begin now, and nothing
 *       is found without it;
 *   <li>IDLE, PAUSING, … → EXCHANGING on the controlled end: it hinted and waits for the peer.
 * </ul>
 */
final class Search {
  static final long GATHER_LIMIT = TimeUnit.MILLISECONDS.toNanos(500);

  /** A driver that has not opened a fresh socket by then cannot. */
  static final long OPEN_LIMIT = TimeUnit.SECONDS.toNanos(2);

  /** A STUN server that has not answered by then, and a check neither, does not hear us. */
  static final long DOUBT = TimeUnit.SECONDS.toNanos(2);

  private final PathConfig config;
  private final LocalSockets sockets;
  private final DirectPaths paths;
  private final Outbox outbox;
  private final SearchListener listener;
  private final Generations generations;
  private final Attempts attempts;
  private final PeerSide peerSide;
  private SearchState state = SearchState.IDLE;
  private final OwnNat nat = new OwnNat();
  private final StrategyWishes wishes;
  private long deadline = Machine.NO_DEADLINE;
  private String exchangeFor;
  private boolean socketsSpent;
  private boolean unasked;

  Search(
      PathConfig config,
      RandomGenerator random,
      LocalSockets sockets,
      DirectPaths paths,
      RelayPath relay,
      Outbox outbox,
      SearchListener listener) {
    this.config = config;
    this.sockets = sockets;
    this.paths = paths;
    this.outbox = outbox;
    this.listener = listener;
    generations = new Generations(config, random, sockets, paths);
    attempts = new Attempts(config.role());
    wishes = new StrategyWishes(outbox, relay, nat);
    peerSide = new PeerSide(config.role());
    create(0);
    become(SearchState.GATHERING, "start");
  }

  SearchState state() {
    return state;
  }

  /** What the peer is to be told now. */
  IceDescription description() {
    return generations.description();
  }

  /** The checks that run, or null. */
  PunchMachine punch() {
    return next() == null ? null : next().punch;
  }

  private Generation next() {
    return generations.current();
  }

  // what happens to sockets

  void opened(long now, SocketId socket, TransportAddress base) {
    Optional<LocalCandidate> host = sockets.opened(socket, base, paths.sockets());
    if (host.isEmpty() || next() == null) {
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
    if (state != SearchState.GATHERING && next() != null) {
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
    if (next() != null) {
      tell(now, new PunchIn.Extra(candidate));
    } else {
      sockets.endExtras(null, Set.of());
    }
  }

  /** Another network: what is known of the NAT is of the old one. */
  void forgetNat() {
    nat.forget();
  }

  void extraSeen(long now, PathIn.ExtraSeen seen) {
    tell(now, new PunchIn.Seen(seen.socket(), seen.server(), seen.at()));
  }

  /** What this end's NAT does. */
  void localNat(long now, PathIn.LocalNat found) {
    // strategies talk over the relay
    if (config.relay() != RelayPolicy.NEVER && nat.found(found)) {
      tell(now, nat.known());
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
    PeerSide.News news = peerSide.described(event, next());
    if (news == PeerSide.News.NONE) {
      return;
    }
    if (news == PeerSide.News.AGAIN) {
      outbox.say(new PathOut.LocalDescription(description()));
      return;
    }
    if (news == PeerSide.News.GENERATION) {
      if (next() == null || next().peer != null) {
        boolean givenUp = next() != null && next().isGivenUp(now);
        begin(now, "the peer starts over", socketsSpent || givenUp);
        paths.hurry(now); // the peer may have left the present one
      }
      next().boundAt = now;
    }
    next().peer = event.description();
    listener.introduced(generations.credentials(), next().peer.credentials());
    next().startDelay = TimeUnit.MILLISECONDS.toNanos(event.startDelayMillis());
    next().owesDescription = config.role() == IceRole.CONTROLLED;
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
    boolean busy = state != SearchState.IDLE && state != SearchState.PAUSING;
    if (config.role() == IceRole.CONTROLLED || busy || !attempts.takeHint(now)) {
      return;
    }
    exchange(now, reason, socketsSpent || fresh);
  }

  // what the path says

  /** The direct path is lost, or may be: look again, from the beginning. */
  void restart(long now, String reason, boolean always) {
    if (!always && state != SearchState.IDLE && state != SearchState.PAUSING) {
      return;
    }
    attempts.reset();
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
    generations.drop(now, null);
    attempts.renew();
    deadline = Machine.NO_DEADLINE;
    become(SearchState.IDLE, "closed");
  }

  // time

  void advance(long now) {
    if (next() != null) {
      next().punch.handleTimeout(now);
      drain(now);
    }
    if (next() != null && next().socket != null) {
      prove(now);
    }
    if (attempts.isAgain(now)) {
      tryAgain(now);
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
          fail(now, "the peer could not be asked for its addresses", Shortcoming.NONE);
        }
      }
      case CHECKING -> doubt(now);
      case PAUSING -> exchange(now, exchangeFor, true);
      default -> {}
    }
  }

  /** A punch that had to wait need not any more, unless what runs has found a pair without it. */
  private void tryAgain(long now) {
    boolean vain = state == SearchState.CHECKING && next().socket == null;
    if (vain || state == SearchState.PAUSING) {
      exchange(now, "the wait for the next punch is over", true);
    }
  }

  /** A network without UDP is known long before the checks have failed on it. */
  private void doubt(long now) {
    Evidence evidence = evidence();
    if (evidence.isTelling()) {
      listener.doubted(now, Shortcoming.NONE, evidence);
    }
  }

  private Evidence evidence() {
    return Evidence.of(config.role(), sockets.isAnyAnswered(), next(), peerSide);
  }

  /** For tests of the bounds. */
  int held() {
    return generations.held() + peerSide.observed().size();
  }

  long nextDeadline() {
    long due = Deadlines.earlier(deadline, attempts.again());
    return next() == null ? due : Deadlines.earlier(due, next().nextDeadline());
  }

  // generations

  private void create(long now) {
    attempts.renew();
    generations.create(now, attempts.failures(), peerSide.generation());
    if (nat.known() != null) {
      tell(now, nat.known());
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
    attempts.begin(now);
    peerSide.forgetObserved();
    if (config.role() == IceRole.CONTROLLED) {
      generations.drop(now, null);
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
    deadline = attempts.asked(now);
  }

  private void gatheredMore(long now) {
    if (state == SearchState.GATHERING) {
      if (sockets.isGathered()) {
        gathered(now);
      }
    } else if (next() != null) {
      announce();
    }
  }

  private void gathered(long now) {
    if (sockets.isEmpty() && exchangeFor != null && next().peer == null) {
      fail(now, "no socket could be opened", Shortcoming.NONE);
      return;
    }
    announce();
    if (next().peer != null) {
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
    List<TransportAddress> observed = peerSide.observed();
    List<InetAddress> seenAt = new ArrayList<>(observed.size());
    observed.forEach(address -> seenAt.add(address.ip()));
    tell(now, next().remote(awaitsNote, seenAt));
    for (TransportAddress address : observed) {
      tell(now, new PunchIn.RemoteObserved(address));
    }
  }

  /** Tells the peer's messenger what there is to tell, if it is new or owed. */
  private void announce() {
    generations.announce(outbox);
  }

  private void fail(long now, String reason, Shortcoming natReason) {
    if (!natReason.isNone() && !natReason.isWait()) {
      nat.doubt();
    }
    Evidence evidence = evidence();
    generations.drop(now, null);
    peerSide.forgetObserved();
    socketsSpent = true;
    exchangeFor = reason;
    deadline = attempts.failed(now, generations.count());
    become(SearchState.PAUSING, reason);
    listener.failed(now, reason, natReason, evidence);
  }

  // the checks

  private void tell(long now, PunchIn event) {
    if (next() != null) {
      next().punch.handle(now, event);
      drain(now);
    }
  }

  private void drain(long now) {
    Generation generation = next();
    PunchMachine punch = generation.punch;
    for (Transmit out = punch.pollTransmit(); out != null; out = punch.pollTransmit()) {
      outbox.send(out);
    }
    for (PunchOut out = punch.pollEvent(); out != null; out = punch.pollEvent()) {
      if (generation == next()) {
        happened(now, out);
      }
    }
  }

  private void happened(long now, PunchOut event) {
    if (event instanceof PunchOut.Failed failed) {
      fail(now, failed.reason(), failed.nat());
    } else if (event instanceof PunchOut.NoStrategy none) {
      if (none.why().isWait()) {
        attempts.putOff(none.why().until());
      }
      listener.doubted(now, none.why(), evidence());
    } else if (event instanceof PunchOut.Nominated nominated) {
      next().nominated(now, nominated);
      proveWith(now, nominated.roundTrips());
    } else if (event instanceof PunchOut.RoundTrip trip) {
      if (next().answered(trip)) {
        proveWith(now, trip.roundTrips());
      }
    } else {
      wishes.happened(event);
    }
  }

  private void proveWith(long now, int roundTrips) {
    if (roundTrips >= Generation.PROOF) {
      Generation proven = next();
      generations.drop(now, proven.socket);
      deadline = Machine.NO_DEADLINE;
      attempts.reset();
      exchangeFor = null;
      peerSide.forgetObserved();
      become(SearchState.IDLE, "proven " + proven.remote);
      listener.proven(now, proven);
    }
  }

  private void prove(long now) {
    if (next().provenBy - now <= 0) {
      fail(
          now,
          "the path to " + next().remote + " was chosen but answers no more",
          Shortcoming.NONE);
    } else if (next().nextProof - now <= 0) {
      next().nextProof = now + Generation.PROOF_GAP;
      tell(now, new PunchIn.Probe(next().socket, next().remote));
    }
  }

  private void become(SearchState to, String reason) {
    SearchState from = state;
    state = to;
    outbox.say(new PathOut.SearchChanged(from, to, reason));
  }
}
