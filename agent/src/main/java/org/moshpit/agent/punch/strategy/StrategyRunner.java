package org.moshpit.agent.punch.strategy;

import java.net.InetAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.random.RandomGenerator;
import org.moshpit.common.nat.ServerChoice;
import org.moshpit.common.sansio.Deadlines;
import org.moshpit.common.sansio.Machine;
import org.moshpit.common.sansio.SocketId;
import org.moshpit.common.sansio.TransportAddress;

/**
 * Runs the strategies of one generation of checks: tells the peer what this NAT does and hears what
 * the peer's does, chooses, keeps them within their limits, and ends them.
 *
 * <p>Nothing but notes leaves before an authentic note of the peer came over the relay, so that the
 * peer is there and wants it, and before the rendezvous sees the peer at the address that the peer
 * sealed: neither of them alone can aim many packets at a third party. And no punch of many flows
 * begins while either end has to wait with it: each says so in its notes.
 */
public final class StrategyRunner {
  /**
   * A block is swept in less, mostly: 400 ports at once, and after a second 400 more. A plain check
   * that leaves before meets the peer's NAT from a port it has not sent to; should the sweep come
   * to that very port, which is one of some thirty that are open, the peer's NAT takes another port
   * for it and for all that the socket sends to from then on. Other NATs open so many ports, or so
   * few are tried, that it hardly happens.
   */
  private static final long SWEEP_FIRST = TimeUnit.MILLISECONDS.toNanos(1400);

  /** Sockets beyond the session's own that one generation may have open. */
  public static final int MAX_SOCKETS = 704;

  /** What the runner needs done. */
  public interface Ground {
    /** Opens that many sockets on the address checks of IPv4 leave from. */
    void openSockets(int count);

    /** Asks a server where a socket is seen. */
    void ask(SocketId socket, ServerChoice server);

    /**
     * Sends a check that nobody waits for.
     *
     * @param opening with a time to live that ends before the peer
     */
    void check(SocketId socket, TransportAddress to, boolean opening);

    /** The socket whose address the peer was told first; null without one. */
    SocketId knownSocket();

    /**
     * Says it to the peer over the relay, authenticated; lost if there is none.
     *
     * @param wait what stands against a punch of many flows here; null: nothing
     */
    void say(long now, PortNote note, NotNow wait);

    /**
     * Scattered ports were looked at closely; it need not be done again for the next generation.
     */
    void sampled(PortKind kind, PortRange span);

    /** One phrase for the log. */
    void using(String phrase);

    /** No strategy will run, or not now, and that is why; plain checks go on. */
    void noStrategy(Shortcoming why);
  }

  private final Ground ground;
  private final BulkLimits limits;
  private final RandomGenerator random;
  private final Tools tools = new Tools();
  private List<Strategy> strategies = List.of();
  private boolean introduced;
  private long plainFrom;
  private TransportAddress peerAddress;
  private PortKind own = PortKind.UNKNOWN;
  private int step = 1;
  private PortRange span;
  private BlockSample sample;
  private final Notes notes = new Notes();
  private InetAddress described;
  private NotNow peerWaits;

  /** What was told beside the last note to stand against a punch of many flows here, or null. */
  private NotNow toldWait;

  private boolean chosen;

  /** Nothing more is chosen in this generation: time has to pass first. */
  private boolean putOff;

  /** Why the block here was not looked at; null if it was, or need not be. */
  private NotNow unsampled;

  /** The block here is not looked at, because all strategies that need it are switched off. */
  private boolean unwanted;

  private boolean over;
  private int sockets;
  private Shortcoming shortcoming = Shortcoming.NONE;

  /** With nothing known. */
  public StrategyRunner(Ground ground, BulkLimits limits, RandomGenerator random) {
    this.ground = ground;
    this.limits = limits;
    this.random = random;
  }

