package org.moshpit.agent.path;

import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.random.RandomGenerator;
import org.moshpit.agent.candidates.IceCredentials;
import org.moshpit.agent.candidates.IceDescription;
import org.moshpit.agent.punch.EndNote;
import org.moshpit.agent.punch.IceRole;
import org.moshpit.agent.punch.PunchIn;
import org.moshpit.agent.punch.PunchMachine;
import org.moshpit.agent.punch.SealedPairs;
import org.moshpit.agent.punch.strategy.Shortcoming;
import org.moshpit.common.sansio.Deadlines;
import org.moshpit.common.sansio.Machine;
import org.moshpit.common.sansio.SocketId;
import org.moshpit.common.sansio.Transmit;
import org.moshpit.common.sansio.TransportAddress;
import org.moshpit.common.stun.StunClass;
import org.moshpit.common.stun.StunMessage;
import org.moshpit.common.stun.StunParse;
import org.moshpit.common.stun.StunParser;

/**
 * One session's path, on either end: carries the application's datagrams over the relay until a
 * direct path is proven, over that while it answers, and over the relay again while it is repaired.
 *
 * <p>Transitions, all through one method:
 *
 * <ul>
 *   <li>NONE → RELAY: the relay is up, and may be used;
 *   <li>NONE, RELAY → OVERLAP: a nominated pair had two authenticated round trips;
 *   <li>OVERLAP, DIRECT, SUSPECT → OVERLAP: the same for another pair, of a later generation;
 *   <li>SUSPECT → OVERLAP: another pair of the same generation answered twice meanwhile;
 *   <li>OVERLAP → DIRECT: a second passed, and a check or a datagram of the peer came over that
 *       very pair;
 *   <li>OVERLAP, DIRECT → SUSPECT: a check is owed an answer for 1.2 s, or sooner when there is
 *       other evidence; the network changed; the peer goes on sending over the relay alone;
 *   <li>SUSPECT → DIRECT: a check was answered since, the peer is not on the relay alone, and it
 *       was heard over that pair as above;
 *   <li>OVERLAP, DIRECT, SUSPECT → RELAY (NONE without one): no answer for six seconds, or the
 *       socket is lost;
 *   <li>RELAY → NONE: the relay is down;
 *   <li>any → CLOSED: closed. Nothing is sent any more.
 * </ul>
 *
 * <p>Between losing a direct path and proving the next the search goes on by itself; see {@link
 * SearchState}. The first sockets come unasked. The class is for one thread.
 */
public final class PathMachine implements Machine<PathIn, PathOut> {
  /** After a switch, so long do datagrams take both ways. */
  static final long OVERLAP = TimeUnit.SECONDS.toNanos(1);

  /** Within this time after our own switch the peer may well be on the relay still. */
  static final long SETTLING = TimeUnit.SECONDS.toNanos(3);

  private final PathConfig config;
  private final Outbox outbox = new Outbox();
  private final Traffic traffic = new Traffic();
  private final LocalSockets sockets;
  private final SealedPairs sealed;
  private final DirectPaths paths;
  private final RelayPath relay;
  private final Search search;
  private final RelayOnly relayOnly;
  private PathState state = PathState.NONE;
  private RelayReason reason = RelayReason.of(RelayReason.SEARCHING);

  /** Why the relay carries, when it does; an outage of it is no reason. */
  private RelayReason relayed = reason;

  private long stateSince;
  private PathIn.LocalNat localNat = new PathIn.LocalNat("", "");
  private PathIn.PeerNat peerNat = new PathIn.PeerNat("", "");

  /**
   * A path in NONE.
   *
   * @param random unpredictable: credentials and transaction IDs come from it
   */
  public PathMachine(PathConfig config, RandomGenerator random) {
    this.config = Objects.requireNonNull(config);
    Objects.requireNonNull(random);
    sockets = new LocalSockets(config.destinations(), outbox);
    paths =
        new DirectPaths(
            random, sockets, outbox, traffic, (now, why) -> become(now, PathState.OVERLAP, why));
    sealed = new SealedPairs(random);
    relay = new RelayPath(config.relay(), sealed, outbox, traffic);
    if (config.relay() == RelayPolicy.ONLY) {
      relayOnly = new RelayOnly(config.role(), random, sealed, outbox);
      search = null;
      reason = RelayReason.of(RelayReason.ASKED_FOR);
      relayed = reason;
    } else {
      relayOnly = null;
      search = new Search(config, random, sockets, paths, relay, outbox, new Found());
    }
  }

