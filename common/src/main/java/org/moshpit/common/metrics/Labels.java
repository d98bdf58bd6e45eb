package org.moshpit.common.metrics;

import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;

/**
 * The series of one family, by the values of its labels. Beyond {@link MetricSet#MAX_SERIES} a new
 * combination is counted under the values {@code other}, so that no peer can fill the memory.
 */
final class Labels<T> {
  private static final String OTHER = "other";

  private final List<String> names;
  private final Supplier<T> fresh;
  private final Map<List<String>, T> series = new ConcurrentHashMap<>();

  Labels(List<String> names, Supplier<T> fresh) {
    this.names = List.copyOf(names);
    this.fresh = fresh;
    if (names.isEmpty()) {
      series.put(List.of(), fresh.get());
    }
  }

  /** The series of these values, one for each label. */
  T of(String... values) {
    if (values.length != names.size()) {
      throw new IllegalArgumentException(values.length + " values for " + names);
    }
    List<String> key = List.of(values);
    T known = series.get(key);
    if (known != null) {
      return known;
    }
    if (series.size() >= MetricSet.MAX_SERIES) {
      key = names.stream().map(name -> OTHER).toList();
    }
    return series.computeIfAbsent(key, k -> fresh.get());
  }

  Map<List<String>, T> series() {
    return series;
  }

  List<String> names() {
    return names;
  }

  /** {@code {a="x",b="y"}}, with {@code extra} at its end; empty without any. */
  static String text(List<String> names, List<String> values, String extra) {
    if (names.isEmpty() && extra.isEmpty()) {
      return "";
    }
    StringBuilder out = new StringBuilder("{");
    for (int i = 0; i < names.size(); i++) {
      out.append(i == 0 ? "" : ",").append(names.get(i)).append("=\"");
      out.append(values.get(i).replace("\\", "\\\\").replace("\"", "\\\"").replace("\n", "\\n"));
      out.append('"');
    }
    out.append(names.isEmpty() || extra.isEmpty() ? "" : ",").append(extra);
    return out.append('}').toString();
  }
}
