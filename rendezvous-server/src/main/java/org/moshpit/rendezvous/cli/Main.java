package org.moshpit.rendezvous.cli;

import java.io.IOException;
import java.io.PrintWriter;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.moshpit.common.identity.JavaVersion;
import org.moshpit.common.identity.PlainText;
import org.moshpit.common.text.Screen;
import org.moshpit.common.text.Usage;
import org.moshpit.rendezvous.config.ConfigException;
import org.moshpit.rendezvous.store.StateInUseException;
import org.moshpit.rendezvous.store.StoreException;
import org.moshpit.rendezvous.store.UnwritableException;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.IVersionProvider;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Entry point: {@code rendezvous-server}. */
@Command(
    name = "rendezvous-server",
    description = "Where Moshpit's agents meet.",
    versionProvider = Main.Version.class,
    synopsisSubcommandLabel = "COMMAND",
    subcommands = {
      RunCommand.class,
      InviteCommand.class,
      AgentsCommand.class,
      RevokeCommand.class,
      Main.Help.class
    },
    footer = {
      "",
      "'rendezvous-server help COMMAND' tells more of one. To begin with:",
      "  rendezvous-server run --public-address pit.example.org",
      "  rendezvous-server invite --name attic --role box"
    })
public final class Main {
  @Mixin private HelpOptions help;

  @Option(
      names = {"-V", "--version"},
      versionHelp = true,
      description = "Show the version.")
  @SuppressWarnings("UnusedVariable") // picocli reads it
  private boolean version;

  private Main() {}

  /** Here to be listed: {@link #helped} reads it. */
  @Command(name = "help", description = "Shows what a command does, and how it is asked for.")
  static final class Help implements Callable<Integer> {
    @Parameters(
        arity = "0..1",
        paramLabel = "COMMAND",
        description = "The command; without it, all of them are listed.")
    @SuppressWarnings("UnusedVariable") // picocli shows it through the annotation
    private String command;

    @Override
    public Integer call() {
      return ExitException.USAGE;
    }
  }

  /** The version in the jar's manifest. */
  static final class Version implements IVersionProvider {
    @Override
    public String[] getVersion() {
      String version = Main.class.getPackage().getImplementationVersion();
      return new String[] {"rendezvous-server " + (version == null ? "(not packaged)" : version)};
    }
  }

  /** Runs the command line. */
  public static void main(String[] args) {
    System.exit(execute(args));
  }

  /** Runs the command line and returns its exit code. */
  static int execute(String... args) {
    return execute(JavaVersion.unsafe(), args);
  }

  static int execute(Optional<String> unsafeJava, String... args) {
    if (unsafeJava.isPresent()) {
      System.err.println("rendezvous-server: " + unsafeJava.get());
      return ExitException.FAILURE;
    }
    CommandLine line = commandLine();
    String[] meant = helped(args);
    Usage.fit(line, meant);
    return line.execute(meant);
  }

  /** {@code help NAME} as {@code NAME --help}. */
  private static String[] helped(String... args) {
    if (args.length == 0 || args.length > 2 || !args[0].equals("help")) {
      return args;
    }
    return args.length == 1
        ? new String[] {"--help"}
        : commandLine().getSubcommands().containsKey(args[1])
            ? new String[] {args[1], "--help"}
            : new String[] {args[1]};
  }

  /** All commands, as they are run, and as manual pages and the shells' completions have them. */
  public static CommandLine commandLine() {
    CommandLine line = new CommandLine(new Main());
    line.setExecutionExceptionHandler(Main::failed);
    line.setParameterExceptionHandler(Main::misused);
    line.setCaseInsensitiveEnumValuesAllowed(true);
    // a word that begins with @ is that word, not a file to read more words from
    line.setExpandAtFiles(false);
    return line;
  }

  private static int misused(CommandLine.ParameterException e, String[] args) {
    PrintWriter err = e.getCommandLine().getErr();
    err.print(Screen.stderr().wrapped("rendezvous-server: " + sentence(e)));
    err.println("Try '" + e.getCommandLine().getCommandSpec().qualifiedName() + " --help'.");
    return ExitException.USAGE;
  }

  private static String sentence(CommandLine.ParameterException e) {
    return e.getMessage()
        .replace(
            "expected one of [BOTH, BOX, LAPTOP] (case-insensitive)", "it is box, laptop or both")
        .lines()
        .findFirst()
        .orElse("");
  }

  private static int failed(Exception e, CommandLine command, CommandLine.ParseResult parsed) {
    boolean verbose = parsed.subcommand() != null && parsed.subcommand().hasMatchedOption("-v");
    String sentence = e.getMessage();
    int code = code(e);
    if (code < 0) {
      sentence = "Something went wrong that should not (" + e + "); run it again with -v.";
      code = ExitException.FAILURE;
    }
    command.getErr().print(Screen.stderr().wrapped("rendezvous-server: " + sentence));
    if (verbose) {
      command.getErr().print(PlainText.trace(e));
    }
    command.getErr().flush();
    return code;
  }

  private static int code(Exception e) {
    if (e instanceof ExitException exit) {
      return exit.code();
    }
    if (e instanceof StateInUseException
        || e instanceof UnwritableException
        || e instanceof IOException) {
      return ExitException.FAILURE;
    }
    if (e instanceof StoreException || e instanceof ConfigException) {
      return ExitException.USAGE;
    }
    return -1;
  }
}
