package org.moshpit.common.metrics;

import java.util.List;
import java.util.concurrent.atomic.DoubleAdder;
import java.util.concurrent.atomic.LongAdder;

/** How values are spread over buckets. Safe for any thread. */
public final class Histogram {
  private final double[] bounds;
  private final Labels<Buckets> labels;

  private static final class Buckets {
    final LongAdder[] counts;
    final DoubleAdder sum = new DoubleAdder();

    Buckets(int size) {
      counts = new LongAdder[size];
      for (int i = 0; i < size; i++) {
        counts[i] = new LongAdder();
      }
    }
  }

  /** Bounds are upper ones, inclusive, rising; the last bucket, without one, comes by itself. */
  Histogram(double[] bounds, List<String> names) {
    this.bounds = bounds.clone();
    this.labels = new Labels<>(names, () -> new Buckets(bounds.length + 1));
  }

  /** One more value, in the family's unit. */
  public void observe(double value, String... values) {
    int bucket = 0;
    while (bucket < bounds.length && value > bounds[bucket]) {
      bucket++;
    }
    Buckets series = labels.of(values);
    series.counts[bucket].increment();
    series.sum.add(value);
  }

  void write(String name, StringBuilder out) {
    labels
        .series()
        .forEach(
            (values, series) -> {
              long below = 0;
              for (int i = 0; i <= bounds.length; i++) {
                below += series.counts[i].sum();
                String bound = i == bounds.length ? "+Inf" : Double.toString(bounds[i]);
                out.append(name)
                    .append("_bucket")
                    .append(Labels.text(labels.names(), values, "le=\"" + bound + '"'))
                    .append(' ')
                    .append(below)
                    .append('\n');
              }
              String text = Labels.text(labels.names(), values, "");
              out.append(name).append("_sum").append(text).append(' ');
              out.append(series.sum.sum()).append('\n');
              // of the same reading as the buckets, which must agree with it
              out.append(name).append("_count").append(text).append(' ').append(below).append('\n');
            });
  }
}
