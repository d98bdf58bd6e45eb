package org.moshpit.agent.config;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ServiceUnitTest {
  @ParameterizedTest
  @CsvSource({
    "true,  false, true,  enroll it first: agent enroll -",
    "true,  false, false, enroll it first: agent enroll -",
    "true,  true,  true,  start it: systemctl enable --now moshpit-agent",
    "false, true,  true,  start it: systemctl --user enable --now moshpit-agent",
    "false, false, true,  enroll it first (agent enroll -) or start root's: systemctl enable --now moshpit-agent",
    "true,  true,  false, start it: agent run",
    "false, true,  false, start it: agent run",
    "false, false, false, enroll it first: agent enroll -",
  })
  void aUsersUnitIsNamedToWhoHasAnAgent(
      boolean root, boolean enrolled, boolean packaged, String clause) {
    assertThat(ServiceUnit.howToStart(enrolled, root, ofRoot -> packaged)).isEqualTo(clause);
  }

  @Test
  void whatRunsIsRestartedTheWayItWasStarted() {
    assertThat(ServiceUnit.howToRestart("systemctl stop moshpit-agent.service"))
        .isEqualTo("systemctl restart moshpit-agent.service");
    assertThat(ServiceUnit.howToRestart("systemctl --user stop nook.service"))
        .isEqualTo("systemctl --user restart nook.service");
    assertThat(ServiceUnit.howToRestart(""))
        .isEqualTo("end the agent that runs here, then agent run");
  }
}
