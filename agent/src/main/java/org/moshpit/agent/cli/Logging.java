package org.moshpit.agent.cli;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.ConsoleAppender;
import ch.qos.logback.core.encoder.LayoutWrappingEncoder;
import java.nio.charset.StandardCharsets;
import org.moshpit.common.process.JournalStream;
import org.slf4j.LoggerFactory;

/**
 * The log of {@code agent run}: lines on stderr, in the journal's form when stderr is the journal.
 * Call it before anything asks for a logger; no other command does.
 */
final class Logging {
  private Logging() {}

  /**
   * Sets the log up.
   *
   * @param level error, warn, info, debug or trace
   */
  static void configure(String level) {
    System.setProperty("slf4j.internal.verbosity", "WARN");
    System.setProperty("slf4j.provider", LogProvider.class.getName());
    LoggerContext context = (LoggerContext) LoggerFactory.getILoggerFactory();
    context.reset();
    LogLineLayout layout = new LogLineLayout(JournalStream.isStderr());
    layout.setContext(context);
    layout.start();
    LayoutWrappingEncoder<ILoggingEvent> encoder = new LayoutWrappingEncoder<>();
    encoder.setContext(context);
    encoder.setCharset(StandardCharsets.UTF_8);
    encoder.setLayout(layout);
    encoder.start();
    ConsoleAppender<ILoggingEvent> appender = new ConsoleAppender<>();
    appender.setContext(context);
    appender.setTarget("System.err");
    appender.setEncoder(encoder);
    appender.start();
    context.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME).addAppender(appender);
    level(level);
    // Netty at DEBUG tells its whole start-up.
    context.getLogger("io.netty").setLevel(Level.WARN);
    // without a network card it warns that it makes up a number, which nothing here looks at
    context.getLogger("io.netty.util.internal.MacAddressUtil").setLevel(Level.ERROR);
  }

  /**
   * Tells more, or less, from now on.
   *
   * @param level error, warn, info, debug or trace
   */
  static void level(String level) {
    Logger all = (Logger) LoggerFactory.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME);
    all.setLevel(Level.toLevel(level, Level.INFO));
  }
}
