package org.moshpit.agent.path;

import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Set;
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

  private static final int PROBES_PER_HOUR = 2048;
  private static final int PROBES_PER_SECOND = 400;
  private static final int DESCRIBED_PER_MINUTE = 60;
  private static final int UNCONFIRMED_PER_MINUTE = 20;
  private static final int UNCONFIRMED_PER_HOST_PER_MINUTE = 60;
  private static final int STRANGER_PER_MINUTE = 60;
  private static final long SECOND = Duration.ofSeconds(1).toNanos();
  private static final long MINUTE = Duration.ofMinutes(1).toNanos();
  private static final long HOUR = Duration.ofHours(1).toNanos();
  private static final long PAUSE = Duration.ofSeconds(20).toNanos();

  /** Probes that are further apart belong to two punches. */
  private static final long GAP = Duration.ofSeconds(3).toNanos();

  /** A punch with more flows than that is one of many; a sandwich has 192 and some at most. */
  private static final int MANY = 204;

  private record Way(SocketId socket, TransportAddress remote) {}

  private record Sent(long at, TransportAddress to) {}

  private final Invariants run;
  private final String end;
  private final Set<TransportAddress> described = new HashSet<>();
  private final Set<String> describedHosts = new HashSet<>();
  private final Set<TransportAddress> observed = new HashSet<>();
  private final Set<String> observedHosts = new HashSet<>();
  private final Set<TransportAddress> heardFrom = new HashSet<>();
  private final Set<Way> heardOn = new HashSet<>();
  private final Set<TransportAddress> proven = new HashSet<>();
  private final Map<TransactionId, TransportAddress> asked = new HashMap<>();
  private final Map<InetAddress, Integer> checks = new HashMap<>();
  private final Map<TransactionId, Integer> owed = new HashMap<>();
  private final Map<TransportAddress, ArrayDeque<Long>> plain = new HashMap<>();
  private final Map<String, ArrayDeque<Sent>> unconfirmed = new HashMap<>();
  private final Map<String, ArrayDeque<Sent>> strangers = new HashMap<>();
  private final Map<InetAddress, ArrayDeque<Long>> hour = new HashMap<>();
  private final ArrayDeque<Long> second = new ArrayDeque<>();
  private final Set<SocketId> extras = new HashSet<>();
  private final Set<SocketId> givenUp = new HashSet<>();
  private final Map<Integer, TransportAddress> left = new HashMap<>();
  private PathState state = PathState.NONE;
  private boolean closed;
  private long probes;
  private long punchBegan;
  private long lastProbe;
  private final Set<Way> ofPunch = new HashSet<>();
  private boolean manyBefore;
  private long manyEnded;

  EndWatch(Invariants run, String end) {
    this.run = run;
    this.end = end;
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
      for (Candidate candidate : peer.description().candidates()) {
        described.add(candidate.address());
        describedHosts.add(host(candidate.address()));
      }
    } else if (event instanceof PathIn.PeerObserved peer) {
      observed.add(peer.address());
      observedHosts.add(host(peer.address()));
    } else if (event instanceof PathIn.ExtraOpened opened) {
      extras.add(opened.socket());
    } else if (event instanceof PathIn.Datagram datagram) {
      arrived(datagram);
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
      heardFrom.add(datagram.from());
      heardOn.add(new Way(datagram.socket(), datagram.from()));
      owed.put(message.transactionId(), datagram.bytes().length);
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

  /** An IPv4 address, or the network of an IPv6 one. */
  private static String host(TransportAddress address) {
    byte[] bytes = address.ip().getAddress();
    return HexFormat.of().formatHex(bytes, 0, Math.min(bytes.length, 8));
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
    } else {
      Integer allowed = owed.remove(message.transactionId());
      require(
          allowed != null && out.payload().length <= allowed,
          Invariant.ANSWERS,
          () -> out.payload().length + " bytes to " + to + " for " + allowed);
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
    asked.put(id, to);
    if (proven.contains(to)) {
      return;
    }
    checks.merge(to.ip(), 1, Integer::sum);
    int length = out.payload().length;
    require(length <= CHECK_BYTES, Invariant.UNPROVEN, () -> length + " bytes to " + to);
    boolean named = described.contains(to) || observed.contains(to) || heardFrom.contains(to);
    boolean own = !extras.contains(out.socket());
    // a strategy's socket that was hit goes on with plain checks
    if (own ? named : heardOn.contains(new Way(out.socket(), to))) {
      plain(to);
    } else {
      probe(new Way(out.socket(), to));
    }
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
    long now = run.now();
    if (ofPunch.isEmpty() || now - lastProbe > GAP) {
      if (ofPunch.size() > MANY) {
        manyBefore = true;
        manyEnded = lastProbe;
      }
      punchBegan = now;
      ofPunch.clear();
    }
    lastProbe = now;
    ofPunch.add(way);
    require(
        ofPunch.size() <= MANY || !manyBefore || punchBegan - manyEnded >= PAUSE,
        Invariant.PAUSE,
        () -> Duration.ofNanos(punchBegan - manyEnded).toString());
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
