package org.moshpit.agent.cli;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.spi.LoggingEvent;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.slf4j.event.KeyValuePair;

class LogLineLayoutTest {
  private static LoggingEvent event(Level level, String message, Throwable thrown) {
    LoggerContext context = new LoggerContext();
    LoggingEvent event =
        new LoggingEvent("x", context.getLogger("test"), level, message, thrown, new Object[0]);
    event.setTimeStamp(1_767_322_445_678L);
    return event;
  }

  @ParameterizedTest
  @CsvSource({"ERROR,3", "WARN,4", "INFO,6", "DEBUG,7", "TRACE,7"})
  void theJournalIsToldTheSeverity(String level, int severity) {
    assertThat(new LogLineLayout(true).doLayout(event(Level.valueOf(level), "linked", null)))
        .isEqualTo("<" + severity + ">linked\n");
  }

  @Test
  void dataFollowsTheSentence() {
    LoggingEvent event = event(Level.INFO, "session admitted", null);
    event.addKeyValuePair(new KeyValuePair("user", "ann"));
    event.addKeyValuePair(new KeyValuePair("reason", "two words"));
    event.addKeyValuePair(new KeyValuePair("none", null));
    assertThat(new LogLineLayout(false).doLayout(event))
        .isEqualTo(
            "2026-01-02T02:54:05Z INFO  session admitted: "
                + "user=ann reason=\"two words\" none=null\n");
  }

  @Test
  void whatAPeerChoseBeginsNoLineOfItsOwn() {
    LoggingEvent event = event(Level.INFO, "refused", null);
    event.addKeyValuePair(new KeyValuePair("name", "x\n<0>panic\u001b[2J"));
    assertThat(new LogLineLayout(true).doLayout(event))
        .isEqualTo("<6>refused: name=\"x <0>panic [2J\"\n");
  }

  @Test
  void aStackTraceFollowsOnLinesOfItsOwn() {
    String text =
        new LogLineLayout(true)
            .doLayout(event(Level.ERROR, "cannot go on", new IllegalStateException("why")));
    assertThat(text)
        .startsWith("<3>cannot go on\n<7>java.lang.IllegalStateException: why\n<7>\tat ");
  }

  @Test
  void aStackTraceSteersNoTerminal() {
    String text =
        new LogLineLayout(false)
            .doLayout(event(Level.ERROR, "cannot go on", new IllegalStateException("a\u001b[2Jb")));
    assertThat(text).contains("IllegalStateException: a?[2Jb\n\tat ").doesNotContain("\u001b");
  }
}