  /** What the peer would be told if it were told now. */
  public IceDescription localDescription() {
    return search == null ? relayOnly.description() : search.description();
  }

  /** Where the machine is. */
  public PathState state() {
    return state;
  }

  /** The search's state; IDLE with {@link RelayPolicy#ONLY}. */
  public SearchState searchState() {
    return search == null ? SearchState.IDLE : search.state();
  }

  /** Whether a direct path carries alone: it answers, and the peer is heard on it. */
  public boolean isDirectAlone() {
    return state == PathState.DIRECT;
  }

  /** The socket of the direct path, or null without one. */
  public SocketId directSocket() {
    return state.kind() == PathKind.DIRECT ? paths.current().socket : null;
  }

  /** Everything status wants to know at {@code now}. */
  public PathSnapshot snapshot(long now) {
    return traffic.snapshot(
        now, state.kind(), remote(), rttMillis(), reason.at(now), relayed.at(now));
  }

  /** Everything of which there could be ever more; for tests of the bounds. */
  int held() {
    return outbox.size() + sockets.held() + (search == null ? 0 : search.held()) + paths.held();
  }

  @Override
  public void handle(long now, PathIn event) {
    if (state == PathState.CLOSED) {
      return;
    }
    if (event instanceof PathIn.Datagram datagram) {
      datagram(now, datagram);
    } else if (event instanceof PathIn.FromApp app) {
      fromApp(now, app.bytes());
    } else if (event instanceof PathIn.FromRelay carried) {
      fromRelay(now, carried.bytes());
    } else if (event instanceof PathIn.Ping ping) {
      ping(now, ping.number());
    } else if (event instanceof PathIn.RelayUp) {
      relayUp(now);
    } else if (event instanceof PathIn.RelayDown down) {
      relayDown(now, down.reason());
    } else if (event instanceof PathIn.LocalNat nat) {
      localNat = nat;
      if (search != null) {
        search.localNat(now, nat);
      }
    } else if (event instanceof PathIn.PeerNat nat) {
      peerNat = nat;
    } else if (event instanceof PathIn.End end) {
      paths.end(now, end.reason());
    } else if (event instanceof PathIn.Close) {
      close(now);
      return;
    } else if (search != null) {
      searching(now, event);
    } else {
      relayOnly.handle(event);
    }
    advance(now);
  }

  @Override
  public void handleTimeout(long now) {
    if (state != PathState.CLOSED) {
      advance(now);
    }
  }

  @Override
  public Transmit pollTransmit() {
    return outbox.pollTransmit();
  }

  @Override
  public PathOut pollEvent() {
    return outbox.pollEvent();
  }

  @Override
  public long nextDeadline() {
    if (state == PathState.CLOSED || search == null) {
      return NO_DEADLINE;
    }
    Consent.Health known =
        state == PathState.SUSPECT ? Consent.Health.SUSPECT : Consent.Health.GOOD;
    long next = Deadlines.earlier(search.nextDeadline(), paths.nextDeadline(known));
    if (state == PathState.OVERLAP && (paths.isFading() || paths.current().isPeerThere())) {
      next = Deadlines.earlier(next, stateSince + OVERLAP);
    } else if (state == PathState.SUSPECT && traffic.isRelayAlone()) {
      next = Deadlines.earlier(next, traffic.relaySilentAt());
    }
    return next;
  }

  // datagrams

  private void fromApp(long now, byte[] bytes) {
    if (state.sendsDirect()) {
      paths.send(now, bytes);
    }
    if (state.sendsRelayed() && relay.isUsable()) {
      relay.send(bytes);
    } else if ((state == PathState.NONE || state == PathState.SUSPECT) && relay.isAllowed()) {
      outbox.say(new PathOut.RelayMissing());
    }
  }

