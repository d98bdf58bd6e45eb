package org.moshpit.agent.harvest;

import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.Set;
import java.util.random.RandomGenerator;
import org.moshpit.agent.harvest.BindingTransaction.Purpose;
import org.moshpit.agent.harvest.WatchedSocket.View;
import org.moshpit.common.nat.FilteringProbe;
import org.moshpit.common.nat.NatBehaviour;
import org.moshpit.common.nat.PortPattern;
import org.moshpit.common.nat.ServerChoice;
import org.moshpit.common.sansio.Machine;
import org.moshpit.common.sansio.SocketId;
import org.moshpit.common.sansio.Transmit;
import org.moshpit.common.sansio.TransportAddress;
import org.moshpit.common.stun.Nonce;
import org.moshpit.common.stun.OtherAddress;
import org.moshpit.common.stun.StunMessage;
import org.moshpit.common.stun.StunParse.Parsed;
import org.moshpit.common.stun.StunParser;
import org.moshpit.common.stun.TransactionId;

/**
 * Finds and watches what the rendezvous' STUN servers see of this agent's sockets, and from that
 * what the NATs on the way do. Pure.
 *
 * <p>Per socket, rounds of Binding requests; transitions and their triggers:
 *
 * <ul>
 *   <li>→ full round (every server of the socket's family): {@link ObserverIn.Watch}, {@link
 *       ObserverIn.Servers} with others of that family, {@link ObserverIn.NetworkChanged}, a {@link
 *       ObserverIn.Clock} that is news; a keepalive unanswered or answered with another address;
 *       the retry time after silence
 *   <li>→ short round (the reference server alone): the keepalive time, {@link ObserverIn.Refresh},
 *       {@link ObserverIn.ClaimRefused} if the last was 10 s ago, else then
 *   <li>→ another reference: the first answer of a full round, so that nobody waits for more; then
 *       each answer of a server preferred to it, because where the mapping depends on the address,
 *       what is claimed must not depend on whose answer was quicker
 *   <li>round → rest: every request answered or given up (7.7 s); if kept alive, the next short
 *       round is 22.5 s ± 20 % away, below the 30 s after which common NATs forget (RFC 4787 §4.3)
 *   <li>round → silent: no server answered; {@link ObserverOut.Unanswered} is said once, and a full
 *       round follows after 5, 10, 30, then every 60 s ± 20 %
 * </ul>
 *
 * <p>Servers are named by the rendezvous: what they get before they answer is bounded, per host
 * ({@link StunBudget}); a request beyond that is as good as lost on the way.
 *
 * <p>An answer counts only with the STUN key's MESSAGE-INTEGRITY, so nobody on the way can feign an
 * address. Nothing is sent before {@link ObserverIn.Clock} and {@link ObserverIn.Servers} have
 * come.
 */
public final class ObserverMachine implements Machine<ObserverIn, ObserverOut> {
  private static final long SECOND = 1_000_000_000L;
  private static final long KEEPALIVE = 22 * SECOND + SECOND / 2;
  private static final long[] RETRY = {5 * SECOND, 10 * SECOND, 30 * SECOND, 60 * SECOND};
  private static final double JITTER = 0.2;

  /** Between two changes of address that are told. */
  private static final long CHANGE_PAUSE = 60 * SECOND;

  /** Between two tokens asked for because claims were refused; a token is good for as long. */
  private static final long CLAIM_PAUSE = 10 * SECOND;

  private final BindingRequests requests;
  private final RandomGenerator random;
  private final Map<SocketId, WatchedSocket> sockets = new LinkedHashMap<>();
  private final Queue<Transmit> transmits = new ArrayDeque<>();
  private final Queue<ObserverOut> events = new ArrayDeque<>();
  private List<TransportAddress> servers = List.of();
  private final BindingSender sender;
  private final NatKnowledge nat = new NatKnowledge();
  private long nextChange = NO_DEADLINE;

  /**
   * @param credentials what requests are authenticated with
   * @param random draws transaction IDs and jitter; cryptographically strong
   */
  public ObserverMachine(StunCredentials credentials, RandomGenerator random) {
    this(credentials, random, new StunBudget());
  }

  /**
   * The same, within a budget that other machines share.
   *
   * @param random draws transaction IDs and jitter; cryptographically strong
   */
  public ObserverMachine(StunCredentials credentials, RandomGenerator random, StunBudget budget) {
    this.requests = new BindingRequests(credentials, random);
    this.sender = new BindingSender(requests, budget, transmits);
    this.random = random;
  }

