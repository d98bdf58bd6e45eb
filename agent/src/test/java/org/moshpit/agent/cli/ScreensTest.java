package org.moshpit.agent.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.moshpit.agent.control.AgentStatus;
import org.moshpit.agent.control.LocalSessions;
import org.moshpit.agent.control.LocalStatus;
import org.moshpit.agent.control.SessionEntry;
import org.moshpit.agent.control.SessionStatus;
import org.moshpit.common.sansio.TransportAddress;
import org.moshpit.common.text.Screen;

class ScreensTest {
  /** Of an agent without sessions, and without a word on who it is. */
  private static AgentStatus idle(
      boolean registered, String problem, TransportAddress observed, String nat) {
    String allocation = nat.equals("none") ? "preserving" : nat;
    return new AgentStatus(
        registered, problem, observed, nat, nat, allocation, null, null, null, List.of());
  }

  private static String text(AgentStatus status, Screen screen) {
    return StatusText.of(new LocalStatus(status, null, List.of()), ZoneOffset.UTC, screen);
  }

  @Test
  void theStatusForPeople() {
    AgentStatus none = idle(false, "this agent was revoked at 192.0.2.1:3478", null, "unknown");
    assertThat(text(none, Screen.PLAIN))
        .isEqualTo(
            """
            Not logged in: this agent was revoked at 192.0.2.1:3478.
            NAT: mapping unknown, filtering unknown, allocation unknown.
            No sessions to show; those that agent connect opened from here are not listed.
            """);
    AgentStatus one =
        new AgentStatus(
            true,
            null,
            TransportAddress.parse("192.0.2.1:9"),
            "none",
            "none",
            "preserving",
            "SHA256:47DE",
            "box",
            "192.0.2.10:3478",
            List.of(
                new SessionStatus(
                    "5f0123456789abcdef0123456789abcd",
                    "ann",
                    "lap",
                    "relay",
                    null,
                    12.6,
                    Instant.EPOCH,
                    1,
                    "it rains",
                    1_234L,
                    5_678_900L,
                    60001,
                    1L)));
    assertThat(text(one, Screen.PLAIN))
        .isEqualTo(
            """
            Logged in at the rendezvous, seen as 192.0.2.1:9.
            NAT: mapping none, filtering none, allocation preserving.
            Host key: SHA256:47DE

            SESSION   USER  FROM  PATH   REMOTE  RTT    IN      OUT     ROAMS  SINCE             PORT
            5f012345  ann   lap   relay  -       13 ms  1.2 kB  5.7 MB  1      1970-01-01 00:00  60001
            5f012345: it rains.
            """);
  }

  /** One table, and of root's agent one sentence; what else there is to say stands at the end. */
  @Test
  void theStatusOfAPersonWhomTwoAgentsServe() {
    AgentStatus own = idle(true, null, TransportAddress.parse("192.0.2.1:9"), "none");
    AgentStatus system = idle(false, "this agent was revoked", null, "none");
    assertThat(
            StatusText.of(
                new LocalStatus(own, system, List.of("It rains.")), ZoneOffset.UTC, Screen.PLAIN))
        .isEqualTo(
            """
            Logged in at the rendezvous, seen as 192.0.2.1:9.
            NAT: mapping none, filtering none, allocation preserving.
            Root's agent, which serves you here, too: not logged in: this agent was revoked.
            No sessions to show; those that agent connect opened from here are not listed.
            It rains.
            """);
    assertThat(
            SessionsText.of(
                new LocalSessions(List.of(), List.of("It rains.")),
                Instant.EPOCH,
                ZoneOffset.UTC,
                Screen.PLAIN))
        .isEqualTo("No sessions.\nIt rains.\n");
  }

  /** A box whose sessions are all going to be relayed is not fine. */
  @Test
  void noAnswerByUdpIsNotKeptQuietAbout() {
    AgentStatus status = idle(true, null, null, "unknown");
    assertThat(text(status, Screen.PLAIN))
        .startsWith("Logged in at the rendezvous; no answer by UDP from there yet: its UDP ports")
        .doesNotContain("Host key");
  }

