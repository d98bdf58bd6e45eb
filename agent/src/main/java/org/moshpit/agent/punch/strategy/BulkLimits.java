package org.moshpit.agent.punch.strategy;

import java.net.InetAddress;
import java.util.EnumSet;
import java.util.Optional;
import java.util.Set;

/**
 * What all of an agent's sessions together may do to the routers on the way and to an address that
 * has not answered, as one of the peers has it. All that come from one object {@link #of} share
 * what they limit. For one thread.
 */
public final class BulkLimits {
  /** Checks that nobody waits for, to one address, retries included. */
  public static final int PER_ADDRESS_PER_HOUR = 2048;

  /** Addresses remembered; others get nothing until one is forgotten, an hour after its last. */
  static final int MAX_ADDRESSES = 64;

  /** The most of them that one account's peers bring in, so that others find room. */
  static final int ADDRESSES_PER_ACCOUNT = MAX_ADDRESSES / 2;

  /** The most of them that one peer brings in. */
  static final int ADDRESSES_PER_PEER = 8;

  /** Checks that nobody waits for, in any second, whatever for: what a home router bears. */
  static final int PER_SECOND = 400;

  /**
   * So many such checks may leave within half a minute without a turn, of all sessions together:
   * sandwiches mostly take fewer. What takes more needs a turn as a punch of many flows does.
   */
  static final int OUT_OF_TURN = 64;

  /**
   * So many checks of punches with a turn may have left within the last half minute when the next
   * begins, which takes up to 960 itself. Both ends together take 1,540 at most, and with what was
   * left over and what needs no turn at either end no router sees 2,048 new flows in that time.
   */
  public static final int BEFORE_MANY = 64;

  /** After one punch of many flows, so long does none begin, nanoseconds. */
  public static final long COOLDOWN = Turns.COOLDOWN;

  /** What becomes of a check. */
  enum Verdict {
    /** It may leave. */
    GO,
    /** Too many have left within this second: it counts as one that was lost on the way. */
    LOST,
    /** It does not leave: too many have within half a minute that had no turn. */
    NEEDS_TURN,
    /** Nothing goes to that address any more within this hour. */
    SPENT
  }

  private final Set<Strategy.Name> allowed;
  private final CheckBudget budget;
  private final Turns turns;
  private final SharedTurn shared;
  private final StrangerChecks strangers;
  private final Peer peer;

  private BulkLimits(
      Set<Strategy.Name> allowed,
      CheckBudget budget,
      Turns turns,
      SharedTurn shared,
      StrangerChecks strangers,
      Peer peer) {
    this.allowed = allowed;
    this.budget = budget;
    this.turns = turns;
    this.shared = shared;
    this.strangers = strangers;
    this.peer = peer;
  }

  /** Only these strategies are used; none: plain checks alone. */
  public BulkLimits(Set<Strategy.Name> allowed) {
    this(
        allowed.isEmpty() ? Set.of() : Set.copyOf(EnumSet.copyOf(allowed)),
        new CheckBudget(),
        new Turns(),
        new SharedTurn(OtherProcesses.NONE),
        new StrangerChecks(""),
        new Peer("", ""));
  }

  /** With every strategy. */
  public static BulkLimits standard() {
    return new BulkLimits(EnumSet.allOf(Strategy.Name.class));
  }

  /** With those strategies whose {@link Strategy.Name#word} is among these. */
  public static BulkLimits ofWords(Set<String> words) {
    Set<Strategy.Name> names = EnumSet.allOf(Strategy.Name.class);
    names.removeIf(name -> !words.contains(name.word()));
    return new BulkLimits(names);
  }

  /**
   * The same limits for sessions with that peer, who has turns and a share of its own.
   *
   * @param account for whose use the sessions are, by any name that equals itself alone: accounts
   *     have turns, and among those of one account its peers
   * @param key by what the agent has authenticated the peer, in the same way
   */
  public BulkLimits of(Object account, Object key) {
    return new BulkLimits(
        allowed, budget, turns, shared, strangers.of(account), new Peer(account, key));
  }

  /** The same limits, and punches of many flows in turns with those of other processes. */
  public BulkLimits inTurnsWith(OtherProcesses others) {
    return new BulkLimits(allowed, budget, turns, new SharedTurn(others), strangers, peer);
  }

  /** Which strategies may be used. */
  public Set<Strategy.Name> allowed() {
    return allowed;
  }

  /** What plain checks may be sent to hosts that may be strangers'. */
  public StrangerChecks strangers() {
    return strangers;
  }

  /** The allowed strategies' {@link Strategy.Name#bit} together. */
  int mask() {
    return allowed.stream().mapToInt(Strategy.Name::bit).sum();
  }

  boolean allows(Strategy.Name name) {
    return allowed.contains(name);
  }

  /**
   * What stands against a punch of many flows now; the graver of two.
   *
   * @param ip where it would go; null if that is not known yet
   * @param checks what it may take
   */
  Optional<NotNow> against(long now, InetAddress ip, int checks) {
    if (ip != null) {
      long left = budget.leftAt(now, peer, ip, checks);
      if (left - now > 0) {
        return Optional.of(new NotNow(NotNow.Cause.HOUR, left));
      }
    }
    Optional<NotNow> elsewhere = shared.against(now, ip, checks);
    Optional<NotNow> here = againstHere(now);
    return elsewhere.isPresent() && here.stream().allMatch(it -> outlasts(elsewhere.get(), it))
        ? elsewhere
        : here;
  }

  private static boolean outlasts(NotNow one, NotNow other) {
    return one.until() - other.until() > 0;
  }

  private Optional<NotNow> againstHere(long now) {
    Optional<NotNow> turn = turns.against(now, peer);
    long quiet = budget.quietAt(now, BEFORE_MANY);
    if (quiet - now <= 0) {
      return turn;
    }
    return Optional.of(
        turn.filter(wait -> wait.until() - quiet >= 0)
            .orElse(new NotNow(turn.map(NotNow::cause).orElse(NotNow.Cause.PAUSE), quiet)));
  }

  /**
   * Begins a punch of many flows, or gives the peer a place among those that wait for one.
   *
   * @param who gives it back by {@link #end}
   * @return what stands against it; empty: it has begun
   */
  Optional<NotNow> begin(long now, Object who, InetAddress ip, int checks) {
    Optional<NotNow> against = against(now, ip, checks);
    if (against.isEmpty()) {
      against = shared.begin(now, ip, checks);
    }
    if (against.isEmpty()) {
      turns.begin(now, peer, who);
    }
    against.ifPresent(this::await);
    return against;
  }

  /** The peer is told to wait with a punch, and gets a place if others are in its way. */
  void await(NotNow wait) {
    if (wait.cause() != NotNow.Cause.HOUR) {
      turns.await(peer, wait.until());
    }
  }

  /** Ends it; nothing happens for anybody else. */
  void end(long now, Object who) {
    if (turns.end(now, who)) {
      shared.end();
    }
  }

  /** When the next check may leave; not after {@code now} if it may at once. */
  long roomAt(long now) {
    return budget.roomAt(now);
  }

  /**
   * Takes one check towards an address.
   *
   * @param who would have begun the punch that it is of
   */
  Verdict take(long now, Object who, InetAddress ip) {
    boolean turn = turns.isHeldBy(who);
    Verdict verdict = budget.take(now, peer, ip, turn);
    if (verdict == Verdict.GO && turn) {
      shared.sent();
    }
    return verdict;
  }
}
