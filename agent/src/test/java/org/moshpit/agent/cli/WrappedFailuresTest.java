package org.moshpit.agent.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import org.junit.jupiter.api.Test;
import org.moshpit.agent.config.ExitCode;
import org.moshpit.agent.config.UserError;
import org.moshpit.common.text.Screen;

class WrappedFailuresTest {
  private static final String SENTENCE =
      "attic does not answer: there is no such box here, it is offline, or none of your keys is"
          + " in ann's authorized_keys on it";

  private static String reported(Screen screen) {
    StringWriter text = new StringWriter();
    Failures.report(
        new UserError(ExitCode.NO_ANSWER, SENTENCE), new PrintWriter(text), false, screen);
    return text.toString();
  }

  @Test
  void noWordIsBrokenOnATerminal() {
    assertThat(reported(new Screen(40, false)))
        .isEqualTo(
            "agent: attic does not answer: there is\n"
                + "no such box here, it is offline, or none\n"
                + "of your keys is in ann's authorized_keys\n"
                + "on it\n");
  }

  /** Programs read it by lines. */
  @Test
  void elsewhereItIsOneLine() {
    assertThat(reported(Screen.PLAIN)).isEqualTo("agent: " + SENTENCE + System.lineSeparator());
  }
}
