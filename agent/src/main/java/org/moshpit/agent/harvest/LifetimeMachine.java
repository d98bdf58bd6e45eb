package org.moshpit.agent.harvest;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.random.RandomGenerator;
import org.moshpit.agent.harvest.BindingTransaction.Patience;
import org.moshpit.agent.harvest.BindingTransaction.Purpose;
import org.moshpit.common.sansio.Deadlines;
import org.moshpit.common.sansio.Machine;
import org.moshpit.common.sansio.Transmit;
import org.moshpit.common.sansio.TransportAddress;
import org.moshpit.common.stun.StunMessage;
import org.moshpit.common.stun.StunParse.Parsed;
import org.moshpit.common.stun.StunParser;
import org.moshpit.common.stun.XorMappedAddress;

/**
 * Finds how long a mapping outlives silence (RFC 5780 §4.6). Pure.
 *
 * <p>Each wait has a spare socket that asks a server once and then says nothing. When the wait is
 * over, one more socket asks the server to answer to that one's public port (RESPONSE-PORT): the
 * answer comes in only while the mapping lives. So nothing but the first outbound packet counts,
 * and a NAT that keeps ports is told as well as one that does not. The first wait is none: it shows
 * whether the server does so at all. Transitions and their triggers:
 *
 * <ul>
 *   <li>idle → asking: {@link DiscoveryIn.Opened}; every socket asks at once
 *   <li>asking → waiting: every socket was answered; one that was not ends it, nothing told
 *   <li>waiting → testing: the next wait is over
 *   <li>testing → waiting: the answer came in, and there is a longer wait
 *   <li>testing → done: it did not within 1.4 s, or this was the longest wait
 * </ul>
 */
public final class LifetimeMachine implements Machine<DiscoveryIn, DiscoveryOut> {
  private static final long SECOND = 1_000_000_000L;
  private static final int[] WAITS = {0, 10, 30, 60, 120};

  private enum State {
    IDLE,
    ASKING,
    WAITING,
    TESTING,
    DONE
  }

  private static final class Spare {
    final DiscoveryIn.Local local;
    final long wireId;
    BindingTransaction asked;
    TransportAddress seen;

    Spare(DiscoveryIn.Local local, long wireId) {
      this.local = local;
      this.wireId = wireId;
    }
  }

  private final BindingRequests requests;
  private final RandomGenerator random;
  private final StunBudget budget;
  private final BindingSender sender;
  private final List<Spare> spares = new ArrayList<>();
  private final Queue<Transmit> transmits = new ArrayDeque<>();
  private final Queue<DiscoveryOut> events = new ArrayDeque<>();
  private State state = State.IDLE;
  private TransportAddress server;
  private long begun;
  private int wait;
  private BindingTransaction test;

  /**
   * @param credentials what requests are authenticated with
   * @param random draws transaction IDs; cryptographically strong
   * @param budget shared with whoever else asks this server
   */
  public LifetimeMachine(StunCredentials credentials, RandomGenerator random, StunBudget budget) {
    this.requests = new BindingRequests(credentials, random);
    this.random = random;
    this.budget = budget;
    this.sender = new BindingSender(requests, budget, transmits);
  }

  @Override
  public void handle(long now, DiscoveryIn event) {
    if (event instanceof DiscoveryIn.Start start && server == null) {
      requests.clock(now, start.unixMillis());
      if (start.servers().isEmpty()) {
        end(null);
        return;
      }
      server = start.servers().get(0);
      events.add(new DiscoveryOut.Open(WAITS.length + 1));
    } else if (event instanceof DiscoveryIn.Opened opened && state == State.IDLE) {
      if (opened.sockets().size() <= WAITS.length) {
        end(null);
        return;
      }
      become(State.ASKING);
      for (DiscoveryIn.Local local : opened.sockets()) {
        Spare spare = new Spare(local, random.nextLong());
        spares.add(spare);
        spare.asked = requests.begin(now, spare.wireId, server, Purpose.OBSERVE, Patience.SHORT);
        transmit(now, spare, spare.asked);
      }
    } else if (event instanceof DiscoveryIn.Received received) {
      received(now, received);
    }
  }

  /** The one place where the state changes. */
  private void become(State next) {
    state = next;
  }

  private void transmit(long now, Spare spare, BindingTransaction transaction) {
    sender.send(now, spare.local.socket(), transaction);
  }

  private void received(long now, DiscoveryIn.Received received) {
    if (!received.from().equals(server)
        || !(StunParser.parse(received.datagram()) instanceof Parsed answer)
        || !requests.authentic(answer)) {
      return;
    }
    StunMessage message = answer.message();
    Spare spare =
        spares.stream()
            .filter(s -> s.local.socket().equals(received.socket()))
            .findFirst()
            .orElse(null);
    Optional<TransportAddress> seen =
        message.first(XorMappedAddress.class).map(XorMappedAddress::address);
    if (spare == null || seen.isEmpty() || seen.get().port() == 0) {
      return;
    }
    if (state == State.ASKING && message.transactionId().equals(spare.asked.id)) {
      budget.answered(server.ip());
      spare.seen = seen.get();
      if (spares.stream().allMatch(s -> s.seen != null)) {
        asked(now);
      }
    } else if (state == State.TESTING
        && spare == spares.get(wait)
        && message.transactionId().equals(test.id)) {
      budget.answered(server.ip());
      test = null;
      if (wait == WAITS.length - 1) {
        end(WAITS[wait]);
      } else {
        wait++;
        become(State.WAITING);
      }
    }
  }

  private void asked(long now) {
    boolean pool = spares.stream().map(s -> s.seen.ip()).distinct().count() > 1;
    if (pool) {
      end(null); // the server answers to the tester's address only
      return;
    }
    begun = now;
    become(State.WAITING);
  }

  private Spare tester() {
    return spares.get(WAITS.length);
  }

  private void end(Integer seconds) {
    become(State.DONE);
    events.add(new DiscoveryOut.Lifetime(seconds));
  }

  @Override
  public void handleTimeout(long now) {
    switch (state) {
      case ASKING -> {
        for (Spare spare : spares) {
          if (spare.seen == null && Deadlines.isDue(spare.asked.next(), now)) {
            if (spare.asked.exhausted()) {
              end(null);
              return;
            }
            transmit(now, spare, spare.asked);
          }
        }
      }
      case WAITING -> {
        if (Deadlines.isDue(nextDeadline(), now)) {
          become(State.TESTING);
          test =
              requests.beginTo(
                  now, tester().wireId, server, spares.get(wait).seen.port(), Patience.BRIEF);
          transmit(now, tester(), test);
        }
      }
      case TESTING -> {
        if (Deadlines.isDue(test.next(), now)) {
          if (test.exhausted()) {
            end(wait == 0 ? null : Integer.valueOf(WAITS[wait - 1]));
          } else {
            transmit(now, tester(), test);
          }
        }
      }
      default -> {
        // nothing is due
      }
    }
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
    return switch (state) {
      case ASKING ->
          spares.stream()
              .filter(spare -> spare.seen == null)
              .map(spare -> spare.asked.next())
              .reduce(NO_DEADLINE, Deadlines::earlier);
      case WAITING -> begun + WAITS[wait] * SECOND;
      case TESTING -> test.next();
      default -> NO_DEADLINE;
    };
  }
}