  /** Whether this datagram, on that socket, is an answer this machine waits for. */
  public boolean expects(SocketId socket, byte[] datagram) {
    WatchedSocket watched = sockets.get(socket);
    return watched != null
        && !watched.pending.isEmpty()
        && StunMessage.looksLikeStun(datagram)
        && watched.pending.containsKey(
            TransactionId.of(Arrays.copyOfRange(datagram, 8, StunMessage.HEADER_LENGTH)));
  }

  /** What is known of the NATs now. */
  public NatBehaviour behaviour() {
    return nat.told();
  }

  /** How the NATs number public ports, as far as that is known. */
  public PortPattern ports() {
    return nat.ports();
  }

  /** What the rendezvous' reference server saw of that socket last, if anything. */
  public Optional<TransportAddress> observed(SocketId socket) {
    return Optional.ofNullable(sockets.get(socket)).map(watched -> watched.claimed);
  }

  @Override
  public void handle(long now, ObserverIn event) {
    if (event instanceof ObserverIn.Received received) {
      received(now, received);
    } else if (event instanceof ObserverIn.Clock clock) {
      clock(now, clock.unixMillis());
    } else if (event instanceof ObserverIn.Servers known) {
      servers(now, known.servers());
    } else if (event instanceof ObserverIn.Watch watch) {
      begin(
          now,
          new WatchedSocket(
              watch.socket(), watch.wireId(), watch.base(), watch.keptAlive(), false));
    } else if (event instanceof ObserverIn.Probe probe) {
      begin(now, new WatchedSocket(probe.socket(), probe.wireId(), probe.base(), false, true));
    } else if (event instanceof ObserverIn.Ask ask) {
      ask(now, ask);
    } else if (event instanceof ObserverIn.Unwatch unwatch) {
      sockets.remove(unwatch.socket());
    } else if (event instanceof ObserverIn.Refresh refresh) {
      refresh(now, sockets.get(refresh.socket()));
    } else if (event instanceof ObserverIn.ClaimRefused refused) {
      sockets.values().stream()
          .filter(watched -> watched.wireId == refused.wireId())
          .forEach(watched -> claimRefused(now, watched));
    } else if (event instanceof ObserverIn.Discovered found) {
      nat.discovered(found.behaviour(), found.ports());
      classify();
    } else if (event instanceof ObserverIn.NetworkChanged) {
      startOver(now);
    }
  }

  /**
   * Begins anew where there are others to ask than before; another order of them changes nothing.
   */
  private void servers(long now, List<TransportAddress> known) {
    Set<TransportAddress> changed = new HashSet<>(known);
    changed.removeAll(servers);
    servers.stream().filter(old -> !known.contains(old)).forEach(changed::add);
    servers = known;
    if (changed.isEmpty()) {
      return;
    }
    nat.forget();
    for (WatchedSocket watched : sockets.values()) {
      if (changed.stream().anyMatch(s -> s.isIpv6() == watched.base.isIpv6())) {
        watched.forget();
        beginFullRound(now, watched);
      }
    }
  }

  private void clock(long now, long unixMillis) {
    boolean sound = requests.clockKnown() && !requests.clockOff(now, unixMillis);
    requests.clock(now, unixMillis);
    if (sound) {
      return;
    }
    // requests under way bear a time the servers may be silent to
    for (WatchedSocket watched : sockets.values()) {
      if (!watched.answeredThisRound) {
        beginFullRound(now, watched);
      }
    }
  }

  private void startOver(long now) {
    nat.forget();
    for (WatchedSocket watched : sockets.values()) {
      watched.forget();
      beginFullRound(now, watched);
    }
  }

  private void begin(long now, WatchedSocket watched) {
    sockets.put(watched.socket, watched);
    beginFullRound(now, watched);
  }

  private void ask(long now, ObserverIn.Ask ask) {
    Optional<TransportAddress> server = server(ask.server(), ask.base().isIpv6());
    if (!requests.clockKnown() || server.isEmpty()) {
      return;
    }
    WatchedSocket watched = sockets.get(ask.socket());
    if (watched == null) {
      watched = new WatchedSocket(ask.socket(), ask.wireId(), ask.base(), false, false);
      watched.questions = new HashMap<>();
      sockets.put(ask.socket(), watched);
    }
    watched.questions.put(server.get(), ask.server());
    send(now, watched, server.get(), Purpose.OBSERVE);
  }

  private Optional<TransportAddress> server(ServerChoice choice, boolean ipv6) {
    List<TransportAddress> ofFamily = servers.stream().filter(s -> s.isIpv6() == ipv6).toList();
    if (ofFamily.isEmpty()) {
      return Optional.empty();
    }
    TransportAddress first = ofFamily.get(0);
    return switch (choice) {
      case FIRST -> Optional.of(first);
      case OTHER_PORT ->
          ofFamily.stream()
              .filter(s -> s.ip().equals(first.ip()) && s.port() != first.port())
              .findFirst();
      case OTHER_ADDRESS -> ofFamily.stream().filter(s -> !s.ip().equals(first.ip())).findFirst();
    };
  }

