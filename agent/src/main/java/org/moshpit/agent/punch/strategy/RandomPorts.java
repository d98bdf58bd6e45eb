package org.moshpit.agent.punch.strategy;

import java.util.HashMap;
import java.util.Map;
import java.util.random.RandomGenerator;

/** The ports of a range in random order, each once; memory grows with those drawn. */
final class RandomPorts {
  private final PortRange range;
  private final RandomGenerator random;
  private final Map<Integer, Integer> moved = new HashMap<>();
  private int drawn;

  RandomPorts(PortRange range, RandomGenerator random) {
    this.range = range;
    this.random = random;
  }

  boolean hasNext() {
    return drawn < range.size();
  }

  /** Fisher and Yates' shuffle, one step. */
  int next() {
    int pick = random.nextInt(drawn, range.size());
    int value = moved.getOrDefault(pick, pick);
    moved.put(pick, moved.getOrDefault(drawn, drawn));
    moved.remove(drawn);
    drawn++;
    return range.low() + value;
  }
}
