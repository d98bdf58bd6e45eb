package org.moshpit.agent.mosh;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import org.junit.jupiter.api.Test;
import org.moshpit.agent.mosh.SignalQueue.Order;

class SignalQueueTest {
  private static final ProcessIds ANN = new ProcessIds(1001, 1001);
  private static final ProcessIds BOB = new ProcessIds(1002, 1002);

  private final Queue<Runnable> begun = new ArrayDeque<>();
  private final List<Order> sent = new ArrayList<>();
  private final SignalQueue queue = new SignalQueue(begun::add, sent::add);

  private static Order term(long pid, ProcessIds sender) {
    return new Order("TERM", pid, sender);
  }

  @Test
  void aUserWhoseSignalsTakeLongKeepsNobodyElsesWaiting() {
    queue.add(term(1, ANN));
    queue.add(term(2, ANN));
    queue.add(term(3, BOB));
    assertThat(begun).as("one of each user").hasSize(2);
    begun.remove(); // Ann's first never ends
    begun.remove().run();
    assertThat(sent).containsExactly(term(3, BOB));
    assertThat(begun).isEmpty();
  }

  @Test
  void theNextOfAUserFollowsTheOneBefore() {
    queue.add(term(1, ANN));
    queue.add(term(2, ANN));
    begun.remove().run();
    begun.remove().run();
    assertThat(sent).containsExactly(term(1, ANN), term(2, ANN));
    queue.add(term(1, ANN));
    begun.remove().run();
    assertThat(sent).as("one that was sent may be sent again").hasSize(3);
  }

  @Test
  void whatWaitsAlreadyIsNotAddedAgain() {
    for (int i = 0; i < 100; i++) {
      queue.add(new Order("KILL", 1, ANN));
      queue.add(term(1, ANN));
    }
    while (!begun.isEmpty()) {
      begun.remove().run();
    }
    assertThat(sent).containsExactly(new Order("KILL", 1, ANN), term(1, ANN));
  }

  @Test
  void aSenderThatFailsHoldsUpNothing() {
    List<Order> tried = new ArrayList<>();
    SignalQueue failing =
        new SignalQueue(
            begun::add,
            order -> {
              tried.add(order);
              throw new IllegalStateException("no");
            });
    failing.add(term(1, ANN));
    failing.add(term(2, ANN));
    while (!begun.isEmpty()) {
      try {
        begun.remove().run();
      } catch (IllegalStateException e) {
        assertThat(e).hasMessage("no");
      }
    }
    assertThat(tried).hasSize(2);
  }
}
