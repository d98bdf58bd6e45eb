package org.moshpit.agent.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.moshpit.agent.config.ExitCode;
import org.moshpit.agent.config.UserError;

/** What somebody else said steers no terminal, wherever it is quoted. */
class FailuresTest {
  private static final String EVIL = "x\u001b]0;pwned\u0007\u009b31m";

  private static String report(Throwable failure, boolean verbose) {
    StringWriter out = new StringWriter();
    Failures.report(failure, new PrintWriter(out), verbose);
    return out.toString();
  }

  @Test
  void aSentence() {
    assertThat(report(new UserError(ExitCode.RENDEZVOUS, EVIL), false))
        .isEqualTo("agent: x?]0;pwned??31m" + System.lineSeparator());
  }

  @Test
  void aFailureNotForeseen() {
    assertThat(report(new IllegalStateException(EVIL + "\nmore"), false))
        .contains("(IllegalStateException: x?]0;pwned??31m)");
  }

  @Test
  void aTrace() {
    Throwable cause = new IllegalStateException("first\nsecond " + EVIL);
    String text = report(new UserError(ExitCode.RENDEZVOUS, "no", cause), true);
    assertThat(text).contains("first\nsecond x?]0;pwned??31m\n\tat ");
    assertThat(text.chars().filter(c -> c != '\n' && c != '\t')).noneMatch(Character::isISOControl);
  }

  @ParameterizedTest
  @ValueSource(strings = {"--\u001b[2J", "\u001b[2J"})
  void aWrongCommandLine(String word) {
    StringWriter out = new StringWriter();
    var line = Main.all().setErr(new PrintWriter(out));
    line.setParameterExceptionHandler(new Failures(new RootCommand()));
    assertThat(line.execute("-v", "list", word)).isEqualTo(2);
    assertThat(out.toString()).contains("?[2J").doesNotContain("\u001b");
  }
}
