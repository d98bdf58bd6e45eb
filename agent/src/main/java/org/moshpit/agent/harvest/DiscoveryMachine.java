package org.moshpit.agent.harvest;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.random.RandomGenerator;
import org.moshpit.agent.harvest.BindingTransaction.Patience;
import org.moshpit.agent.harvest.BindingTransaction.Purpose;
import org.moshpit.agent.harvest.DiscoverySocket.Role;
import org.moshpit.common.nat.FilteringProbe;
import org.moshpit.common.nat.Mapping;
import org.moshpit.common.nat.NatClassifier;
import org.moshpit.common.nat.NatFindings;
import org.moshpit.common.nat.NatRound;
import org.moshpit.common.nat.NatSample;
import org.moshpit.common.sansio.Deadlines;
import org.moshpit.common.sansio.Machine;
import org.moshpit.common.sansio.SocketId;
import org.moshpit.common.sansio.Transmit;
import org.moshpit.common.sansio.TransportAddress;
import org.moshpit.common.stun.OtherAddress;
import org.moshpit.common.stun.StunParse.Parsed;
import org.moshpit.common.stun.StunParser;

/**
 * Finds out once what the NATs of one address family do (RFC 5780 §4, RFC 4787 §4 to §6). Pure.
 *
 * <p>It owns all its sockets: what arrives on them is for this machine. Transitions and their
 * triggers:
 *
 * <ul>
 *   <li>idle → first: {@link DiscoveryIn.Start}. One socket asks every server at once, another one
 *       asks a server to answer from elsewhere as well
 *   <li>first → spread: the first socket's requests are answered or given up (2.4 s), some server
 *       answered, and the ports are rewritten, or the plan says always. Sixteen sockets ask one
 *       server at once. Beside that goes hairpinning
 *   <li>first, spread → pause: nothing is under way any more, and there is a round to come; 1 s
 *   <li>pause → first: the time has passed; all sockets are fresh ones
 *   <li>first, spread → done: nothing is under way, and this was the last round or no server
 *       answered; {@link DiscoveryOut.Found}
 * </ul>
 *
 * <p>An answer counts only with the STUN key's MESSAGE-INTEGRITY. What a server gets before it
 * answers is bounded by {@link StunBudget}.
 */
public final class DiscoveryMachine implements Machine<DiscoveryIn, DiscoveryOut> {
  /** How many sockets sample the allocation. */
  static final int SPREAD = 16;

  private static final long PAUSE = 1_000_000_000L;

  private enum State {
    IDLE,
    FIRST,
    SPREAD,
    PAUSE,
    DONE
  }

  private final BindingRequests requests;
  private final RandomGenerator random;
  private final BindingSender sender;
  private final DiscoveryPlan plan;
  private final Map<SocketId, DiscoverySocket> sockets = new LinkedHashMap<>();
  private final List<NatRound> rounds = new ArrayList<>();
  private final Queue<Transmit> transmits = new ArrayDeque<>();
  private final Queue<DiscoveryOut> events = new ArrayDeque<>();
  private List<TransportAddress> servers = List.of();
  private State state = State.IDLE;
  private boolean opening;
  private Hairpin hairpin;
  private Boolean hairpinned;
  private long resume = NO_DEADLINE;

  /**
   * @param credentials what requests are authenticated with
   * @param random draws transaction IDs; cryptographically strong
   * @param budget shared with whoever else asks these servers
   * @param plan how thoroughly
   */
  public DiscoveryMachine(
      StunCredentials credentials, RandomGenerator random, StunBudget budget, DiscoveryPlan plan) {
    this.requests = new BindingRequests(credentials, random);
    this.random = random;
    this.sender = new BindingSender(requests, budget, transmits);
    this.plan = plan;
  }

  @Override
  public void handle(long now, DiscoveryIn event) {
    if (event instanceof DiscoveryIn.Start start && state == State.IDLE) {
      requests.clock(now, start.unixMillis());
      servers = start.servers();
      if (servers.isEmpty()) {
        finish();
      } else {
        beginRound();
      }
    } else if (event instanceof DiscoveryIn.Opened opened && opening) {
      opening = false;
      if (state == State.FIRST) {
        askFirst(now, opened.sockets());
      } else {
        askSpread(now, opened.sockets());
      }
      advance(now);
    } else if (event instanceof DiscoveryIn.Received received) {
      received(now, received);
      advance(now);
    }
  }

  private void beginRound() {
    sockets.clear();
    hairpin = null;
    become(State.FIRST);
    open(plan.hairpin() && rounds.isEmpty() ? 3 : 2);
  }

