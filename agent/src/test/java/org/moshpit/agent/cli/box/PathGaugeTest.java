package org.moshpit.agent.cli.box;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.moshpit.agent.metrics.BoxMeter;
import org.moshpit.agent.path.PathKind;
import org.moshpit.agent.path.PathOut;
import org.moshpit.agent.path.PathSnapshot;
import org.moshpit.common.sansio.TransportAddress;

class PathGaugeTest {
  private static final TransportAddress SEEN = TransportAddress.parse("192.0.2.1:60001");

  private final List<BoxMeter.PathChange> changes = new ArrayList<>();
  private final List<PathSnapshot> closed = new ArrayList<>();
  private final PathGauge gauge =
      new PathGauge(
          new BoxMeter() {
            @Override
            public void pathChanged(PathChange change) {
              changes.add(change);
            }

            @Override
            public void closed(PathSnapshot last) {
              closed.add(last);
            }
          },
          100);

  private static PathOut.PathChanged path(PathKind kind, TransportAddress remote) {
    return new PathOut.PathChanged(kind, remote, -1, "why");
  }

  @Test
  void theFirstDirectPathIsTimedOnce() {
    gauge.observed(SEEN);
    gauge.changed(150, path(PathKind.RELAY, null), 0, "none");
    gauge.changed(400, path(PathKind.DIRECT, SEEN), 0, "none");
    gauge.changed(500, path(PathKind.RELAY, null), 0, "none");
    gauge.changed(600, path(PathKind.DIRECT, TransportAddress.parse("[2001:db8::1]:9")), 1, "none");
    assertThat(changes)
        .containsExactly(
            new BoxMeter.PathChange(
                PathKind.NONE, PathKind.RELAY, "why", 0, -1, "none", false, false),
            new BoxMeter.PathChange(
                PathKind.RELAY, PathKind.DIRECT, "why", 0, 300, "none", false, true),
            new BoxMeter.PathChange(
                PathKind.DIRECT, PathKind.RELAY, "why", 0, -1, "none", false, false),
            new BoxMeter.PathChange(
                PathKind.RELAY, PathKind.DIRECT, "why", 1, -1, "none", true, false));
  }

  @Test
  void whatIsOnlyExplainedAnewIsNoChange() {
    gauge.changed(150, path(PathKind.RELAY, null), 0, "none");
    gauge.changed(160, path(PathKind.RELAY, null), 0, "none");
    assertThat(changes).hasSize(1);
  }

  @Test
  void itsBytesAreHandedOverOnce() {
    PathSnapshot last = new PathSnapshot(PathKind.NONE, null, -1, 0, 1, 2, 3, 4, 0, "", "");
    gauge.closed(last);
    gauge.closed(last);
    assertThat(closed).containsExactly(last);
  }
}
