package org.moshpit.rendezvous.cli;

/** What {@code logback.xml} is told; before the first logger. */
final class LogSetup {
  private LogSetup() {}

  static void apply(boolean verbose) {
    System.setProperty("moshpit.log.level", verbose ? "DEBUG" : "INFO");
  }
}
