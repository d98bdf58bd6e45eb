package org.moshpit.common.metrics;

import java.util.List;
import java.util.concurrent.atomic.LongAdder;

/** What only ever grows, for each combination of its labels' values. Safe for any thread. */
public final class Counter {
  private final Labels<LongAdder> labels;

  Counter(List<String> names) {
    labels = new Labels<>(names, LongAdder::new);
  }

  /** One more. */
  public void count(String... values) {
    labels.of(values).increment();
  }

  /**
   * So many more.
   *
   * @param amount not negative
   */
  public void add(long amount, String... values) {
    if (amount < 0) {
      throw new IllegalArgumentException("a counter never falls: " + amount);
    }
    labels.of(values).add(amount);
  }

  /** Has a series at zero from the beginning, so that its first increase is seen. */
  public Counter with(String... values) {
    labels.of(values);
    return this;
  }

  void write(String name, StringBuilder out) {
    labels
        .series()
        .forEach(
            (values, count) ->
                out.append(name)
                    .append(Labels.text(labels.names(), values, ""))
                    .append(' ')
                    .append(count.sum())
                    .append('\n'));
  }
}