  private void open(int count) {
    opening = true;
    events.add(new DiscoveryOut.Open(count));
  }

  /** The one place where the state changes. */
  private void become(State next) {
    state = next;
  }

  private void askFirst(long now, List<DiscoveryIn.Local> opened) {
    Role[] roles = {Role.FIRST, Role.PROBE, Role.NEIGHBOUR};
    for (int i = 0; i < opened.size(); i++) {
      add(opened.get(i), roles[i]);
    }
    for (DiscoverySocket socket : sockets.values()) {
      switch (socket.role) {
        case FIRST ->
            servers.forEach(server -> send(now, socket, server, Purpose.OBSERVE, Patience.SHORT));
        case PROBE -> {
          send(now, socket, servers.get(0), Purpose.OBSERVE, Patience.BRIEF);
          send(now, socket, servers.get(0), Purpose.OTHER_PORT, Patience.BRIEF);
          if (servers.stream().map(TransportAddress::ip).distinct().count() > 1) {
            send(now, socket, servers.get(0), Purpose.OTHER_ADDRESS, Patience.BRIEF);
          }
        }
        default -> send(now, socket, servers.get(0), Purpose.OBSERVE, Patience.BRIEF);
      }
    }
  }

  private void askSpread(long now, List<DiscoveryIn.Local> opened) {
    TransportAddress server = first().orElseThrow().samples.values().iterator().next().server();
    for (DiscoveryIn.Local local : opened) {
      send(now, add(local, Role.SPREAD), server, Purpose.OBSERVE, Patience.BRIEF);
    }
  }

  private DiscoverySocket add(DiscoveryIn.Local local, Role role) {
    DiscoverySocket socket =
        new DiscoverySocket(local.socket(), local.base(), role, random.nextLong());
    sockets.put(socket.socket, socket);
    return socket;
  }

  private void send(
      long now,
      DiscoverySocket socket,
      TransportAddress server,
      Purpose purpose,
      Patience patience) {
    BindingTransaction transaction = requests.begin(now, socket.wireId, server, purpose, patience);
    socket.pending.put(transaction.id, transaction);
    sender.send(now, socket.socket, transaction);
  }

  private void received(long now, DiscoveryIn.Received received) {
    DiscoverySocket socket = sockets.get(received.socket());
    if (socket == null || !(StunParser.parse(received.datagram()) instanceof Parsed answer)) {
      return;
    }
    if (hairpin != null) {
      hairpin.received(answer.message());
    }
    sender
        .accept(socket.pending, received.from(), answer)
        .ifPresent(accepted -> answered(now, socket, accepted));
  }

  private void answered(long now, DiscoverySocket socket, BindingSender.Answer answer) {
    BindingTransaction transaction = answer.transaction();
    switch (transaction.purpose) {
      case OBSERVE -> {
        socket.otherAddress |= answer.message().has(OtherAddress.class);
        socket.inOrder = transaction.sentOnce();
        socket.samples.put(
            transaction.order,
            new NatSample(socket.socket, socket.base, transaction.server, answer.mapped()));
        tryHairpin(now);
      }
      case OTHER_PORT -> socket.fromOtherPort = true;
      case OTHER_ADDRESS -> socket.fromOtherAddress = true;
    }
  }

  /** Once both are seen; a host without NAT has nothing to try. */
  private void tryHairpin(long now) {
    Optional<DiscoverySocket> neighbour = ofRole(Role.NEIGHBOUR).stream().findFirst();
    if (hairpin != null || neighbour.isEmpty() || first().isEmpty()) {
      return;
    }
    boolean translated =
        first().get().samples.values().stream().anyMatch(s -> !s.base().equals(s.observed()));
    Hairpin attempt = new Hairpin(first().get(), neighbour.get(), random);
    if (translated && attempt.possible()) {
      hairpin = attempt;
      hairpin.send(now, transmits);
    }
  }

  @Override
  public void handleTimeout(long now) {
    if (state == State.PAUSE && Deadlines.isDue(resume, now)) {
      resume = NO_DEADLINE;
      beginRound();
      return;
    }
    for (DiscoverySocket socket : sockets.values()) {
      for (BindingTransaction transaction : List.copyOf(socket.pending.values())) {
        if (transaction.next() - now > 0) {
          continue;
        }
        if (transaction.exhausted()) {
          socket.pending.remove(transaction.id);
          gaveUp(socket, transaction.purpose);
        } else {
          sender.send(now, socket.socket, transaction);
        }
      }
    }
    if (hairpin != null && Deadlines.isDue(hairpin.next(), now)) {
      hairpin.send(now, transmits);
    }
    advance(now);
  }