  @ParameterizedTest
  @CsvSource({
    "40, SESSION USER PATH RTT",
    "60, SESSION USER FROM PATH RTT",
    "80, SESSION USER FROM PATH REMOTE RTT IN OUT",
    "200, SESSION USER FROM PATH REMOTE RTT IN OUT ROAMS SINCE PORT",
  })
  void aNarrowTerminalSeesWhatMattersOfASession(int columns, String headings) {
    SessionStatus session =
        new SessionStatus(
            "5f0123456789abcdef0123456789abcd",
            "annabella",
            "ann-laptop",
            "direct",
            TransportAddress.parse("198.51.100.23:60123"),
            12.6,
            Instant.EPOCH,
            1,
            null,
            1_234L,
            5_678_900L,
            60001,
            1L);
    AgentStatus status =
        new AgentStatus(
            true,
            null,
            TransportAddress.parse("[2001:db8::1]:60123"),
            "none",
            "none",
            "preserving",
            "SHA256:47DE",
            "box",
            "192.0.2.10:3478",
            List.of(session));
    String text = text(status, new Screen(columns, false));
    assertThat(text.lines().filter(line -> line.startsWith("SESSION")).findFirst().orElseThrow())
        .satisfies(
            line -> assertThat(line.strip().split(" {2,}")).containsExactly(headings.split(" ")));
    assertThat(text.lines()).allSatisfy(line -> assertThat(line).hasSizeLessThanOrEqualTo(columns));
  }

  @Test
  void theSessionsForPeople() {
    Instant now = Instant.parse("2026-03-04T12:00:00Z");
    assertThat(SessionsText.of(List.of(), now, ZoneOffset.UTC, Screen.PLAIN))
        .isEqualTo("No sessions.\n");
    SessionEntry silent =
        new SessionEntry(
            "5f0123456789abcdef0123456789abcd",
            "ann",
            "lap",
            "SHA256:x",
            "none",
            now.minusSeconds(90_000),
            now.minusSeconds(7_300),
            now.plusSeconds(600_000),
            60001,
            4711L);
    SessionEntry ending =
        new SessionEntry(
            "5f0123456789ffffffffffffffffffff",
            "bobby",
            "tablet",
            "SHA256:y",
            "direct",
            now.minusSeconds(30),
            now.minusSeconds(3),
            now,
            60002,
            null);
    SessionEntry unknown =
        new SessionEntry(
            "aa", "ann", "lap", "SHA256:x", "direct", now.minusSeconds(60), null, null, 60003, 12L);
    assertThat(SessionsText.of(List.of(silent, ending, unknown), now, ZoneOffset.UTC, Screen.PLAIN))
        .isEqualTo(
            """
            SESSION        USER   FROM    PATH    SINCE             HEARD    KEPT UNTIL        PORT   PID
            5f0123456789a  ann    lap     none    2026-03-03 11:00  2 h ago  2026-03-11 10:40  60001  4711
            5f0123456789f  bobby  tablet  direct  2026-03-04 11:59  3 s ago  being ended       60002  -
            aa             ann    lap     direct  2026-03-04 11:59  -        -                 60003  12
            """);
    assertThat(SessionsText.of(List.of(silent), now, ZoneOffset.UTC, Screen.PLAIN))
        .contains("\n5f012345  ann");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "The join URL is too long.            | the join URL is too long",
        "A join URL starts with x; get one.   | a join URL starts with x; get one",
        "IPv6 is off.                         | IPv6 is off",
      })
  void sentencesFitBehindTheCommandsName(String sentence, String continued) {
    assertThat(Sentences.continued(sentence)).isEqualTo(continued);
  }

  @ParameterizedTest
  @CsvSource(
      nullValues = "-",
      value = {
        "list, list",
        "--config-dir x list, list",
        "--config-dir=x -v status --json, status",
        "-v, -",
        "--state-dir, -",
        "connect box -- run, connect",
      })
  void theCommandIsFoundBeforeAnythingIsParsed(String line, String name) {
    assertThat(CommandName.in(line.split(" ", -1))).isEqualTo(name);
  }
}