  private void fromRelay(long now, byte[] bytes) {
    if (!relay.isAllowed()) {
      return;
    }
    StunParse.Parsed note = stun(bytes);
    if (note != null) {
      note(now, note);
      return;
    }
    traffic.receivedOverRelay(now, bytes);
    outbox.say(new PathOut.ToApp(bytes));
    if (state == PathState.DIRECT) {
      // The peer has doubts. Ask at once; and if it goes on like this, meet it there.
      paths.hurryUnlessFresh(now);
      if (now - paths.current().since > SETTLING && traffic.isPeerOneSided(now)) {
        become(now, PathState.SUSPECT, "the peer still sends over the relay");
      }
    }
  }

  /** STUN over the relay is the strategies' and the echo's, and never the application's. */
  private void note(long now, StunParse.Parsed parsed) {
    if (!relay.isEcho(now, parsed) && search != null) {
      search.heard(now, new PunchIn.Note(parsed));
    }
  }

  /** The STUN message that it is, or null: then it is the application's. */
  private static StunParse.Parsed stun(byte[] bytes) {
    return StunMessage.looksLikeStun(bytes)
            && StunParser.parse(bytes) instanceof StunParse.Parsed parsed
            && parsed.hasFingerprint()
        ? parsed
        : null;
  }

  private void ping(long now, int number) {
    if (paths.current() != null) {
      paths.ping(now, number);
    } else if (relay.isUsable()) {
      relay.ping(now, number);
    }
  }

  private void datagram(long now, PathIn.Datagram datagram) {
    if (search == null) {
      return;
    }
    byte[] bytes = datagram.bytes();
    StunParse.Parsed parsed = stun(bytes);
    if (parsed != null) {
      check(now, new PunchIn.Stun(datagram.socket(), datagram.from(), parsed));
      return;
    }
    PunchMachine checking = search.punch();
    if (paths.carried(now, datagram.socket(), datagram.from())
        || (checking != null && checking.isValid(datagram.socket(), datagram.from()))) {
      traffic.receivedDirect(bytes);
      outbox.say(new PathOut.ToApp(bytes));
    }
  }

  /** A message belongs to one generation; that of the checks that run comes first. */
  private void check(long now, PunchIn.Stun stun) {
    StunMessage message = stun.parsed().message();
    if (message.type() == StunClass.INDICATION) {
      if (config.role() == IceRole.CONTROLLING) { // only the box ends sessions
        paths
            .readEnd(stun.parsed())
            .or(() -> EndNote.read(sealed, stun.parsed()))
            .ifPresent(why -> outbox.say(new PathOut.Ended(why)));
      }
      return;
    }
    PunchMachine checking = search.punch();
    if (checking != null && checking.concerns(message)) {
      search.received(now, stun);
    } else {
      paths.received(now, stun);
    }
  }

  // the relay

  private void relayUp(long now) {
    if (!relay.up()) {
      return;
    }
    if (state == PathState.NONE && relay.isUsable()) {
      become(now, PathState.RELAY, relayed);
    }
    if (search != null) {
      search.reachable(now);
    }
  }

  private void relayDown(long now, String why) {
    relay.down();
    if (state == PathState.RELAY) {
      become(now, PathState.NONE, why);
    }
  }

  // the search

  private void searching(long now, PathIn event) {
    if (event instanceof PathIn.SocketOpened opened) {
      search.opened(now, opened.socket(), opened.base());
    } else if (event instanceof PathIn.ExtraOpened opened) {
      search.extraOpened(now, opened.socket(), opened.base());
    } else if (event instanceof PathIn.ExtraSeen seen) {
      search.extraSeen(now, seen);
    } else if (event instanceof PathIn.SocketLost lost) {
      socketLost(now, lost);
    } else if (event instanceof PathIn.ServerReflexive reflexive) {
      search.reflexive(now, reflexive.socket(), reflexive.address());
    } else if (event instanceof PathIn.PortMapped mapped) {
      search.portMapped(now, mapped.socket(), mapped.address());
    } else if (event instanceof PathIn.PeerDescribed described) {
      search.peerDescribed(now, described);
    } else if (event instanceof PathIn.PeerObserved observed) {
      search.peerObserved(now, observed.address());
    } else if (event instanceof PathIn.PeerHinted hinted) {
      paths.hurry(now);
      search.peerHinted(now, hinted.reason(), state == PathState.SUSPECT);
    } else if (event instanceof PathIn.NetworkChanged changed) {
      networkChanged(now, changed.reason());
    }
  }

