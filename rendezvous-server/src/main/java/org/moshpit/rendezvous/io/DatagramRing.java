package org.moshpit.rendezvous.io;

import com.google.protobuf.ByteString;
import java.util.ArrayDeque;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * The relayed datagrams that wait for one link, because its TCP does not take more. Short, and the
 * oldest of a relay is dropped for its newest: mosh sends the latest state, so an old datagram is
 * worth less than none. Relays take turns, so that one that floods delays no other.
 */
final class DatagramRing {
  /** Datagrams of one relay kept; about what mosh sends in a second of a busy screen. */
  static final int PER_RELAY = 16;

  /** Bytes kept in all. */
  static final int MAX_BYTES = 1 << 20;

  /** A datagram and the relay it is of. */
  record Entry(int relay, ByteString payload) {}

  private final Map<Integer, ArrayDeque<ByteString>> byRelay = new LinkedHashMap<>();
  private int bytes;
  private long dropped;

  /** Takes a datagram, dropping older ones for it. */
  void add(int relay, ByteString payload) {
    ArrayDeque<ByteString> queue = byRelay.computeIfAbsent(relay, r -> new ArrayDeque<>());
    queue.add(payload);
    bytes += payload.size();
    if (queue.size() > PER_RELAY) {
      dropFrom(queue);
    }
    while (bytes > MAX_BYTES) {
      Iterator<ArrayDeque<ByteString>> queues = byRelay.values().iterator();
      ArrayDeque<ByteString> first = queues.next();
      dropFrom(first);
      if (first.isEmpty()) {
        queues.remove();
      }
    }
  }

  private void dropFrom(ArrayDeque<ByteString> queue) {
    bytes -= queue.remove().size();
    dropped++;
  }

  /** The next to send, or null. */
  Entry poll() {
    Iterator<Map.Entry<Integer, ArrayDeque<ByteString>>> entries = byRelay.entrySet().iterator();
    if (!entries.hasNext()) {
      return null;
    }
    Map.Entry<Integer, ArrayDeque<ByteString>> first = entries.next();
    int relay = first.getKey();
    ArrayDeque<ByteString> queue = first.getValue();
    ByteString payload = queue.remove();
    bytes -= payload.size();
    entries.remove();
    if (!queue.isEmpty()) {
      byRelay.put(relay, queue); // to the back: relays take turns
    }
    return new Entry(relay, payload);
  }

  /** Forgets a relay's datagrams. */
  void forget(int relay) {
    ArrayDeque<ByteString> queue = byRelay.remove(relay);
    if (queue != null) {
      queue.forEach(payload -> bytes -= payload.size());
    }
  }

  int bytes() {
    return bytes;
  }

  long dropped() {
    return dropped;
  }
}
