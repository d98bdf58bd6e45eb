package org.moshpit.agent.punch.strategy;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class TurnsTest {
  private static final long SECOND = TimeUnit.SECONDS.toNanos(1);

  /** A generation of checks ends by then, whatever the peer does. */
  private static final long LONGEST = 12 * SECOND;

  private final Turns turns = new Turns();
  private final List<String> order = new ArrayList<>();

  private Optional<NotNow> ask(long now, String account) {
    return ask(now, account, new Peer(account, "key"));
  }

  private Optional<NotNow> ask(long now, String name, Peer peer) {
    Optional<NotNow> against = turns.against(now, peer);
    if (against.isEmpty()) {
      turns.begin(now, peer, name);
      order.add(name);
    } else {
      turns.await(peer, against.get().until());
    }
    return against;
  }

  /** One asks every second and holds its turn as long as it can; others come when they are told. */
  @Test
  void nobodyHasTwoTurnsInARowWhileAnotherWaits() {
    Map<String, Long> comes = new LinkedHashMap<>();
    comes.put("ann", 1 * SECOND);
    comes.put("bob", 2 * SECOND);
    long end = Long.MAX_VALUE;
    String holder = "";
    for (long now = 0; now < 600 * SECOND; now += SECOND) {
      if (now >= end) {
        turns.end(now, holder);
        end = Long.MAX_VALUE;
      }
      for (Map.Entry<String, Long> other : comes.entrySet()) {
        if (now >= other.getValue()) {
          Optional<NotNow> wait = ask(now, other.getKey());
          if (wait.isEmpty()) {
            holder = other.getKey();
            end = now + LONGEST;
          }
          // after its turn it comes again at once
          other.setValue(wait.map(NotNow::until).orElse(now + SECOND));
        }
      }
      if (ask(now, "greedy").isEmpty()) {
        holder = "greedy";
        end = now + LONGEST;
      }
    }
    assertThat(order.subList(0, 3)).containsExactly("greedy", "ann", "bob");
    assertThat(order).hasSizeGreaterThan(10);
    for (int i = 1; i < order.size(); i++) {
      assertThat(order.get(i)).as("turn %d of %s", i, order).isNotEqualTo(order.get(i - 1));
    }
    long greedy = order.stream().filter("greedy"::equals).count();
    assertThat(greedy).isLessThanOrEqualTo(order.size() / 3 + 1);
  }

  @Test
  void whoDoesNotComeHoldsTheOthersUpForAWhileOnly() {
    ask(0, "one");
    ask(1, "gone");
    ask(2, "two");
    turns.end(SECOND, "one");
    long told = turns.against(SECOND, new Peer("gone", "key")).orElseThrow().until();
    turns.await(new Peer("gone", "key"), told);
    assertThat(ask(told, "two").orElseThrow().cause()).isEqualTo(NotNow.Cause.TURN);
    assertThat(ask(told + Turns.GRACE - 1, "two")).isPresent();
    assertThat(ask(told + Turns.GRACE, "two")).isEmpty();
  }

  @Test
  void aPeerHasOnePlaceHoweverOftenItAsks() {
    ask(0, "one");
    for (int i = 0; i < 100; i++) {
      ask(i, "two");
    }
    assertThat(turns.held()).isEqualTo(1);
  }

  @Test
  void thePlacesAreBounded() {
    ask(0, "one");
    for (int i = 0; i < 100; i++) {
      assertThat(ask(i, "peer " + i)).isPresent();
    }
    assertThat(turns.held()).isEqualTo(Turns.MAX_WAITING);
  }

  @Test
  void aloneItOnlyHasThePauses() {
    ask(0, "one");
    turns.end(SECOND, "one");
    NotNow pause = ask(2 * SECOND, "one").orElseThrow();
    assertThat(pause).isEqualTo(new NotNow(NotNow.Cause.PAUSE, SECOND + Turns.COOLDOWN));
    assertThat(ask(pause.until(), "one")).isEmpty();
  }

  /** With as many keys as there are places, and one more. */
  @Test
  void anAccountOfManyKeysHasNoMoreTurnsThanOthers() {
    List<Peer> keys = IntStream.range(0, 17).mapToObj(key -> new Peer("greedy", key)).toList();
    long now = 0;
    for (Peer each : keys) {
      ask(now++, "greedy", each);
    }
    assertThat(turns.held()).isEqualTo(Turns.MAX_WAITING);
    assertThat(ask(now++, "ann")).isPresent();
    assertThat(ask(now++, "bob")).isPresent();
    assertThat(turns.held()).isEqualTo(Turns.MAX_WAITING);
    String holder = "greedy";
    for (int turn = 0; turn < 12; turn++) {
      now += LONGEST;
      turns.end(now, holder);
      now += Turns.COOLDOWN;
      int before = order.size();
      // the keys of the greedy one come first, and all come as often as they like
      for (Peer each : keys) {
        ask(now, "greedy", each);
      }
      ask(now, "ann");
      ask(now, "bob");
      assertThat(order).hasSize(before + 1);
      holder = order.get(before);
    }
    assertThat(order.subList(1, 4)).containsExactly("ann", "bob", "greedy");
    assertThat(order.stream().filter("greedy"::equals)).hasSizeBetween(4, 5);
  }

  /** And among the keys of one account as before among all. */
  @Test
  void theKeysOfAnAccountHaveTurns() {
    Peer one = new Peer("ann", 1);
    Peer other = new Peer("ann", 2);
    ask(0, "one", one);
    ask(1, "one", one);
    ask(2, "other", other);
    turns.end(SECOND, "one");
    long now = SECOND + Turns.COOLDOWN;
    assertThat(ask(now, "one", one)).isPresent();
    assertThat(ask(now, "other", other)).isEmpty();
  }
}
