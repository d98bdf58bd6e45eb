package org.moshpit.agent.cli.box;

import java.util.HashSet;
import java.util.Set;
import org.moshpit.agent.metrics.BoxMeter;
import org.moshpit.agent.path.PathKind;
import org.moshpit.agent.path.PathOut;
import org.moshpit.agent.path.PathSnapshot;
import org.moshpit.common.sansio.TransportAddress;

/** What the metrics are told of one session's path. For the event loop's thread. */
final class PathGauge {
  /** Addresses of the laptop's kept for comparison; a laptop has two or three. */
  private static final int MAX_OBSERVED = 16;

  private final BoxMeter meter;
  private final long since;
  private final Set<TransportAddress> observed = new HashSet<>();
  private PathKind kind = PathKind.NONE;
  private boolean wasDirect;
  private boolean closed;
  private int roams;

  PathGauge(BoxMeter meter, long now) {
    this.meter = meter;
    this.since = now;
  }

  /** The rendezvous saw the laptop there. */
  void observed(TransportAddress address) {
    if (observed.size() < MAX_OBSERVED) {
      observed.add(address);
    }
  }

  /** The path changed; what only is explained anew is no change. */
  void changed(long now, PathOut.PathChanged changed, int roamsNow, String mapping) {
    boolean first = changed.path() == PathKind.DIRECT && !wasDirect;
    if (closed || (changed.path() == kind && roamsNow == roams)) {
      return;
    }
    meter.pathChanged(
        new BoxMeter.PathChange(
            kind,
            changed.path(),
            changed.reason(),
            roamsNow - roams,
            first ? now - since : -1,
            mapping,
            changed.remote() != null && changed.remote().isIpv6(),
            observed.contains(changed.remote())));
    kind = changed.path();
    roams = roamsNow;
    wasDirect |= first;
  }

  /** It is closed, and was so before. */
  void closed(PathSnapshot last) {
    if (!closed) {
      closed = true;
      meter.closed(last);
    }
  }
}