  private static void gaveUp(DiscoverySocket socket, Purpose purpose) {
    if (purpose == Purpose.OTHER_PORT) {
      socket.fromOtherPort = false;
    } else if (purpose == Purpose.OTHER_ADDRESS) {
      socket.fromOtherAddress = false;
    }
  }

  private void advance(long now) {
    if (opening || (state != State.FIRST && state != State.SPREAD)) {
      return;
    }
    if (state == State.FIRST && first().map(s -> s.pending.isEmpty()).orElse(false)) {
      List<NatSample> samples = samples(Role.FIRST);
      if (!samples.isEmpty() && spreadWanted(samples)) {
        become(State.SPREAD);
        open(SPREAD);
        return;
      }
    }
    boolean busy = sockets.values().stream().anyMatch(socket -> !socket.pending.isEmpty());
    if (busy || (hairpin != null && hairpin.next() != NO_DEADLINE)) {
      return;
    }
    endRound(now);
  }

  private boolean spreadWanted(List<NatSample> samples) {
    Mapping mapping = NatClassifier.classify(samples).mapping();
    if (mapping == Mapping.NONE) {
      return false;
    }
    boolean rewritten = samples.stream().anyMatch(s -> s.base().port() != s.observed().port());
    return plan.always() || rewritten || mapping != Mapping.ENDPOINT_INDEPENDENT;
  }

  private void endRound(long now) {
    List<NatSample> first = samples(Role.FIRST);
    rounds.add(new NatRound(first, spread(), probe()));
    if (hairpin != null) {
      hairpinned = hairpin(NatClassifier.classify(first).mapping());
    }
    if (first.isEmpty() || rounds.size() == plan.rounds()) {
      finish();
    } else {
      become(State.PAUSE);
      resume = now + PAUSE;
    }
  }

  /** Where each destination has a mapping of its own, silence tells nothing of hairpinning. */
  private Boolean hairpin(Mapping mapping) {
    return hairpin.heard() || mapping == Mapping.ENDPOINT_INDEPENDENT
        ? Boolean.valueOf(hairpin.heard())
        : null;
  }

  private void finish() {
    become(State.DONE);
    events.add(new DiscoveryOut.Found(NatFindings.of(rounds, hairpinned)));
  }

  private Optional<DiscoverySocket> first() {
    return ofRole(Role.FIRST).stream().findFirst();
  }

  private List<DiscoverySocket> ofRole(Role role) {
    return sockets.values().stream().filter(socket -> socket.role == role).toList();
  }

  private List<NatSample> samples(Role role) {
    return ofRole(role).stream().flatMap(socket -> socket.samples.values().stream()).toList();
  }

  /** By the order of sending. Of a request that was sent again nobody knows which one it was. */
  private List<NatSample> spread() {
    List<DiscoverySocket> answered =
        ofRole(Role.SPREAD).stream()
            .filter(socket -> !socket.samples.isEmpty())
            .sorted(Comparator.comparing(socket -> socket.samples.keySet().iterator().next()))
            .toList();
    List<DiscoverySocket> inOrder = answered.stream().filter(socket -> socket.inOrder).toList();
    return (inOrder.size() >= SPREAD / 2 ? inOrder : answered)
        .stream().flatMap(socket -> socket.samples.values().stream()).toList();
  }

  private FilteringProbe probe() {
    Optional<DiscoverySocket> probe = ofRole(Role.PROBE).stream().findFirst();
    if (probe.isEmpty() || probe.get().samples.isEmpty()) {
      return FilteringProbe.NONE;
    }
    DiscoverySocket socket = probe.get();
    return new FilteringProbe(
        socket.otherAddress ? socket.fromOtherAddress : null, socket.fromOtherPort);
  }

  @Override
  public Transmit pollTransmit() {
    return transmits.poll();
  }

  @Override
  public DiscoveryOut pollEvent() {
    return events.poll();
  }

  @Override
  public long nextDeadline() {
    if (state == State.PAUSE) {
      return resume;
    }
    if (state == State.DONE) {
      return NO_DEADLINE;
    }
    long earliest = hairpin == null ? NO_DEADLINE : hairpin.next();
    for (DiscoverySocket socket : sockets.values()) {
      for (BindingTransaction transaction : socket.pending.values()) {
        earliest = Deadlines.earlier(earliest, transaction.next());
      }
    }
    return earliest;
  }
}
