package org.moshpit.rendezvous.cli;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.pattern.ThrowableProxyConverter;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.LayoutBase;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import org.moshpit.common.identity.PlainText;
import org.moshpit.common.process.JournalStream;
import org.slf4j.event.KeyValuePair;

/**
 * One event, one line.
 *
 * <pre>
 * 2026-01-02T03:04:05.678Z INFO Daemon: The rendezvous is ready host=pit.example
 * &lt;6&gt;Daemon: The rendezvous is ready host=pit.example         to the journal
 * </pre>
 *
 * The number is the syslog severity (sd-daemon(3)); the journal has the time itself.
 */
public final class LogLine extends LayoutBase<ILoggingEvent> {
  private final boolean journal;
  private final ThrowableProxyConverter traces = new ThrowableProxyConverter();

  /** In the journal's form if stderr is the journal. */
  public LogLine() {
    this(JournalStream.isStderr());
  }

  LogLine(boolean journal) {
    this.journal = journal;
  }

  @Override
  public void start() {
    traces.start();
    super.start();
  }

  @Override
  public String doLayout(ILoggingEvent event) {
    StringBuilder line = new StringBuilder();
    if (journal) {
      line.append('<').append(severity(event.getLevel())).append('>');
    } else {
      line.append(Instant.ofEpochMilli(event.getTimeStamp()).truncatedTo(ChronoUnit.MILLIS))
          .append(' ')
          .append(event.getLevel())
          .append(' ');
    }
    String logger = event.getLoggerName();
    line.append(logger.substring(logger.lastIndexOf('.') + 1))
        .append(": ")
        .append(oneLine(event.getFormattedMessage()));
    if (event.getKeyValuePairs() != null) {
      for (KeyValuePair pair : event.getKeyValuePairs()) {
        line.append(' ').append(pair.key).append('=').append(quoted(String.valueOf(pair.value)));
      }
    }
    line.append(System.lineSeparator());
    if (event.getThrowableProxy() != null) {
      String trace = PlainText.lines(traces.convert(event));
      line.append(journal ? trace.replaceAll("(?m)^(?=.)", "<7>") : trace);
    }
    return line.toString();
  }

  private static int severity(Level level) {
    return switch (level.toInt()) {
      case Level.ERROR_INT -> 3;
      case Level.WARN_INT -> 4;
      case Level.INFO_INT -> 6;
      default -> 7;
    };
  }

  private static String quoted(String value) {
    String text = oneLine(value);
    return text.indexOf(' ') < 0 && !text.isEmpty() ? text : '"' + text.replace("\"", "'") + '"';
  }

  private static String oneLine(String text) {
    return PlainText.clean(text);
  }
}
