package org.moshpit.agent.mosh;

import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.Executor;
import java.util.function.Consumer;

/**
 * Signals that wait to be sent: those of one user after each other, those of different users beside
 * each other, because a user can keep theirs waiting. Any thread.
 */
final class SignalQueue {
  /**
   * One signal.
   *
   * @param signal its name without SIG
   * @param sender whose rights
   */
  record Order(String signal, long pid, ProcessIds sender) {}

  private final Executor threads;
  private final Consumer<Order> sender;

  /** By user id: what is being sent, and behind it what waits. */
  private final Map<Integer, Queue<Order>> orders = new HashMap<>();

  /**
   * Empty.
   *
   * @param sender sends one, and may block; on {@code threads}
   */
  SignalQueue(Executor threads, Consumer<Order> sender) {
    this.threads = threads;
    this.sender = sender;
  }

  /** One more, unless just that one waits already. */
  void add(Order order) {
    synchronized (orders) {
      Queue<Order> waiting = orders.get(order.sender.uid());
      if (waiting == null) {
        orders.put(order.sender.uid(), new ArrayDeque<>(List.of(order)));
        threads.execute(() -> carryOut(order));
      } else if (!waiting.contains(order)) {
        waiting.add(order);
      }
    }
  }

  private void carryOut(Order order) {
    try {
      sender.accept(order);
    } finally {
      synchronized (orders) {
        Queue<Order> waiting = orders.get(order.sender.uid());
        waiting.remove();
        Order next = waiting.peek();
        if (next == null) {
          orders.remove(order.sender.uid());
        } else {
          threads.execute(() -> carryOut(next));
        }
      }
    }
  }
}
