package org.moshpit.agent.cli;

import java.io.PrintWriter;
import java.util.Arrays;
import org.moshpit.agent.config.ExitCode;
import org.moshpit.agent.config.UserError;
import org.moshpit.common.identity.PlainText;
import org.moshpit.common.text.Screen;
import picocli.CommandLine;
import picocli.CommandLine.IExecutionExceptionHandler;
import picocli.CommandLine.IParameterExceptionHandler;
import picocli.CommandLine.MissingParameterException;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;
import picocli.CommandLine.UnmatchedArgumentException;

/**
 * Turns what a command throws into one sentence on stderr and an exit code. Either may quote what
 * somebody else said: it is printed without control characters.
 */
final class Failures implements IExecutionExceptionHandler, IParameterExceptionHandler {
  private final RootCommand root;

  Failures(RootCommand root) {
    this.root = root;
  }

  @Override
  public int handleExecutionException(Exception e, CommandLine line, ParseResult result) {
    return report(e, line.getErr(), root.verbose());
  }

  @Override
  public int handleParseException(ParameterException e, String[] args) {
    CommandLine line = e.getCommandLine();
    PrintWriter err = line.getErr();
    err.print(Screen.stderr().wrapped("agent: " + sentence(e, args)));
    err.println("Try '" + line.getCommandSpec().qualifiedName() + " --help'.");
    return ExitCode.USAGE.value();
  }

  private static String sentence(ParameterException e, String... args) {
    String asked = CommandName.in(args);
    if (e instanceof UnmatchedArgumentException unmatched
        && e.getCommandLine().getParent() == null) {
      return asked == null
          ? "there is no option " + unmatched.getUnmatched().get(0)
          : "there is no command " + asked;
    }
    if (e instanceof UnmatchedArgumentException unmatched && "connect".equals(asked)) {
      String instead = notAsMosh(unmatched.getUnmatched().get(0));
      boolean apart = Arrays.asList(args).contains("--");
      return words(e)
          + (instead.isEmpty() && !apart ? "; what is to run on the box goes after --" : instead);
    }
    boolean urlMissing = e instanceof MissingParameterException && words(e).contains("JOIN-URL");
    return words(e) + (urlMissing ? "; agent enroll - asks for it" : "");
  }

  /** What mosh has and this has not; empty if it is none of that. */
  private static String notAsMosh(String option) {
    if (option.matches("-p[0-9:]*|--port(=.*)?")) {
      return "; there is no port to choose here: the box takes one from ports in its agent.conf";
    }
    return option.matches("--ssh(=.*)?")
        ? "; no ssh is run, so there is none to choose; a key is named with -i FILE"
        : "";
  }

  /** The parser takes what follows an unknown option, its value or not, for one more. */
  private static String words(ParameterException e) {
    return e instanceof UnmatchedArgumentException unmatched
            && unmatched.getUnmatched().get(0).startsWith("-")
        ? "Unknown option: '" + unmatched.getUnmatched().get(0) + "'"
        : firstLine(e.getMessage());
  }

  /**
   * Says what went wrong.
   *
   * @return the exit code
   */
  static int report(Throwable e, PrintWriter err, boolean verbose) {
    return report(e, err, verbose, Screen.stderr());
  }

  /** The same, on such a screen. */
  static int report(Throwable e, PrintWriter err, boolean verbose, Screen screen) {
    ExitCode code;
    if (e instanceof UserError error) {
      code = error.exitCode();
      err.print(screen.wrapped("agent: " + error.sentence()));
    } else {
      code = ExitCode.FAILURE;
      err.print(
          screen.wrapped(
              "agent: something went wrong that was not foreseen ("
                  + e.getClass().getSimpleName()
                  + (e.getMessage() == null ? "" : ": " + firstLine(e.getMessage()))
                  + "); run it again with -v and report what it prints"));
    }
    if (verbose && code != ExitCode.USAGE) {
      err.print(PlainText.trace(e));
    }
    err.flush();
    return code.value();
  }

  private static String firstLine(String text) {
    int end = text.indexOf('\n');
    return end < 0 ? text : text.substring(0, end);
  }
}
