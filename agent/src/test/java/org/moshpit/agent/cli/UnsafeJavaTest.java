package org.moshpit.agent.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class UnsafeJavaTest {
  @Test
  void aJavaThatTakesForgedSignaturesIsRefusedBeforeAnythingElse() {
    PrintStream before = System.err;
    ByteArrayOutputStream err = new ByteArrayOutputStream();
    System.setErr(new PrintStream(err, true, StandardCharsets.UTF_8));
    try {
      assertThat(Main.run(Optional.of("Java 17.0.1 is no good."), "list")).isEqualTo(1);
    } finally {
      System.setErr(before);
    }
    assertThat(err.toString(StandardCharsets.UTF_8))
        .isEqualToIgnoringNewLines("agent: Java 17.0.1 is no good.");
  }
}