  private void socketLost(long now, PathIn.SocketLost gone) {
    search.lost(now, gone.socket());
    if (paths.lost(gone.socket())) {
      loseDirect(now, gone.reason());
    } else if (paths.current() == null && sockets.isEmpty()) {
      search.restart(now, gone.reason(), true);
    }
  }

  private void networkChanged(long now, String why) {
    paths.hurry(now);
    if (paths.current() != null && state != PathState.SUSPECT) {
      become(now, PathState.SUSPECT, why);
    }
    search.forgetNat();
    search.restart(now, why, true);
  }

  /** What the search reports. */
  private final class Found implements SearchListener {
    @Override
    public void introduced(IceCredentials local, IceCredentials peer) {
      sealed.know(local, peer);
    }

    @Override
    public void proven(long now, Generation generation) {
      paths.proven(now, generation);
      become(now, PathState.OVERLAP, "checks answered");
    }

    @Override
    public void failed(long now, String why, Shortcoming nat, Evidence evidence) {
      boolean weak = nat.isNone() && !evidence.isTelling() && relayed.isWaiting(now);
      if (!weak) {
        explain(now, RelayReason.of(why, nat, evidence, localNat, peerNat));
      }
    }

    @Override
    public void doubted(long now, Shortcoming nat, Evidence evidence) {
      explain(now, RelayReason.of(nat.why(), nat, evidence, localNat, peerNat));
    }
  }

  private void explain(long now, RelayReason told) {
    if (paths.current() == null && !told.isLike(reason)) {
      reason = told;
      if (state != PathState.NONE) { // without a relay hardly anything can be tried
        relayed = told;
      }
      announce(now);
    }
  }

  private void loseDirect(long now, String why) {
    paths.left(now);
    relayed = RelayReason.of(why);
    become(now, relay.isUsable() ? PathState.RELAY : PathState.NONE, relayed);
    search.restart(now, why, false);
  }

  // time

  private void advance(long now) {
    if (search == null) {
      return;
    }
    search.advance(now);
    traffic.advance(now);
    paths.advance(now);
    if (paths.current() != null) {
      judge(now, paths.current());
    }
  }

  private void judge(long now, DirectPath direct) {
    switch (direct.consent.health(now)) {
      case DEAD -> loseDirect(now, "no answer from " + direct.remote);
      case SUSPECT -> {
        if (state != PathState.SUSPECT) {
          become(now, PathState.SUSPECT, "no answer from " + direct.remote);
        }
      }
      case GOOD -> {
        if (state == PathState.OVERLAP && stateSince + OVERLAP - now <= 0) {
          paths.settled(now);
          if (direct.isPeerThere()) {
            become(now, PathState.DIRECT, "the peer has switched too");
          }
        } else if (state == PathState.SUSPECT
            && direct.isPeerThere()
            && direct.consent.lastAnswer() - stateSince > 0
            && !traffic.isPeerOneSided(now)) {
          become(now, PathState.DIRECT, direct.remote + " answers");
        }
      }
    }
  }

  private void close(long now) {
    paths.forget(now);
    if (search != null) {
      search.close(now);
    }
    paths.forgetLeft();
    outbox.forgetTransmits();
    sockets.closeAll();
    become(now, PathState.CLOSED, "closed");
  }

  private void become(long now, PathState to, String why) {
    become(now, to, RelayReason.of(why));
  }

  private void become(long now, PathState to, RelayReason why) {
    PathState from = state;
    boolean moved = to == PathState.OVERLAP || from.kind() != to.kind();
    state = to;
    stateSince = now;
    reason = why;
    paths.doubted(now, to == PathState.SUSPECT);
    outbox.say(new PathOut.StateChanged(from, to, why.at(now)));
    if (moved) {
      announce(now);
    }
  }

  private void announce(long now) {
    outbox.say(new PathOut.PathChanged(state.kind(), remote(), rttMillis(), reason.at(now)));
  }

  private TransportAddress remote() {
    return state.kind() == PathKind.DIRECT ? paths.current().remote : null;
  }

  private long rttMillis() {
    long nanos = state.kind() == PathKind.DIRECT ? paths.current().consent.rttNanos() : -1;
    return nanos < 0 ? -1 : TimeUnit.NANOSECONDS.toMillis(nanos);
  }
}
