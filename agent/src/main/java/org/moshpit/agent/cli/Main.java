package org.moshpit.agent.cli;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.netty.util.internal.logging.InternalLoggerFactory;
import io.netty.util.internal.logging.Slf4JLoggerFactory;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.moshpit.agent.cli.laptop.EarlyLink;
import org.moshpit.agent.config.AgentPaths;
import org.moshpit.agent.config.ExitCode;
import org.moshpit.common.identity.JavaVersion;
import org.moshpit.common.text.Usage;
import picocli.CommandLine;

/** Entry point of {@code agent}. */
public final class Main {
  /** In the order of the help text. */
  private static final List<String> COMMANDS =
      List.of(
          "enroll",
          "run",
          "connect",
          "list",
          "ping",
          "netcheck",
          "status",
          "sessions",
          "kill",
          "forget",
          "help");

  private Main() {}

  /** Runs the command line and ends the process with its exit code. */
  public static void main(String[] args) {
    System.exit(run(args));
  }

  /**
   * Runs the command line.
   *
   * @return the exit code
   */
  static int run(String... args) {
    return run(JavaVersion.unsafe(), args);
  }

  static int run(Optional<String> unsafeJava, String... given) {
    String[] args = helped(given);
    if (unsafeJava.isPresent()) {
      System.err.println("agent: " + unsafeJava.get());
      return ExitCode.FAILURE.value();
    }
    String asked = CommandName.in(args);
    if (!"run".equals(asked)) {
      beQuiet();
    }
    Optional<EarlyLink> early = Optional.empty();
    if ("connect".equals(asked)) {
      Optional<ConnectWords> words = ConnectWords.read(args);
      if (words.isPresent()) {
        return connect(words.get());
      }
      early = dial(args);
    }
    RootCommand root = new RootCommand();
    CommandLine line = new CommandLine(root);
    Object command = asked == null ? null : create(asked, early);
    if (command != null) {
      line.addSubcommand(asked, command);
    } else {
      for (String name : COMMANDS) {
        line.addSubcommand(name, create(name, early));
      }
    }
    Usage.fit(line, args);
    Failures failures = new Failures(root);
    return asWritten(line)
        .setParameterExceptionHandler(failures)
        .setExecutionExceptionHandler(failures)
        .execute(args);
  }

  /** All commands; see {@link CommandModel}. */
  static CommandLine all() {
    CommandLine line = new CommandLine(new RootCommand());
    for (String name : COMMANDS) {
      line.addSubcommand(name, create(name, Optional.empty()));
    }
    return asWritten(line);
  }

  /** A word of a COMMAND that begins with @ is that word, not a file to read more words from. */
  static CommandLine asWritten(CommandLine line) {
    return line.setExpandAtFiles(false);
  }

  /** {@code help NAME} as {@code NAME --help}, so that only that one command is loaded. */
  private static String[] helped(String... args) {
    if (args.length == 0 || args.length > 2 || !args[0].equals("help")) {
      return args;
    }
    return args.length == 1
        ? new String[] {"--help"}
        : COMMANDS.contains(args[1]) ? new String[] {args[1], "--help"} : new String[] {args[1]};
  }

  private static int connect(ConnectWords words) {
    try {
      AgentPaths paths = RootCommand.checked(words.paths());
      return ConnectCommand.run(
          words.options().plan(words.verbose()),
          paths,
          EarlyLink.tryToDial(paths, () -> LinkKeyFile.read(paths)));
    } catch (RuntimeException e) {
      return Failures.report(e, new PrintWriter(System.err, true, UTF_8), words.verbose());
    }
  }

  /** Reading the command line and the first round trips of a connect take about as long. */
  private static Optional<EarlyLink> dial(String... args) {
    if (Arrays.asList(args).contains("-h") || Arrays.asList(args).contains("--help")) {
      return Optional.empty();
    }
    AgentPaths paths =
        AgentPaths.of(
            path(CommandName.valueOf("--config-dir", args)),
            path(CommandName.valueOf("--state-dir", args)));
    return EarlyLink.tryToDial(paths, () -> LinkKeyFile.read(paths));
  }

  private static Path path(String text) {
    return text == null ? null : Path.of(text);
  }

  /** A switch, not a table of classes: what is not named is not loaded. */
  private static Object create(String name, Optional<EarlyLink> early) {
    return switch (name) {
      case "enroll" -> new EnrollCommand();
      case "run" -> new RunCommand();
      case "connect" -> new ConnectCommand(early);
      case "list" -> new ListCommand();
      case "ping" -> new PingCommand();
      case "netcheck" -> new NetcheckCommand();
      case "status" -> new StatusCommand();
      case "sessions" -> new SessionsCommand();
      case "kill" -> new KillCommand();
      case "forget" -> new ForgetCommand();
      case "help" -> new HelpCommand();
      default -> null;
    };
  }

  /**
   * Commands that people watch write no log, and so need not load a logging library: SLF4J takes
   * its own silent provider instead of searching for one, and Netty takes SLF4J's word for it.
   */
  private static void beQuiet() {
    System.setProperty("slf4j.internal.verbosity", "WARN");
    System.setProperty("slf4j.provider", "org.slf4j.helpers.NOP_FallbackServiceProvider");
    InternalLoggerFactory.setDefaultFactory(Slf4JLoggerFactory.INSTANCE);
  }
}
