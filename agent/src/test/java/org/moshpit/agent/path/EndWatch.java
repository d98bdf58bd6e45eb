package org.moshpit.agent.path;

import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.moshpit.agent.candidates.Candidate;
import org.moshpit.agent.candidates.DestinationRules;
import org.moshpit.common.sansio.SocketId;
import org.moshpit.common.sansio.Transmit;
import org.moshpit.common.sansio.TransportAddress;
import org.moshpit.common.stun.StunClass;
import org.moshpit.common.stun.StunMessage;
import org.moshpit.common.stun.StunParse;
import org.moshpit.common.stun.StunParser;
import org.moshpit.common.stun.TransactionId;

/**
 * What one end of a simulated session is told, and what it sends, seen from outside: it knows what
 * crossed the network, not what the machine thinks of it.
 *
 * <p>A <em>probe</em> is a check of a strategy: to an address that nobody named and no check came
 * from; or from a socket that was opened for it, until a check came to that very socket. Any other
 * check is a plain one.
 */
final class EndWatch {
  /** The longest check there is: a name, role, priority, USE-CANDIDATE, HMAC and fingerprint. */
  private static final int CHECK_BYTES = 128;

  /** Indications that an end may send directly once it was told that the session is over. */
  private static final int FAREWELLS = 5;

  private static final int PROBES_PER_HOUR = 2048;
  private static final int PROBES_PER_SECOND = 400;
  private static final int DESCRIBED_PER_MINUTE = 60;
  private static final int UNCONFIRMED_PER_MINUTE = 20;
  private static final int UNCONFIRMED_PER_HOST_PER_MINUTE = 60;
  private static final int STRANGER_PER_MINUTE = 60;
  private static final long SECOND = Duration.ofSeconds(1).toNanos();
  private static final long MINUTE = Duration.ofMinutes(1).toNanos();
  private static final long HOUR = Duration.ofHours(1).toNanos();
  private static final long RECENT = Duration.ofMinutes(2).toNanos();
  private static final long PAUSE = Duration.ofSeconds(20).toNanos();

  /** Routers forget by then; the machine counts in whole seconds, and rather too long. */
  private static final long HALF_MINUTE = Duration.ofSeconds(30).toNanos();

  /** So many probes within that time need no turn, and as many may precede a punch with one. */
  private static final int FEW = 64;

  private record Way(SocketId socket, TransportAddress remote) {}

  private record Sent(long at, TransportAddress to) {}

  private record Question(SocketId socket, TransportAddress from, int length) {}

  private final Invariants run;
  private final String end;
  private final LongSupplier clock;
  private final Set<TransportAddress> described = new HashSet<>();
  private final Set<String> describedHosts = new HashSet<>();
  private final Map<TransportAddress, Long> observed = new HashMap<>();
  private final Set<String> observedHosts = new HashSet<>();
  private final Map<TransportAddress, Long> heardFrom = new HashMap<>();
  private final Set<Way> heardOn = new HashSet<>();
  private final Set<TransportAddress> proven = new HashSet<>();
  private final Map<TransactionId, TransportAddress> asked = new HashMap<>();
  private final Map<InetAddress, Integer> checks = new HashMap<>();
  private final Map<TransactionId, Question> owed = new HashMap<>();
  private final Map<TransportAddress, ArrayDeque<Long>> plain = new HashMap<>();
  private final Map<String, ArrayDeque<Sent>> unconfirmed = new HashMap<>();
  private final Map<String, ArrayDeque<Sent>> strangers = new HashMap<>();
  private final Map<InetAddress, ArrayDeque<Long>> hour = new HashMap<>();
  private final ArrayDeque<Long> second = new ArrayDeque<>();

  /** Those that came after the latest description. */
  private final Set<TransportAddress> awaiting = new HashSet<>();

