package org.moshpit.rendezvous.cli;

import ch.qos.logback.classic.pattern.ThrowableProxyConverter;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.LayoutBase;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import org.moshpit.common.identity.PlainText;
import org.slf4j.event.KeyValuePair;

/**
 * One event, one line: level, logger, sentence, key=value pairs. With the time in front, unless the
 * journal reads it, which has its own.
 */
public final class LogLine extends LayoutBase<ILoggingEvent> {
  private final boolean journal = System.getenv("JOURNAL_STREAM") != null;
  private final ThrowableProxyConverter traces = new ThrowableProxyConverter();

  @Override
  public void start() {
    traces.start();
    super.start();
  }

  @Override
  public String doLayout(ILoggingEvent event) {
    StringBuilder line = new StringBuilder();
    if (!journal) {
      line.append(Instant.ofEpochMilli(event.getTimeStamp()).truncatedTo(ChronoUnit.MILLIS))
          .append(' ');
    }
    String logger = event.getLoggerName();
    line.append(event.getLevel())
        .append(' ')
        .append(logger.substring(logger.lastIndexOf('.') + 1))
        .append(": ")
        .append(oneLine(event.getFormattedMessage()));
    if (event.getKeyValuePairs() != null) {
      for (KeyValuePair pair : event.getKeyValuePairs()) {
        line.append(' ').append(pair.key).append('=').append(quoted(String.valueOf(pair.value)));
      }
    }
    line.append(System.lineSeparator());
    if (event.getThrowableProxy() != null) {
      line.append(traces.convert(event));
    }
    return line.toString();
  }

  private static String quoted(String value) {
    String text = oneLine(value);
    return text.indexOf(' ') < 0 && !text.isEmpty() ? text : '"' + text.replace("\"", "'") + '"';
  }

  private static String oneLine(String text) {
    return PlainText.clean(text);
  }
}
