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

  /** How many so far. */
  public long get(Outcome outcome) {
    return counts.get(outcome).sum();
  }
}
