package org.moshpit.agent.cli;

import java.util.concurrent.Callable;
import org.moshpit.agent.config.ExitCode;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/**
 * {@code agent help}. It is here to be listed: {@link Main} reads {@code help NAME} as {@code NAME
 * --help}, so that only that one command is loaded.
 */
@Command(name = "help", description = "Shows what a command does, and how it is asked for.")
final class HelpCommand implements Callable<Integer> {
  @Parameters(
      arity = "0..1",
      paramLabel = "COMMAND",
      description = "The command; without it, all of them are listed.")
  @SuppressWarnings("UnusedVariable") // picocli shows it through the annotation
  private String command;

  @Override
  public Integer call() {
    return ExitCode.USAGE.value();
  }
}