  private void refresh(long now, WatchedSocket watched) {
    if (watched == null || watched.isSpot()) {
      return;
    }
    watched.claimWanted = true;
    boolean asked =
        watched.pending.values().stream()
            .anyMatch(t -> watched.reference == null || t.server.equals(watched.reference));
    if (!asked && watched.pending.isEmpty()) {
      beginRound(now, watched);
    } else if (!asked) {
      send(now, watched, watched.reference, Purpose.OBSERVE);
    }
  }

  private void claimRefused(long now, WatchedSocket watched) {
    if (watched.claimedAgain && now - watched.claimedAgainAt < CLAIM_PAUSE) {
      watched.nextClaim = watched.claimedAgainAt + CLAIM_PAUSE;
    } else {
      claimAgain(now, watched);
    }
  }

  private void claimAgain(long now, WatchedSocket watched) {
    watched.nextClaim = NO_DEADLINE;
    watched.claimedAgain = true;
    watched.claimedAgainAt = now;
    refresh(now, watched);
  }

  /** A short round where there is a reference server, else a full one. */
  private void beginRound(long now, WatchedSocket watched) {
    if (watched.reference == null || watched.silent) {
      beginFullRound(now, watched);
      return;
    }
    watched.fullRound = false;
    watched.answeredThisRound = false;
    watched.nextRound = NO_DEADLINE;
    send(now, watched, watched.reference, Purpose.OBSERVE);
  }

  private void beginFullRound(long now, WatchedSocket watched) {
    List<TransportAddress> ofFamily =
        servers.stream().filter(s -> s.isIpv6() == watched.base.isIpv6()).toList();
    if (watched.isSpot() || !requests.clockKnown() || ofFamily.isEmpty()) {
      return;
    }
    watched.pending.clear();
    watched.fullRound = true;
    watched.answeredThisRound = false;
    watched.reference = null;
    watched.nextRound = NO_DEADLINE;
    if (watched.probe) {
      send(now, watched, ofFamily.get(0), Purpose.OBSERVE);
      send(now, watched, ofFamily.get(0), Purpose.OTHER_PORT);
      return;
    }
    for (TransportAddress server : ofFamily) {
      send(now, watched, server, Purpose.OBSERVE);
    }
  }

  private void send(long now, WatchedSocket watched, TransportAddress server, Purpose purpose) {
    BindingTransaction transaction = requests.begin(now, watched.wireId, server, purpose);
    watched.pending.put(transaction.id, transaction);
    sender.send(now, watched.socket, transaction);
  }

  private void received(long now, ObserverIn.Received received) {
    WatchedSocket watched = sockets.get(received.socket());
    if (watched == null || !(StunParser.parse(received.datagram()) instanceof Parsed answer)) {
      return;
    }
    Optional<BindingSender.Answer> accepted =
        answer.message().has(Nonce.class)
            ? sender.accept(watched.pending, received.from(), answer)
            : Optional.empty();
    if (accepted.isEmpty()) {
      return;
    }
    BindingTransaction transaction = accepted.get().transaction();
    switch (transaction.purpose) {
      case OBSERVE -> {
        String nonce = answer.message().first(Nonce.class).orElseThrow().text();
        answered(now, watched, transaction, accepted.get().mapped(), nonce);
        if (watched.probe && answer.message().has(OtherAddress.class)) {
          send(now, watched, transaction.server, Purpose.OTHER_ADDRESS);
        }
      }
      case OTHER_PORT -> watched.fromOtherPort = true;
      case OTHER_ADDRESS -> watched.fromOtherAddress = true;
    }
    endRoundIfDone(now, watched);
  }

  private void answered(
      long now,
      WatchedSocket watched,
      BindingTransaction transaction,
      TransportAddress address,
      String nonce) {
    TransportAddress server = transaction.server;
    if (watched.isSpot()) {
      events.add(new ObserverOut.Spotted(watched.socket, watched.questions.get(server), address));
      return;
    }
    watched.answeredThisRound = true;
    watched.silent = false;
    watched.failures = 0;
    View before = watched.observed.get(server);
    boolean seenBefore = before != null && before.address().equals(address);
    if (!seenBefore) {
      watched.observed.put(server, new View(address, transaction.order));
    }
    if (watched.reference == null || watched.fullRound && preferred(server, watched.reference)) {
      watched.reference = server;
    }
    boolean reference = server.equals(watched.reference);
    boolean claim = reference && (watched.claimWanted || !address.equals(watched.claimed));
    boolean moved = reference && watched.claimed != null && !address.equals(watched.claimed);
    if (claim) {
      watched.claimed = address;
      watched.claimWanted = false;
    }
    if (!watched.probe && (claim || !seenBefore)) {
      events.add(
          new ObserverOut.Observed(
              watched.socket,
              watched.wireId,
              server,
              address,
              nonce,
              claim,
              transaction.rttNanos(now)));
    }
    if (watched.isElsewhere(server, address.ip())) {
      addressChanged(now);
    }
    if (moved && !watched.fullRound) {
      // another public address: what the other servers saw is history
      watched.observed.keySet().removeIf(other -> !other.equals(server));
      nat.forget();
      beginFullRound(now, watched);
    }
  }

