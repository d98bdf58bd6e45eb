package org.moshpit.agent.cli.box;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class StatusLineTest {
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      nullValues = "null",
      value = {
        "true  | null | 1 | registered as plug at pit; 1 session",
        "false | null | 0 | no link to pit; 0 sessions",
        "false | this agent was revoked at pit; run agent enroll | 2"
            + " | no link to pit: this agent was revoked at pit; 2 sessions",
        "false | the rendezvous pit has another key than its pin; it takes a new one | 0"
            + " | no link to pit: the rendezvous pit has another key than its pin; 0 sessions",
      })
  void theReasonIsInItWithoutWhatToDo(boolean up, String problem, long sessions, String line) {
    assertThat(StatusLine.of(up, problem, "plug", "pit", sessions)).isEqualTo(line);
  }
}
