package org.moshpit.agent.cli.enroll;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.junit.jupiter.api.Test;

class LocaleCheckTest {
  @Test
  void moshClientNeedsUtf8() {
    assertThat(new LocaleCheck(Map.of("LANG", "C.UTF-8"), "UTF-8").look())
        .containsExactly(Finding.ok("locale here", "LANG=C.UTF-8"));
    Finding wrong = new LocaleCheck(Map.of("LC_ALL", "C"), "ANSI_X3.4-1968").look().get(0);
    assertThat(wrong.level()).isEqualTo(Finding.Level.WRONG);
    assertThat(wrong.said()).isEqualTo("LC_ALL=C, which gives ANSI_X3.4-1968");
    assertThat(wrong.remedy()).startsWith("To connect from here: unset LC_ALL");
  }
}
