package org.moshpit.agent.harvest;

import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import java.util.random.RandomGenerator;
import org.moshpit.agent.harvest.BindingTransaction.Patience;
import org.moshpit.agent.harvest.BindingTransaction.Purpose;
import org.moshpit.common.sansio.Deadlines;
import org.moshpit.common.sansio.Machine;
import org.moshpit.common.sansio.Transmit;
import org.moshpit.common.sansio.TransportAddress;
import org.moshpit.common.stun.StunParse.Parsed;
import org.moshpit.common.stun.StunParser;
import org.moshpit.common.stun.TransactionId;

/**
 * Finds out once which STUN servers of one address family answer at all. Pure.
 *
 * <p>Transitions and their triggers:
 *
 * <ul>
 *   <li>idle → asking: {@link DiscoveryIn.Start}. One socket asks every server at once
 *   <li>asking → done: every request is answered or given up (2.4 s), or there is no server or no
 *       socket; {@link DiscoveryOut.Answered}
 * </ul>
 */
public final class ReachMachine implements Machine<DiscoveryIn, DiscoveryOut> {
  private enum State {
    IDLE,
    OPENING,
    ASKING,
    DONE
  }

  private final BindingRequests requests;
  private final BindingSender sender;
  private final RandomGenerator random;
  private final Map<TransactionId, BindingTransaction> pending = new HashMap<>();
  private final Set<TransportAddress> answered = new HashSet<>();
  private final Queue<Transmit> transmits = new ArrayDeque<>();
  private final Queue<DiscoveryOut> events = new ArrayDeque<>();
  private List<TransportAddress> servers = List.of();
  private DiscoveryIn.Local socket;
  private State state = State.IDLE;

  private ReachMachine(StunCredentials credentials, RandomGenerator random, StunBudget budget) {
    this.requests = new BindingRequests(credentials, random);
    this.sender = new BindingSender(requests, budget, transmits);
    this.random = random;
  }

  /**
   * Asks as an enrolled agent, and believes only its rendezvous.
   *
   * @param random draws transaction IDs; cryptographically strong
   * @param budget shared with whoever else asks these servers
   */
  public static ReachMachine ofAgent(
      StunCredentials credentials, RandomGenerator random, StunBudget budget) {
    return new ReachMachine(credentials, random, budget);
  }

  /**
   * Asks as a stranger, before there is an enrollment: whoever is on the way could answer, so what
   * comes of it is for a person to read, and nothing else.
   *
   * @param random draws transaction IDs; cryptographically strong
   * @param budget shared with whoever else asks these servers
   */
  public static ReachMachine ofStranger(RandomGenerator random, StunBudget budget) {
    return new ReachMachine(null, random, budget);
  }

  @Override
  public void handle(long now, DiscoveryIn event) {
    if (event instanceof DiscoveryIn.Start start && state == State.IDLE) {
      requests.clock(now, start.unixMillis());
      servers = start.servers();
      become(State.OPENING);
      events.add(new DiscoveryOut.Open(1));
    } else if (event instanceof DiscoveryIn.Opened opened && state == State.OPENING) {
      become(State.ASKING);
      if (!opened.sockets().isEmpty()) {
        ask(now, opened.sockets().get(0));
      }
      advance();
    } else if (event instanceof DiscoveryIn.Received received
        && state == State.ASKING
        && StunParser.parse(received.datagram()) instanceof Parsed answer) {
      sender
          .accept(pending, received.from(), answer)
          .ifPresent(accepted -> answered.add(accepted.transaction().server));
      advance();
    }
  }

  private void ask(long now, DiscoveryIn.Local opened) {
    socket = opened;
    long wireId = random.nextLong();
    for (TransportAddress server : servers) {
      BindingTransaction transaction =
          requests.begin(now, wireId, server, Purpose.OBSERVE, Patience.SHORT);
      pending.put(transaction.id, transaction);
      sender.send(now, socket.socket(), transaction);
    }
  }

  @Override
  public void handleTimeout(long now) {
    for (BindingTransaction transaction : List.copyOf(pending.values())) {
      if (!Deadlines.isDue(transaction.next(), now)) {
        continue;
      }
      if (transaction.exhausted()) {
        pending.remove(transaction.id);
      } else {
        sender.send(now, socket.socket(), transaction);
      }
    }
    advance();
  }

  private void advance() {
    if (state == State.ASKING && pending.isEmpty()) {
      become(State.DONE);
      events.add(new DiscoveryOut.Answered(answered));
    }
  }

  /** The one place where the state changes. */
  private void become(State next) {
    state = next;
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
    long earliest = NO_DEADLINE;
    for (BindingTransaction transaction : pending.values()) {
      earliest = Deadlines.earlier(earliest, transaction.next());
    }
    return earliest;
  }
}
