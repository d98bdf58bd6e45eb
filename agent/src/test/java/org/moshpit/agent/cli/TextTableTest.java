package org.moshpit.agent.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.moshpit.agent.control.AgentStatus;
import org.moshpit.agent.control.SessionStatus;
import org.moshpit.common.sansio.TransportAddress;

class TextTableTest {
  @Test
  void columnsAreAlignedAndControlCharactersHarmless() {
    TextTable table = new TextTable("A", "LONG", "C");
    table.row("one", "2", "3");
    table.row("x\u001b[2J", "", "\n");
    assertThat(table).hasToString("A      LONG  C\none    2     3\nx?[2J        ?\n");
    assertThatThrownBy(() -> table.row("too few")).isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void theStatusForPeople() {
    AgentStatus none = new AgentStatus(false, null, "unknown", "unknown", "unknown", List.of());
    assertThat(StatusText.of(none, ZoneOffset.UTC))
        .isEqualTo(
            """
            Not logged in: the rendezvous cannot be reached, or refuses this agent.
            NAT: mapping unknown, filtering unknown, allocation unknown.
            No sessions.
            """);
    AgentStatus one =
        new AgentStatus(
            true,
            TransportAddress.parse("192.0.2.1:9"),
            "none",
            "none",
            "preserving",
            List.of(
                new SessionStatus(
                    "5f",
                    "ann",
                    "lap",
                    "relay",
                    null,
                    12.6,
                    Instant.EPOCH,
                    1,
                    "it rains",
                    60001,
                    1L)));
    assertThat(StatusText.of(one, ZoneOffset.UTC))
        .isEqualTo(
            """
            Logged in at the rendezvous, seen as 192.0.2.1:9.
            NAT: mapping none, filtering none, allocation preserving.
            SESSION  USER  FROM  PATH   REMOTE  RTT    SINCE             ROAMS  PORT
            5f       ann   lap   relay  -       13 ms  1970-01-01 00:00  1      60001
            5f: it rains.
            """);
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