  /**
   * The peer is described, and our own NAT is open for it: it may be told of our ports.
   *
   * @param at where the peer says it is, and nobody else yet; null if it does not
   */
  public void introduced(long now, InetAddress at) {
    if (!introduced) {
      introduced = true;
      described = at;
      plainFrom = now + SWEEP_FIRST;
      tellFirst(now);
    }
  }

  /** The address the peer sealed, now that the rendezvous sees the peer there too. */
  public void peerAt(long now, TransportAddress address) {
    if (peerAddress == null) {
      peerAddress = address;
      boolean elsewhere = !address.ip().equals(described);
      described = address.ip();
      if (elsewhere && introduced) {
        notes.tellAgain(now); // with what stands against a punch there
        sayAnew(now);
      }
      choose(now);
    }
  }

  /**
   * What the NAT here does is known, or known better; once strategies run it is too late.
   *
   * @param perStep from one port to the next, of sequential ones; 0 if unknown
   * @param known where the ports of a block lie; null if unknown: then it is found out
   */
  public void localNat(long now, PortKind kind, int perStep, PortRange known) {
    boolean sampling = sample != null && sample.isStarted();
    if (over || chosen || unsampled != null || sampling || kind == own) {
      return;
    }
    sample = null;
    step = perStep == 0 ? 1 : perStep;
    boolean unknown = kind == PortKind.BLOCK && known == null;
    unwanted = unknown && !isForScattered();
    if (unknown && !unwanted) {
      Optional<NotNow> wait = limits.against(now, described, Strategies.checks(kind));
      if (wait.isEmpty()) {
        sample = new BlockSample(tools);
        sampleSoon(now);
        return;
      }
      unsampled = wait.get(); // looking closer is for the punch alone
    }
    span = kind == PortKind.RANDOM ? PortRange.ALL : known;
    own = kind;
    tellFirst(now);
  }

  /** As soon as there is a socket: the sample's are opened beside it. */
  private void sampleSoon(long now) {
    if (!sample.isStarted() && ground.knownSocket() != null) {
      sample.start(now);
    }
  }

  /** Whether any strategy of an end whose ports are scattered is allowed here. */
  private boolean isForScattered() {
    return limits.allows(Strategy.Name.SWEEP) || limits.allows(Strategy.Name.BIRTHDAY);
  }

  private void sampled(long now) {
    Optional<PortRange> seen = sample.span();
    if (seen.isEmpty()) {
      doWithout("too few questions to the rendezvous were answered to see this network's ports");
      return;
    }
    span = seen.get();
    own = span.equals(PortRange.ALL) ? PortKind.RANDOM : PortKind.BLOCK;
    ground.sampled(own, span);
    tellFirst(now);
  }

  private void tellFirst(long now) {
    if (!over && introduced) {
      tell(now, span, 0, List.of());
      choose(now);
    }
  }

  private Optional<NotNow> against(long now) {
    return limits.against(now, described, Strategies.checks(own));
  }

  /**
   * An authentic note of the peer.
   *
   * @param wait what stands against a punch of many flows there; null: nothing
   */
  public void heard(long now, PortNote note, NotNow wait) {
    if (over || !notes.hear(note)) {
      return;
    }
    peerWaits = wait;
    say(now);
    if (chosen && wait != null && isOfManyFlows(strategies)) {
      withdraw(now);
      return;
    }
    strategies.forEach(strategy -> strategy.told(now, note));
    choose(now);
  }

  /** The peer has found out that it has to wait: this end's half alone meets nobody. */
  private void withdraw(long now) {
    strategies = List.of();
    chosen = false;
    limits.end(now, this);
    putOff(Shortcoming.of(peerWaits, false));
  }

  private static boolean isOfManyFlows(List<Strategy> some) {
    return some.get(some.size() - 1).name() != Strategy.Name.SANDWICH;
  }

