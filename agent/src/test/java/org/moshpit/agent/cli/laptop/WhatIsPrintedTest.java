package org.moshpit.agent.cli.laptop;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

/** What somebody else said steers no terminal, wherever it is quoted. */
class WhatIsPrintedTest {
  private static final String EVIL = "x\u001b]0;pwned\u0007\u009b31m\ny";
  private static final String MARKED = "x?]0;pwned??31m?y";

  private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
  private final PrintStream err = new PrintStream(bytes, true, StandardCharsets.UTF_8);

  private String printed() {
    return bytes.toString(StandardCharsets.UTF_8);
  }

  @Test
  void aSentence() {
    Sentence.print(err, EVIL);
    assertThat(printed()).isEqualTo("agent: " + MARKED + System.lineSeparator());
  }

  @Test
  void theLineThatTellsWhatIsHappening() {
    new ProgressLine(err, true).say(EVIL);
    assertThat(printed()).isEqualTo("\r\u001b[K" + MARKED);
  }

  @Test
  void theTrace() {
    Trace trace = new Trace(true);
    trace.say(EVIL);
    trace.print(err);
    assertThat(printed()).endsWith(" " + MARKED + System.lineSeparator());
  }
}
