package org.moshpit.agent.cli.laptop;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.moshpit.agent.path.PathKind;
import org.moshpit.agent.path.PathSnapshot;
import org.moshpit.common.sansio.TransportAddress;

class SummaryTest {
  private static PathSnapshot path(PathKind kind, String reason) {
    TransportAddress remote =
        kind == PathKind.DIRECT ? TransportAddress.parse("192.0.2.1:7") : null;
    return new PathSnapshot(kind, remote, 41, 2, 0, 0, 0, 0, 0, reason, reason);
  }

  @Test
  void aDirectSessionHasNothingToExplain() {
    String notDirect =
        Connect.notDirect(path(PathKind.DIRECT, "checks answered"), "it fell silent", false);
    Summary summary =
        new Summary("box", Duration.ofSeconds(723), Duration.ofSeconds(709), 41, 2, notDirect);
    assertThat(summary.line()).isEqualTo("box: 12 min 3 s, 98 % direct, round trip 41 ms, 2 roams");
  }

  @Test
  void aRelayedOneSaysWhy() {
    String notDirect = Connect.notDirect(path(PathKind.RELAY, "UDP gets no answer"), "", false);
    assertThat(new Summary("box", Duration.ofSeconds(7), Duration.ZERO, -1, 1, notDirect).line())
        .isEqualTo("box: 7 s, 0 % direct, 1 roam; on the relay: UDP gets no answer");
  }

  /** The box' end comes first as often as not. */
  @Test
  void thatTheRelayWasClosedAtTheEndIsNotWhyThereWasOne() {
    PathSnapshot closed =
        new PathSnapshot(
            PathKind.NONE, null, -1, 0, 0, 0, 9, 9, 0, "closed by the other end", "random ports");
    assertThat(Connect.notDirect(closed, "", false)).isEqualTo("on the relay: random ports");
  }

  /** What the path makes of the silence would be a verdict on a network that is well. */
  @Test
  void withoutALinkThatIsTheReason() {
    assertThat(
            Connect.notDirect(
                path(PathKind.RELAY, "UDP gets no answer"),
                "this agent was revoked at pit:3478",
                true))
        .isEqualTo("no relay and no search: this agent was revoked at pit:3478");
    assertThat(Connect.notDirect(path(PathKind.NONE, ""), "", false)).isEmpty();
  }

  /** Ended from the box after that, the session just fell silent: nobody could tell it why. */
  @Test
  void aRevokedLaptopIsToldSoOfADirectSessionToo() {
    assertThat(
            Connect.notDirect(
                path(PathKind.DIRECT, "checks answered"), "this agent was revoked at pit", true))
        .isEqualTo("no relay and no search: this agent was revoked at pit");
  }

  /** The box rebooted, say; that the path was lost with it explains nothing. */
  @Test
  void whatTheBoxHasEndedNeedsNoReasonOfThePath() {
    SessionEnd end = new SessionEnd();
    end.stopped(path(PathKind.RELAY, "the peer could not be asked for its addresses"));
    assertThat(Connect.notDirect(end)).startsWith("on the relay: ");
    end.gone("its mosh-server is gone");
    assertThat(Connect.notDirect(end)).isEmpty();
  }
}
