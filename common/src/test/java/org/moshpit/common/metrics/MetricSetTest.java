package org.moshpit.common.metrics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class MetricSetTest {
  private final MetricSet metrics = new MetricSet();

  @Test
  void aCounterAsItIsScraped() {
    Counter counter = metrics.counter("a_total", "What it counts.", "reason").with("never");
    counter.count("busy");
    counter.add(2, "busy");
    assertThat(metrics.text())
        .startsWith("# HELP a_total What it counts.\n# TYPE a_total counter\n")
        .contains("a_total{reason=\"busy\"} 3\n", "a_total{reason=\"never\"} 0\n");
  }

  @Test
  void withoutLabelsItIsThereFromTheBeginning() {
    metrics.counter("a_total", "A.");
    metrics.seconds("b_seconds", "B.");
    assertThat(metrics.text())
        .contains("a_total 0\n", "b_seconds_bucket{le=\"+Inf\"} 0\n", "b_seconds_count 0\n");
  }

  @Test
  void aHistogramIsCumulativeAndItsBoundsInclusive() {
    Histogram histogram = metrics.seconds("b_seconds", "B.", "way");
    histogram.observe(0.025, "x");
    histogram.observe(0.2, "x");
    histogram.observe(100, "x");
    assertThat(metrics.text())
        .contains(
            "b_seconds_bucket{way=\"x\",le=\"0.025\"} 1\n",
            "b_seconds_bucket{way=\"x\",le=\"0.1\"} 1\n",
            "b_seconds_bucket{way=\"x\",le=\"0.25\"} 2\n",
            "b_seconds_bucket{way=\"x\",le=\"60.0\"} 2\n",
            "b_seconds_bucket{way=\"x\",le=\"+Inf\"} 3\n",
            "b_seconds_count{way=\"x\"} 3\n")
        .containsPattern("b_seconds_sum\\{way=\"x\"} 100\\.2");
  }

  @Test
  void whatIsCountedElsewhereIsAskedForWhenScraped() {
    int[] now = {1};
    metrics.gauge("g", "G.", () -> now[0]);
    metrics.gauges("h", "H.", "path", () -> Map.of("direct", now[0] * 2));
    metrics.counted("c_total", "C.", List.of("a", "b"), () -> Map.of(List.of("x", "y"), 0.5));
    now[0] = 3;
    assertThat(metrics.text())
        .contains("g 3\n", "h{path=\"direct\"} 6\n", "c_total{a=\"x\",b=\"y\"} 0.5\n");
  }

  @Test
  void labelsAreEscaped() {
    metrics.counter("a_total", "A.", "l").count("a\"b\\c\nd");
    assertThat(metrics.text()).contains("a_total{l=\"a\\\"b\\\\c\\nd\"} 1\n");
  }

  @Test
  void noPeerFillsTheMemory() {
    Counter counter = metrics.counter("a_total", "A.", "l");
    for (int i = 0; i < 10 * MetricSet.MAX_SERIES; i++) {
      counter.count("v" + i);
    }
    assertThat(metrics.text().lines().filter(line -> line.startsWith("a_total{")))
        .hasSize(MetricSet.MAX_SERIES + 1)
        .contains("a_total{l=\"other\"} " + 9 * MetricSet.MAX_SERIES);
  }

  @Test
  void mistakesOfTheCaller() {
    Counter counter = metrics.counter("a_total", "A.", "l");
    assertThatThrownBy(() -> metrics.counter("a_total", "Again."))
        .isInstanceOf(IllegalStateException.class);
    assertThatThrownBy(counter::count).isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> counter.add(-1, "x")).isInstanceOf(IllegalArgumentException.class);
  }
}