  private final Set<SocketId> extras = new HashSet<>();
  private final Set<SocketId> givenUp = new HashSet<>();
  private final Map<Integer, TransportAddress> left = new HashMap<>();
  private PathState state = PathState.NONE;
  private int farewells;
  private boolean closed;
  private long probes;

  /** Probes of punches with a turn, and of others, within half a minute: when they left. */
  private final ArrayDeque<Long> inTurn = new ArrayDeque<>();

  private final ArrayDeque<Long> outOfTurn = new ArrayDeque<>();

  /** Whether a strategy is at work. */
  private boolean strategic;

  /** Whether probes are of a punch with a turn now. */
  private boolean turn;

  private long usingAt;

  EndWatch(Invariants run, String end) {
    this(run, end, run::now);
  }

  /**
   * Of an end that may sleep.
   *
   * @param clock the end's own, nanoseconds, which stands still meanwhile
   */
  EndWatch(Invariants run, String end, LongSupplier clock) {
    this.run = run;
    this.end = end;
    this.clock = clock;
  }

  /** How many probes there were in all. */
  long probes() {
    return probes;
  }

  /** How many checks went to a host that proved nothing. */
  int checksOf(String ip) {
    return checks.getOrDefault(TransportAddress.parseIp(ip), 0);
  }

  /** Whether anything went to an address of 100.64/10. */
  boolean sentWithinCarrier() {
    return asked.values().stream().anyMatch(to -> DestinationRules.isShared(to.ip()));
  }

  // what it is told

  void told(PathIn event) {
    if (event instanceof PathIn.PeerDescribed peer) {
      // an observation counts for the description that comes next, whenever that is
      awaiting.forEach(address -> observed.put(address, clock.getAsLong()));
      awaiting.clear();
      for (Candidate candidate : peer.description().candidates()) {
        described.add(candidate.address());
        describedHosts.add(host(candidate.address()));
      }
    } else if (event instanceof PathIn.PeerObserved peer) {
      observed.put(peer.address(), clock.getAsLong());
      observedHosts.add(host(peer.address()));
      awaiting.add(peer.address());
    } else if (event instanceof PathIn.ExtraOpened opened) {
      extras.add(opened.socket());
    } else if (event instanceof PathIn.Datagram datagram) {
      arrived(datagram);
    } else if (event instanceof PathIn.End) {
      farewells = FAREWELLS;
    } else if (event instanceof PathIn.Close) {
      closed = true;
    }
  }

  private void arrived(PathIn.Datagram datagram) {
    StunMessage message = stun(datagram.bytes());
    if (message == null) {
      return;
    }
    if (message.type() == StunClass.REQUEST) {
      heardFrom.put(datagram.from(), clock.getAsLong());
      heardOn.add(new Way(datagram.socket(), datagram.from()));
      owed.put(
          message.transactionId(),
          new Question(datagram.socket(), datagram.from(), datagram.bytes().length));
    } else if (datagram.from().equals(asked.get(message.transactionId()))) {
      prove(datagram.from());
    }
  }

  /** What it got counts no longer; what other ports of its host got does. */
  private void prove(TransportAddress address) {
    if (proven.add(address)) {
      for (Map<String, ArrayDeque<Sent>> each : List.of(unconfirmed, strangers)) {
        each.getOrDefault(host(address), new ArrayDeque<>())
            .removeIf(sent -> sent.to().equals(address));
      }
    }
  }

  /**
   * An IPv4 address, also the one in an address of NAT64 or 6to4, or the network of an IPv6 one.
   */
  private static String host(TransportAddress address) {
    String hex = HexFormat.of().formatHex(address.ip().getAddress());
    if (hex.startsWith("0064ff9b0000000000000000")) {
      return hex.substring(24);
    }
    if (hex.length() == 32 && hex.startsWith("2002")) {
      return hex.substring(4, 12);
    }
    return hex.substring(0, Math.min(hex.length(), 16));
  }

  private boolean isPeersHost(TransportAddress to) {
    return describedHosts.contains(host(to)) && observedHosts.contains(host(to));
  }