  private void addressChanged(long now) {
    if (nextChange == NO_DEADLINE || nextChange - now <= 0) {
      nextChange = now + CHANGE_PAUSE;
      events.add(new ObserverOut.AddressChanged());
    }
  }

  private boolean preferred(TransportAddress server, TransportAddress to) {
    return servers.indexOf(server) < servers.indexOf(to);
  }

  private void endRoundIfDone(long now, WatchedSocket watched) {
    if (!watched.pending.isEmpty() || watched.isSpot()) {
      return;
    }
    if (watched.probe) {
      endProbe(watched);
      return;
    }
    if (watched.answeredThisRound) {
      watched.nextRound = watched.keptAlive ? now + jittered(KEEPALIVE) : NO_DEADLINE;
      if (watched.fullRound) {
        // a server that is silent now must not speak through what it saw an hour ago
        classify();
      }
      return;
    }
    if (!watched.fullRound) {
      beginFullRound(now, watched);
      return;
    }
    watched.observed.clear();
    watched.claimed = null;
    watched.claimWanted = true;
    if (!watched.silent) {
      watched.silent = true;
      events.add(new ObserverOut.Unanswered(watched.socket));
    }
    watched.nextRound = now + jittered(RETRY[Math.min(watched.failures, RETRY.length - 1)]);
    watched.failures++;
    classify();
  }

  private void endProbe(WatchedSocket watched) {
    sockets.remove(watched.socket);
    if (watched.answeredThisRound) {
      nat.probed(new FilteringProbe(watched.fromOtherAddress, watched.fromOtherPort));
      classify();
    }
    events.add(new ObserverOut.Probed(watched.socket));
  }

  private void classify() {
    if (nat.classify(sockets.values())) {
      events.add(new ObserverOut.NatFound(nat.told()));
    }
  }

  @Override
  public void handleTimeout(long now) {
    for (WatchedSocket watched : List.copyOf(sockets.values())) {
      if (watched.nextRound != NO_DEADLINE && watched.nextRound - now <= 0) {
        beginRound(now, watched);
      }
      if (watched.nextClaim != NO_DEADLINE && watched.nextClaim - now <= 0) {
        claimAgain(now, watched);
      }
      boolean gaveUp = false;
      for (BindingTransaction transaction : List.copyOf(watched.pending.values())) {
        if (transaction.next() - now > 0) {
          continue;
        }
        if (transaction.exhausted()) {
          watched.pending.remove(transaction.id);
          gaveUp = true;
          giveUp(watched, transaction);
        } else {
          sender.send(now, watched.socket, transaction);
        }
      }
      if (gaveUp) {
        endRoundIfDone(now, watched);
      }
    }
  }

  private static void giveUp(WatchedSocket watched, BindingTransaction transaction) {
    switch (transaction.purpose) {
      case OBSERVE -> watched.observed.remove(transaction.server);
      case OTHER_PORT -> watched.fromOtherPort = false;
      case OTHER_ADDRESS -> watched.fromOtherAddress = false;
    }
  }

  @Override
  public Transmit pollTransmit() {
    return transmits.poll();
  }

  @Override
  public ObserverOut pollEvent() {
    return events.poll();
  }

  @Override
  public long nextDeadline() {
    long earliest = NO_DEADLINE;
    for (WatchedSocket watched : sockets.values()) {
      earliest = earlier(earliest, watched.nextRound);
      earliest = earlier(earliest, watched.nextClaim);
      for (BindingTransaction transaction : watched.pending.values()) {
        earliest = earlier(earliest, transaction.next());
      }
    }
    return earliest;
  }

  private static long earlier(long a, long b) {
    if (a == NO_DEADLINE || b == NO_DEADLINE) {
      return a == NO_DEADLINE ? b : a;
    }
    return b - a < 0 ? b : a;
  }

  private long jittered(long nanos) {
    return (long) (nanos * (1 - JITTER + 2 * JITTER * random.nextDouble()));
  }
}
