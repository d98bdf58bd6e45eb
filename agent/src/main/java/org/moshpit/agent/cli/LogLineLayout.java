package org.moshpit.agent.cli;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.IThrowableProxy;
import ch.qos.logback.classic.spi.ThrowableProxyUtil;
import ch.qos.logback.core.LayoutBase;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import org.moshpit.common.identity.PlainText;
import org.slf4j.event.KeyValuePair;

/**
 * One event, one line: a constant sentence and its data.
 *
 * <pre>
 * 2026-01-02T03:04:05Z INFO  session admitted: user=ann key=SHA256:… session=5f…
 * &lt;6&gt;session admitted: user=ann key=SHA256:… session=5f…          to the journal
 * </pre>
 *
 * The number is the syslog severity (sd-daemon(3)); the journal has the time itself.
 */
final class LogLineLayout extends LayoutBase<ILoggingEvent> {
  private final boolean journal;

  LogLineLayout(boolean journal) {
    this.journal = journal;
  }

  @Override
  public String doLayout(ILoggingEvent event) {
    StringBuilder line = new StringBuilder(160);
    if (journal) {
      line.append('<').append(severity(event.getLevel())).append('>');
    } else {
      line.append(Instant.ofEpochMilli(event.getTimeStamp()).truncatedTo(ChronoUnit.SECONDS))
          .append(' ')
          .append(String.format("%-5s", event.getLevel()))
          .append(' ');
    }
    line.append(oneLine(event.getFormattedMessage()));
    if (event.getKeyValuePairs() != null) {
      String separator = ": ";
      for (KeyValuePair pair : event.getKeyValuePairs()) {
        line.append(separator).append(pair.key).append('=').append(value(pair.value));
        separator = " ";
      }
    }
    line.append('\n');
    IThrowableProxy thrown = event.getThrowableProxy();
    if (thrown != null) {
      String trace = PlainText.lines(ThrowableProxyUtil.asString(thrown).stripTrailing());
      line.append(journal ? trace.replaceAll("(?m)^", "<7>") : trace).append('\n');
    }
    return line.toString();
  }

  /** Quoted if it holds a space; what a peer chose can begin no line of its own. */
  private static String value(Object value) {
    String text = oneLine(String.valueOf(value));
    return text.isEmpty() || text.indexOf(' ') >= 0 || text.indexOf('"') >= 0
        ? '"' + text.replace("\"", "\\\"") + '"'
        : text;
  }

  private static String oneLine(String text) {
    return PlainText.clean(text);
  }

  private static int severity(Level level) {
    return switch (level.toInt()) {
      case Level.ERROR_INT -> 3;
      case Level.WARN_INT -> 4;
      case Level.INFO_INT -> 6;
      default -> 7;
    };
  }
}
