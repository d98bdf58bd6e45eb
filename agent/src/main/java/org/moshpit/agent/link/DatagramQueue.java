package org.moshpit.agent.link;

import java.util.ArrayDeque;
import java.util.Queue;
import org.moshpit.common.wire.proto.ClientFrame;

/**
 * Datagrams that wait while the link's socket is full. Short, and the oldest goes first: mosh
 * always sends its latest state, so what is newer is worth more, and a long queue would only be
 * delay.
 */
final class DatagramQueue {
  static final int LIMIT = 32;

  private final Queue<ClientFrame> waiting = new ArrayDeque<>(LIMIT);
  private long dropped;

  void add(ClientFrame frame) {
    if (waiting.size() == LIMIT) {
      waiting.remove();
      dropped++;
    }
    waiting.add(frame);
  }

  ClientFrame poll() {
    return waiting.poll();
  }

  boolean isEmpty() {
    return waiting.isEmpty();
  }

  /** How many were dropped since the link began. */
  long dropped() {
    return dropped;
  }
}
