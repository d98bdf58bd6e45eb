package org.moshpit.rendezvous.cli;

import picocli.CommandLine.Option;

/** What every command answers to. */
@SuppressWarnings("UnusedVariable") // picocli reads it
final class HelpOptions {
  @Option(
      names = {"-h", "--help"},
      usageHelp = true,
      description = "Show this help.")
  private boolean help;
}
