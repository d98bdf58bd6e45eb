package org.moshpit.rendezvous.cli;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import java.util.Locale;
import org.slf4j.LoggerFactory;

/** What {@code logback.xml} is told; before the first logger. */
final class LogSetup {
  private LogSetup() {}

  /** Tells more, or less, from now on. */
  static void level(String level) {
    Logger ours = (Logger) LoggerFactory.getLogger("org.moshpit");
    ours.setLevel(Level.toLevel(level, Level.INFO));
  }

  static void apply(String level) {
    System.setProperty("moshpit.log.level", level.toUpperCase(Locale.ROOT));
  }
}
