package org.moshpit.agent.cli;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.Callable;
import org.moshpit.agent.config.AgentPaths;
import org.moshpit.agent.config.ExitCode;
import org.moshpit.agent.config.Settings;
import org.moshpit.agent.config.UserError;
import org.moshpit.agent.control.LocalAgents;
import picocli.CommandLine.Command;
import picocli.CommandLine.IVersionProvider;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ScopeType;
import picocli.CommandLine.Spec;

/** {@code agent} itself: the options every command takes. */
@Command(
    name = "agent",
    description = "A mosh session on any box you own, behind any NAT.",
    versionProvider = RootCommand.Version.class,
    synopsisSubcommandLabel = "COMMAND",
    footer = {
      "",
      "'agent help COMMAND' tells more of one. To begin with:",
      "  agent enroll 'JOIN-URL'   once on each machine",
      "  agent run                 on a box",
      "  agent connect NAME        on a laptop"
    })
final class RootCommand implements Callable<Integer> {
  @Option(
      names = "--config-dir",
      paramLabel = "DIR",
      scope = ScopeType.INHERIT,
      description = "Keys, the enrollment and agent.conf.")
  private Path configDir;

  @Option(
      names = "--state-dir",
      paramLabel = "DIR",
      scope = ScopeType.INHERIT,
      description = "Sessions, counters and the control socket.")
  private Path stateDir;

  @Option(
      names = {"-v", "--verbose"},
      scope = ScopeType.INHERIT,
      description = "Show what lies behind a failure.")
  private boolean verbose;

  @Option(
      names = {"-h", "--help"},
      usageHelp = true,
      scope = ScopeType.INHERIT,
      description = "Show this help.")
  @SuppressWarnings("UnusedVariable") // picocli reads it through the annotation
  private boolean help;

  @Option(
      names = {"-V", "--version"},
      versionHelp = true,
      description = "Show the version.")
  @SuppressWarnings("UnusedVariable")
  private boolean version;

  @Spec private CommandSpec spec;

  /** The version in the jar's manifest. */
  static final class Version implements IVersionProvider {
    @Override
    public String[] getVersion() {
      String version = RootCommand.class.getPackage().getImplementationVersion();
      return new String[] {"agent " + (version == null ? "(not packaged)" : version)};
    }
  }

  /**
   * Where this agent's files are.
   *
   * @throws UserError exit 2, if its {@code agent.conf} has a key or a value that cannot be
   */
  AgentPaths paths() {
    return checked(AgentPaths.of(configDir, stateDir));
  }

  /** The agents to ask about sessions: those of this user, or the one whose state is named. */
  LocalAgents agents() {
    return LocalAgents.of(paths(), stateDir != null);
  }

  /** A mistake in the file is told by whichever command meets it first. */
  static AgentPaths checked(AgentPaths paths) {
    if (Files.exists(paths.agentConf())) {
      Settings.load(paths.agentConf(), System.getenv(), Map.of());
    }
    return paths;
  }

  /** Whether stack traces are wanted. */
  boolean verbose() {
    return verbose;
  }

  @Override
  public Integer call() {
    spec.commandLine().usage(spec.commandLine().getErr());
    return ExitCode.USAGE.value();
  }
}