  private void choose(long now) {
    PortNote heard = notes.heard();
    if (chosen || putOff || over || !introduced || heard == null) {
      return;
    }
    PortKind peer = heard.kind();
    boolean known = own != PortKind.UNKNOWN && peer != PortKind.UNKNOWN;
    if (!known || Strategies.isPlain(own, peer)) {
      return;
    }
    if (!Strategies.canMeet(own, peer)) {
      doWithout(Strategies.noneFor(own, peer));
      return;
    }
    if (peerAddress == null) {
      doWithout("the rendezvous does not see the peer at an address that the peer names");
      return;
    }
    if (unwanted) {
      doWithout("the strategies for these NATs (sweep, birthday) are switched off here");
      return;
    }
    if (unsampled != null) {
      limits.await(unsampled);
      putOff(Shortcoming.of(unsampled, true));
      return;
    }
    List<SocketId> open = sample == null ? List.of() : sample.sockets();
    List<Strategy> possible = Strategies.choose(own, span, open, peer, tools);
    Strategy main = possible.get(possible.size() - 1);
    for (Strategy strategy : possible) {
      boolean here = limits.allows(strategy.name());
      if (!here || !heard.allows(strategy.name())) {
        doWithout(
            "the strategy for these NATs ("
                + strategy.name().word()
                + ") is switched off"
                + (here ? " at the peer" : " here"));
        return;
      }
    }
    if (isOfManyFlows(possible) && !begin(now)) {
      return;
    }
    chosen = true;
    plainFrom = now + SWEEP_FIRST;
    strategies = possible;
    String phrase = main.name().word() + ": " + own.phrase() + " here, " + peer.phrase() + " there";
    shortcoming = Shortcoming.lasting(phrase + ", and the ends did not meet");
    ground.using(phrase);
    strategies.forEach(strategy -> strategy.start(now));
    strategies.forEach(strategy -> strategy.told(now, heard));
  }

  /** Begins a punch of many flows, unless either end has to wait with it. */
  private boolean begin(long now) {
    int checks = Strategies.checks(own);
    InetAddress ip = peerAddress.ip();
    // one that the peer puts off takes no turn here
    boolean turn = peerWaits == null && toldWait == null;
    Optional<NotNow> wait =
        turn ? limits.begin(now, this, ip, checks) : limits.against(now, ip, checks);
    if (peerWaits == null && toldWait != null) {
      limits.await(wait.orElse(toldWait));
    }
    if (wait.isPresent()) {
      putOff(Shortcoming.of(wait.get(), true));
      notes.tellAgain(now);
      sayAnew(now);
    } else if (toldWait != null) {
      // it is over just now; but the peer has heard of it, and does not begin
      putOff(Shortcoming.of(toldWait, true));
    }
    if (peerWaits != null) {
      putOff(Shortcoming.of(peerWaits, false));
    }
    return !putOff;
  }

  /** Few checks that were to be have become many: the rest is for a turn, or not at all. */
  private boolean takesTurn(long now, InetAddress ip) {
    if (putOff) {
      return false;
    }
    Optional<NotNow> wait = limits.begin(now, this, ip, Strategies.checks(own));
    wait.ifPresent(it -> putOff(Shortcoming.of(it, true)));
    return wait.isEmpty();
  }

  /** The longest wait is the one that counts. */
  private void putOff(Shortcoming wait) {
    putOff = true;
    if (wait.isStrongerThan(shortcoming)) {
      doWithout(wait);
    }
  }

  private void doWithout(String why) {
    doWithout(Shortcoming.lasting(why));
  }

  private void doWithout(Shortcoming why) {
    if (!why.isLike(shortcoming)) {
      shortcoming = why;
      ground.noStrategy(why);
    }
  }

  /** One of the sockets asked for is there. */
  public void opened(long now, SocketId socket) {
    if (over) {
      return;
    }
    if (sample != null && sample.opened(socket)) {
      return;
    }
    for (Strategy strategy : strategies) {
      strategy.opened(now, socket);
    }
  }

  /** A server saw one of those sockets. */
  public void seen(long now, SocketId socket, ServerChoice server, TransportAddress at) {
    if (over) {
      return;
    }
    if (sample != null) {
      sample.seen(now, socket, at.port());
    }
    for (Strategy strategy : strategies) {
      strategy.seen(now, socket, server, at);
    }
  }

