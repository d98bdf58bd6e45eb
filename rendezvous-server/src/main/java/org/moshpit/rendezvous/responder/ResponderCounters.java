package org.moshpit.rendezvous.responder;

import java.util.EnumMap;
import java.util.Map;
import java.util.concurrent.atomic.LongAdder;

/** How many datagrams had which outcome. Safe for any thread. */
public final class ResponderCounters {
  private final Map<Outcome, LongAdder> counts = new EnumMap<>(Outcome.class);

  /** All at zero. */
  public ResponderCounters() {
    for (Outcome outcome : Outcome.values()) {
      counts.put(outcome, new LongAdder());
    }
  }

  void count(Outcome outcome) {
    counts.get(outcome).increment();
  }

  /** All of them so far. */
  public Map<Outcome, Long> all() {
    Map<Outcome, Long> all = new EnumMap<>(Outcome.class);
    counts.forEach((outcome, count) -> all.put(outcome, count.sum()));
    return all;
  }

  /** How many so far. */
  public long get(Outcome outcome) {
    return counts.get(outcome).sum();
  }
}
