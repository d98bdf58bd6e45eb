package org.moshpit.agent.metrics;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.moshpit.agent.path.PathKind;
import org.moshpit.agent.path.PathSnapshot;
import org.moshpit.agent.session.DropReason;
import org.moshpit.common.metrics.MetricSet;
import org.moshpit.common.seal.Refusal;

class AgentMetricsTest {
  private long now = 1_000_000_000;
  private boolean registered;
  private final List<PathSnapshot> open = new ArrayList<>();
  private final AgentMetrics meter = new AgentMetrics(() -> now);
  private final MetricSet metrics =
      meter.of(new AgentMetrics.Sources(() -> registered, () -> open, () -> 2), "1.2");

  private static PathSnapshot path(PathKind kind, long base) {
    return new PathSnapshot(kind, null, -1, 0, base, base + 1, base + 2, base + 3, 0, "", "");
  }

  @Test
  void whatThereIs() {
    registered = true;
    open.add(path(PathKind.DIRECT, 10));
    open.add(path(PathKind.RELAY, 20));
    meter.closed(path(PathKind.NONE, 100));
    assertThat(metrics.text())
        .contains(
            "moshpit_agent_registered 1\n",
            "moshpit_agent_sessions{path=\"direct\"} 1\n",
            "moshpit_agent_sessions{path=\"relay\"} 1\n",
            "moshpit_agent_sessions{path=\"none\"} 0\n",
            "moshpit_agent_port_mappings 2\n",
            "moshpit_agent_session_bytes_total{path=\"direct\",direction=\"sent\"} 130\n",
            "moshpit_agent_session_bytes_total{path=\"direct\",direction=\"received\"} 133\n",
            "moshpit_agent_session_bytes_total{path=\"relay\",direction=\"sent\"} 136\n",
            "moshpit_agent_session_bytes_total{path=\"relay\",direction=\"received\"} 139\n",
            "moshpit_build_info{version=\"1.2\"} 1\n");
  }

  @Test
  void anOfferIsTimedToItsAnswer() {
    meter.offered("a");
    meter.offered("b");
    now += 200_000_000;
    meter.answered("a", true);
    meter.answered("b", false);
    meter.answered("control", true);
    assertThat(metrics.text())
        .contains(
            "moshpit_agent_answer_seconds_bucket{outcome=\"admitted\",le=\"0.1\"} 0\n",
            "moshpit_agent_answer_seconds_bucket{outcome=\"admitted\",le=\"0.25\"} 1\n",
            "moshpit_agent_answer_seconds_sum{outcome=\"admitted\"} 0.2\n",
            "moshpit_agent_answer_seconds_count{outcome=\"refused\"} 1\n");
  }

  @Test
  void offersThatAreNeverAnsweredDoNotPileUp() {
    for (int i = 0; i < 5000; i++) {
      meter.offered("x" + i);
    }
    meter.answered("x0", true);
    meter.answered("x4999", true);
    assertThat(metrics.text()).contains("answer_seconds_count{outcome=\"admitted\"} 1\n");
  }

  @Test
  void decisionsByReason() {
    meter.admitted();
    meter.refused(Refusal.SESSION_LIMIT);
    meter.dropped(DropReason.NOT_LISTED);
    assertThat(metrics.text())
        .contains(
            "# HELP moshpit_agent_admissions_total Sessions and pings that somebody was let in to.\n",
            "moshpit_agent_admissions_total 1\n",
            "moshpit_agent_refusals_total{reason=\"session_limit\"} 1\n",
            "moshpit_agent_refusals_total{reason=\"policy\"} 0\n",
            "moshpit_agent_offers_dropped_total{reason=\"not_listed\"} 1\n");
  }

  @Test
  void aFirstDirectPathIsTimedAndARoamCounted() {
    meter.pathChanged(
        new BoxMeter.PathChange(
            PathKind.RELAY,
            PathKind.DIRECT,
            "checks answered",
            0,
            700_000_000,
            "endpoint-independent",
            false,
            true));
    meter.pathChanged(
        new BoxMeter.PathChange(
            PathKind.DIRECT,
            PathKind.DIRECT,
            "another pair answers",
            1,
            -1,
            "endpoint-independent",
            true,
            false));
    assertThat(metrics.text())
        .contains(
            "moshpit_agent_direct_seconds_count{mapping=\"endpoint-independent\",family=\"ipv4\","
                + "remote=\"observed\"} 1\n",
            "moshpit_agent_roams_total 1\n",
            "moshpit_agent_path_changes_total{from=\"relay\",to=\"direct\",reason=\"checks\"} 1\n",
            "moshpit_agent_path_changes_total{from=\"direct\",to=\"direct\",reason=\"warm_pair\"}"
                + " 1\n");
  }

  @ParameterizedTest
  @CsvSource({
    "RELAY,DIRECT,checks answered,CHECKS",
    "DIRECT,DIRECT,the peer's choice,WARM_PAIR",
    "DIRECT,RELAY,no answer from 192.0.2.1:7 for 5 s,NO_ANSWER",
    "DIRECT,NONE,this computer is no longer 192.0.2.7,ADDRESS_GONE",
    "NONE,RELAY,looking for a direct path,RELAY",
    "RELAY,NONE,the rendezvous cannot be reached,RELAY_GONE",
    "DIRECT,NONE,closed,CLOSED",
  })
  void reasonsAreFew(PathKind from, PathKind to, String phrase, PathReason reason) {
    assertThat(PathReason.of(from, to, phrase)).isEqualTo(reason);
  }
}