  /** Two ends met, or the generation is over: nothing more is sent. */
  public void stop(long now) {
    over = true;
    limits.end(now, this);
  }

  /** Whether strategies are at work. */
  public boolean isAtWork() {
    return !over && chosen;
  }

  /**
   * Until when plain checks to public IPv4 addresses had better wait, or {@link
   * Machine#NO_DEADLINE}.
   */
  public long plainFrom() {
    boolean block = own == PortKind.BLOCK || (sample != null && own == PortKind.UNKNOWN);
    boolean hope = chosen || (shortcoming.isNone() && unsampled == null && !unwanted);
    return introduced && !over && block && hope ? plainFrom : Machine.NO_DEADLINE;
  }

  /** Why no strategy ran, or which one was in vain. */
  public Shortcoming shortcoming() {
    return shortcoming;
  }

  /** Does what is due. */
  public void advance(long now) {
    if (over) {
      return;
    }
    if (sample != null) {
      sampleSoon(now);
      if (sample.ends(now)) {
        sampled(now);
      }
    }
    if (notes.isDue(now)) {
      say(now);
    }
    for (Strategy strategy : strategies) {
      strategy.advance(now);
    }
  }

  /** When something is due next, or {@link Machine#NO_DEADLINE}. */
  public long nextDeadline() {
    if (over) {
      return Machine.NO_DEADLINE;
    }
    long next = notes.nextDeadline();
    if (sample != null) {
      next = Deadlines.earlier(next, sample.nextDeadline());
    }
    for (Strategy strategy : strategies) {
      next = Deadlines.earlier(next, strategy.nextDeadline());
    }
    return next;
  }

  private void tell(long now, PortRange span, int base, List<PortRange> meetings) {
    notes.tell(now, own, limits.mask(), span, base, step, meetings);
    sayAnew(now);
  }

  /** Under its new number; as long as it has that, what is told beside it stays the same. */
  private void sayAnew(long now) {
    toldWait = against(now).orElse(null);
    say(now);
  }

  private void say(long now) {
    PortNote note = notes.current();
    if (note != null) {
      // its own punch stands against none
      ground.say(now, note, chosen ? null : toldWait);
    }
  }

  /** What the strategies get to work with. */
  private final class Tools implements Means {
    @Override
    public void openSockets(int count) {
      int allowed = Math.min(count, MAX_SOCKETS - sockets);
      if (allowed > 0) {
        sockets += allowed;
        ground.openSockets(allowed);
      }
    }

    @Override
    public void ask(SocketId socket, ServerChoice server) {
      ground.ask(socket, server);
    }

    @Override
    public long roomAt(long now) {
      return limits.roomAt(now);
    }

    @Override
    public boolean send(long at, SocketId socket, TransportAddress to, boolean opening) {
      BulkLimits.Verdict verdict = limits.take(at, StrategyRunner.this, to.ip());
      if (verdict == BulkLimits.Verdict.NEEDS_TURN && takesTurn(at, to.ip())) {
        verdict = limits.take(at, StrategyRunner.this, to.ip());
      }
      if (verdict == BulkLimits.Verdict.GO) {
        ground.check(socket, to, opening);
      }
      if (verdict == BulkLimits.Verdict.SPENT) {
        long left =
            limits.against(at, to.ip(), Strategies.checks(own)).map(NotNow::until).orElse(at);
        shortcoming = Shortcoming.of(new NotNow(NotNow.Cause.HOUR, left), true);
      }
      return verdict != BulkLimits.Verdict.SPENT;
    }

    @Override
    public SocketId knownSocket() {
      return ground.knownSocket();
    }

    @Override
    public TransportAddress peer() {
      return peerAddress;
    }

    @Override
    public void tell(long now, PortRange span, int base, List<PortRange> meetings) {
      StrategyRunner.this.tell(now, span, base, new ArrayList<>(meetings));
    }

    @Override
    public RandomGenerator random() {
      return random;
    }
  }
}
