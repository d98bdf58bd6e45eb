package org.moshpit.common.metrics;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BiConsumer;
import java.util.function.DoubleSupplier;
import java.util.function.Supplier;

/**
 * A process' metrics. Families are declared once, in the order they are shown in; declaring one
 * name twice is an {@link IllegalStateException}.
 */
public final class MetricSet {
  /** Series of one family, whatever happens. */
  public static final int MAX_SERIES = 200;

  /** Seconds: what a person notices, up to where an attempt is over. */
  private static final double[] SECONDS = {
    0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60,
  };

  private record Family(String type, String help, BiConsumer<String, StringBuilder> writer) {}

  private final Map<String, Family> families = new LinkedHashMap<>();

  private synchronized void add(
      String name, String type, String help, BiConsumer<String, StringBuilder> writer) {
    if (families.putIfAbsent(name, new Family(type, help, writer)) != null) {
      throw new IllegalStateException(name + " is there already");
    }
  }

  /**
   * What is counted here.
   *
   * @param name ends in {@code _total}
   * @param help one sentence
   * @param labels names of its labels
   */
  public Counter counter(String name, String help, String... labels) {
    Counter counter = new Counter(List.of(labels));
    add(name, "counter", help, counter::write);
    return counter;
  }

  /** Times, in seconds; the name ends in {@code _seconds}. */
  public Histogram seconds(String name, String help, String... labels) {
    Histogram histogram = new Histogram(SECONDS, List.of(labels));
    add(name, "histogram", help, histogram::write);
    return histogram;
  }

  /** A value that rises and falls, asked for by whoever calls {@link #text}, on their thread. */
  public void gauge(String name, String help, DoubleSupplier value) {
    add(name, "gauge", help, (n, out) -> sample(n, "", value.getAsDouble(), out));
  }

  /** The same for each value of one label. */
  public void gauges(
      String name, String help, String label, Supplier<Map<String, ? extends Number>> values) {
    add(name, "gauge", help, (n, out) -> samples(n, List.of(label), keyed(values), out));
  }

  /** Counted elsewhere, and asked for like a gauge. */
  public void counted(String name, String help, DoubleSupplier value) {
    add(name, "counter", help, (n, out) -> sample(n, "", value.getAsDouble(), out));
  }

  /** The same for each combination of the labels' values. */
  public void counted(
      String name,
      String help,
      List<String> labels,
      Supplier<Map<List<String>, ? extends Number>> values) {
    add(name, "counter", help, (n, out) -> samples(n, labels, values.get(), out));
  }

  private static Map<List<String>, Number> keyed(Supplier<Map<String, ? extends Number>> values) {
    Map<List<String>, Number> keyed = new LinkedHashMap<>();
    values.get().forEach((value, number) -> keyed.put(List.of(value), number));
    return keyed;
  }

  private static void samples(
      String name,
      List<String> labels,
      Map<List<String>, ? extends Number> values,
      StringBuilder out) {
    values.forEach(
        (key, number) -> sample(name, Labels.text(labels, key, ""), number.doubleValue(), out));
  }

  private static void sample(String name, String labels, double value, StringBuilder out) {
    boolean whole = value == Math.rint(value) && Math.abs(value) < 1e15;
    out.append(name).append(labels).append(' ');
    out.append(whole ? Long.toString((long) value) : Double.toString(value)).append('\n');
  }

  /** All of them, as a scraper reads it. */
  public synchronized String text() {
    StringBuilder out = new StringBuilder(8192);
    families.forEach(
        (name, family) -> {
          out.append("# HELP ").append(name).append(' ').append(family.help()).append('\n');
          out.append("# TYPE ").append(name).append(' ').append(family.type()).append('\n');
          family.writer().accept(name, out);
        });
    return out.toString();
  }
}
