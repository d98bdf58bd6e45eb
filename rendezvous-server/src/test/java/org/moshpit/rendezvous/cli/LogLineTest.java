package org.moshpit.rendezvous.cli;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.spi.LoggingEvent;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;
import org.slf4j.event.KeyValuePair;

class LogLineTest {
  /** A machine with loopback alone has nothing of which Netty could make its number. */
  @Test
  void nettysWordOnHardwareAddressesIsNotShown() {
    assertThat(LoggerFactory.getLogger("io.netty.util.internal.MacAddressUtil").isWarnEnabled())
        .isFalse();
    assertThat(LoggerFactory.getLogger("io.netty.channel").isWarnEnabled()).isTrue();
  }

  @Test
  void oneEventOneLine() {
    LoggerContext context = new LoggerContext();
    LoggingEvent event =
        new LoggingEvent(
            "",
            context.getLogger("org.moshpit.Core"),
            Level.INFO,
            "A sentence\nin two",
            null,
            null);
    event.addKeyValuePair(new KeyValuePair("agent", "box"));
    event.addKeyValuePair(new KeyValuePair("reason", "two \"words\"\n"));
    event.addKeyValuePair(new KeyValuePair("empty", ""));
    LogLine layout = new LogLine();
    layout.start();

    assertThat(layout.doLayout(event))
        .endsWith(
            "INFO Core: A sentence in two agent=box reason=\"two 'words' \" empty=\"\""
                + System.lineSeparator());
  }

  @Test
  void theJournalHasItsOwnTimeAndIsToldThePriority() {
    LoggerContext context = new LoggerContext();
    LogLine layout = new LogLine(true);
    layout.start();
    LoggingEvent event =
        new LoggingEvent(
            "",
            context.getLogger("org.moshpit.Core"),
            Level.WARN,
            "A sentence",
            new IllegalStateException("why"),
            null);
    assertThat(layout.doLayout(event).lines())
        .startsWith("<4>Core: A sentence", "<7>java.lang.IllegalStateException: why")
        .allMatch(line -> line.matches("<[47]>.*"));
    assertThat(
            layout.doLayout(
                new LoggingEvent("", context.getLogger("a.B"), Level.INFO, "x", null, null)))
        .isEqualTo("<6>B: x" + System.lineSeparator());
  }
}