  private static StunMessage stun(byte[] bytes) {
    return StunMessage.looksLikeStun(bytes)
            && StunParser.parse(bytes) instanceof StunParse.Parsed parsed
            && parsed.hasFingerprint()
        ? parsed.message()
        : null;
  }

  // what it does

  void said(PathOut event) {
    boolean silent = event instanceof PathOut.ToRelay || event instanceof PathOut.ToApp;
    require(!(closed && silent), Invariant.CLOSED, () -> event.getClass().getSimpleName());
    if (event instanceof PathOut.CloseSocket close) {
      givenUp.add(close.socket());
    } else if (event instanceof PathOut.Using using) {
      turn = false;
      strategic = true;
      usingAt = run.now();
      if (!using.phrase().startsWith("sandwich")) {
        punch();
      }
    } else if (event instanceof PathOut.SearchChanged) {
      strategic = false;
    } else if (event instanceof PathOut.StateChanged changed) {
      PathState before = state;
      require(
          changed.from() == before && !changed.reason().isEmpty(),
          Invariant.ONE_PATH,
          () -> before + ", and then " + changed);
      state = changed.to();
    }
  }

  void sent(Transmit out) {
    TransportAddress to = out.destination();
    require(!closed, Invariant.CLOSED, () -> "to " + to);
    require(!givenUp.contains(out.socket()), Invariant.CLOSED, () -> out.socket() + " to " + to);
    run.sent(end, out.socket(), to);
    StunMessage message = stun(out.payload());
    if (message == null) {
      application(out);
    } else if (message.type() == StunClass.REQUEST) {
      check(out, message.transactionId());
    } else if (message.type() == StunClass.INDICATION) {
      require(proven.contains(to), Invariant.PROVEN, to::toString);
      require(farewells > 0, Invariant.PROVEN, () -> "an indication to " + to);
      farewells--;
    } else {
      Question question = owed.remove(message.transactionId());
      boolean there =
          question != null && question.socket().equals(out.socket()) && question.from().equals(to);
      require(
          there && out.payload().length <= question.length(),
          Invariant.ANSWERS,
          () ->
              out.payload().length
                  + " bytes from "
                  + out.socket()
                  + " to "
                  + to
                  + " for "
                  + question);
    }
  }

  private void application(Transmit out) {
    TransportAddress to = out.destination();
    require(proven.contains(to), Invariant.PROVEN, to::toString);
    int number = ByteBuffer.wrap(out.payload()).getInt(4);
    TransportAddress before = left.put(number, to);
    require(before == null, Invariant.ONE_PATH, () -> number + " to " + before + " and to " + to);
  }

  private void check(Transmit out, TransactionId id) {
    TransportAddress to = out.destination();
    boolean again = asked.put(id, to) != null;
    if (proven.contains(to)) {
      return;
    }
    checks.merge(to.ip(), 1, Integer::sum);
    int length = out.payload().length;
    require(length <= CHECK_BYTES, Invariant.UNPROVEN, () -> length + " bytes to " + to);
    boolean named = described.contains(to) || isRecent(observed, to) || isRecent(heardFrom, to);
    boolean own = !extras.contains(out.socket());
    boolean heardOnly = !described.contains(to) && !isRecent(observed, to);
    if (own && named && heardOnly && strategic && !again && isPeersHost(to)) {
      return; // a probe to where a check has just come from, or a plain check, which comes again
    }
    // a strategy's socket that was hit goes on with plain checks
    if (own ? named : heardOn.contains(new Way(out.socket(), to))) {
      plain(to);
    } else {
      probe(new Way(out.socket(), to));
    }
  }

  /**
   * A day's sweeps come to ports that a check came from hours ago, and that is no plain check; one
   * follows within an attempt.
   */
  private boolean isRecent(Map<TransportAddress, Long> known, TransportAddress address) {
    Long at = known.get(address);
    return at != null && clock.getAsLong() - at < RECENT;
  }

