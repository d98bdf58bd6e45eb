package org.moshpit.agent.path;

import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.function.IntConsumer;
import org.moshpit.common.sansio.TransportAddress;

/**
 * The rendezvous as far as one session goes: who is linked, the session's relay, hints, and the
 * courier of exchanges; after the core's rules for relays.
 */
final class DaysRendezvous {
  /** A laptop away for longer loses the relay. */
  private static final Duration RELAY_GRACE = Duration.ofMinutes(2);

  /** Hints on one relay: so many at once, and one more after so long, as in the core's limits. */
  private static final int HINTS = 4;

  private static final long HINT_AGAIN = Duration.ofSeconds(2).toNanos();

  private final DaysWorld world;
  private final Map<DaysEnd, Integer> linked = new HashMap<>();
  private final Map<DaysEnd, TransportAddress> seen = new HashMap<>();

  /** Connections that the relay's ends have; absent while an end is away. */
  private final Map<DaysEnd, Integer> relayEnds = new HashMap<>();

  private int relay;
  private int relays;
  private int waits;
  private int connections;

  /** When the hints that passed are all made up for; elapsed nanoseconds. */
  private long hintsFullAt;

  private boolean reachable = true;

  /** The laptop's connection that waits for the box: it is offline, or has not answered; or 0. */
  private int awaited;

  DaysRendezvous(DaysWorld world) {
    this.world = world;
  }

  boolean isReachable() {
    return reachable;
  }

  void reachable(boolean yes) {
    reachable = yes;
  }

  /** It was ended and started: it knows nothing any more. */
  void restart() {
    linked.clear();
    seen.clear();
    relayEnds.clear();
    relay = 0;
    awaited = 0;
    world.laptop.link.broke(true);
    world.box.link.broke(true);
  }

  int login(DaysEnd end) {
    int connection = ++connections;
    linked.put(end, connection);
    if (end == world.box && awaited != 0) {
      if (linked.getOrDefault(world.laptop, 0) == awaited) {
        tell(world.laptop, world.laptop::hinted);
      }
      awaited = 0;
    }
    if (end == world.box && relay != 0) {
      relayEnds.put(end, connection);
      resumed(end);
    } else if (end == world.laptop && relay != 0) {
      // the link before is thrown out; this one takes the relay by using it
      away(end);
    }
    return connection;
  }

  void gone(DaysEnd end, int connection) {
    if (linked.remove(end, connection)) {
      seen.remove(end);
    }
    if (relayEnds.getOrDefault(end, 0) == connection) {
      away(end);
    }
  }

  private void away(DaysEnd end) {
    relayEnds.remove(end);
    if (relayEnds.containsKey(world.laptop)) {
      return; // whoever waits for its box keeps the relay
    }
    int wait = ++waits;
    int number = relay;
    world.simulation.after(
        RELAY_GRACE,
        () -> {
          boolean waiting = !relayEnds.containsKey(world.laptop) && waits == wait;
          if (relay == number && number != 0 && waiting) {
            relay = 0;
            for (DaysEnd left : relayEnds.keySet()) {
              tell(left, () -> left.relayClosed(number, "the other end is gone"));
            }
            relayEnds.clear();
          }
        });
  }

  private void resumed(DaysEnd end) {
    TransportAddress peer = seen.get(world.other(end));
    if (peer != null) {
      tell(end, () -> end.driver.handle(new PathIn.PeerObserved(peer)));
    }
  }

  private void tell(DaysEnd end, Runnable word) {
    if (linked.containsKey(end)) {
      end.link.hear(word);
    }
  }

  /** Whether the end may use the relay of that number; it is told if not. */
  private boolean mayUse(DaysEnd end, int number) {
    if (relay == number && number != 0) {
      Integer connection = linked.get(end);
      if (relayEnds.containsKey(end)) {
        return true;
      }
      if (end == world.laptop && connection != null) {
        relayEnds.put(end, connection);
        resumed(end);
        return true;
      }
    }
    tell(end, () -> end.relayClosed(number, "the rendezvous has this relay no more"));
    return false;
  }

  void datagram(DaysEnd from, int number, byte[] bytes) {
    DaysEnd to = world.other(from);
    if (mayUse(from, number) && relayEnds.containsKey(to)) {
      tell(to, () -> to.fromRelay(number, bytes));
    }
  }

  void hint(DaysEnd from, int number) {
    long now = world.simulation.time().elapsedNanos();
    if (mayUse(from, number) && hintsFullAt - now <= (HINTS - 1) * HINT_AGAIN) {
      hintsFullAt = Math.max(hintsFullAt, now) + HINT_AGAIN;
      DaysEnd to = world.other(from);
      if (relayEnds.containsKey(to)) {
        tell(to, to::hinted);
      }
    }
  }

  /** An end claims that a socket of the session was seen there. */
  void claimed(DaysEnd end, TransportAddress address) {
    boolean news = !address.equals(seen.put(end, address));
    DaysEnd to = world.other(end);
    if (news && relay != 0 && relayEnds.containsKey(to)) {
      tell(to, () -> to.driver.handle(new PathIn.PeerObserved(address)));
    }
  }

  TransportAddress seen(DaysEnd end) {
    return seen.get(end);
  }

  /**
   * The laptop's sealed message for the box.
   *
   * @param atBox runs when it arrives, with the number that the relay has or will have
   * @param offline runs at the laptop if the box is not there
   */
  void offer(IntConsumer atBox, Runnable offline) {
    awaited = linked.getOrDefault(world.laptop, 0);
    if (!linked.containsKey(world.box)) {
      tell(world.laptop, offline);
      return;
    }
    int number = relay == 0 ? relays + 1 : relay;
    tell(world.box, () -> atBox.accept(number));
  }

  /** The box's answer; it opens the relay, or gives it the present links. */
  void answer(int number, Runnable atLaptop) {
    Integer laptop = linked.get(world.laptop);
    Integer box = linked.get(world.box);
    awaited = 0;
    if (laptop == null || box == null) {
      return;
    }
    relays = Math.max(relays, number);
    hintsFullAt = relay == number ? hintsFullAt : 0;
    relay = number;
    relayEnds.put(world.laptop, laptop);
    relayEnds.put(world.box, box);
    tell(world.laptop, atLaptop);
  }
}