  private void plain(TransportAddress to) {
    boolean confirmed = described.contains(to);
    int limit = confirmed ? DESCRIBED_PER_MINUTE : UNCONFIRMED_PER_MINUTE;
    int count = count(plain, to, MINUTE);
    require(count <= limit, Invariant.UNPROVEN, () -> count + " checks a minute to " + to);
    if (!confirmed) {
      int ofHost = countOfHost(unconfirmed, to);
      require(
          ofHost <= UNCONFIRMED_PER_HOST_PER_MINUTE,
          Invariant.UNPROVEN,
          () -> ofHost + " checks a minute to ports of " + to.ip());
    }
    if (!isPeersHost(to)) {
      int ofHost = countOfHost(strangers, to);
      require(
          ofHost <= STRANGER_PER_MINUTE,
          Invariant.UNPROVEN,
          () -> ofHost + " checks a minute to ports of " + to.ip() + ", maybe a stranger's");
    }
  }

  private int countOfHost(Map<String, ArrayDeque<Sent>> sent, TransportAddress to) {
    ArrayDeque<Sent> ofHost = sent.computeIfAbsent(host(to), key -> new ArrayDeque<>());
    long now = run.now();
    ofHost.addLast(new Sent(now, to));
    while (now - ofHost.getFirst().at() >= MINUTE) {
      ofHost.removeFirst();
    }
    return ofHost.size();
  }

  private void probe(Way way) {
    TransportAddress to = way.remote();
    probes++;
    require(isPeersHost(to), Invariant.AIM, to::toString);
    int ofHost = count(hour, to.ip(), HOUR);
    require(ofHost <= PROBES_PER_HOUR, Invariant.HOUR, () -> ofHost + " to " + to.ip());
    int inSecond = count(second, SECOND);
    require(inSecond <= PROBES_PER_SECOND, Invariant.SECOND, () -> inSecond + ", last " + to);
    if (turn) {
      inTurn.addLast(run.now());
    } else if (count(outOfTurn, HALF_MINUTE) > FEW) {
      // a sandwich between so many strangers that it takes a turn
      outOfTurn.removeLast();
      punch();
      inTurn.addLast(run.now());
    }
  }

  /**
   * A punch that takes a turn begins now, or began since its strategy was said to be used: what
   * needs no turn is counted in whole seconds by the machine, so that it takes the turn rather
   * earlier than seen from here. What it sent in the same moment was seen before this was said.
   */
  private void punch() {
    long now = run.now();
    turn = true;
    List<Long> already = new ArrayList<>();
    for (ArrayDeque<Long> probes : List.of(inTurn, outOfTurn)) {
      while (!probes.isEmpty() && probes.getLast() >= usingAt) {
        already.add(probes.removeLast());
      }
    }
    while (!inTurn.isEmpty() && now - inTurn.getFirst() >= HALF_MINUTE) {
      inTurn.removeFirst();
    }
    long pause = inTurn.isEmpty() ? Long.MAX_VALUE : now - inTurn.getLast();
    require(
        pause >= PAUSE && inTurn.size() <= FEW,
        Invariant.PAUSE,
        () -> inTurn.size() + " probes, the last one " + Duration.ofNanos(pause) + " before");
    Collections.sort(already);
    inTurn.addAll(already);
  }

  private <K> int count(Map<K, ArrayDeque<Long>> sent, K key, long window) {
    return count(sent.computeIfAbsent(key, k -> new ArrayDeque<>()), window);
  }

  /** With this one, how many there were within the window. */
  private int count(ArrayDeque<Long> times, long window) {
    long now = run.now();
    times.addLast(now);
    while (now - times.getFirst() >= window) {
      times.removeFirst();
    }
    return times.size();
  }

  private void require(boolean holds, Invariant invariant, Supplier<String> otherwise) {
    if (!holds) {
      run.require(false, invariant, end, otherwise.get());
    }
  }
}
