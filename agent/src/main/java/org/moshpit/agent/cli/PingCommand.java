package org.moshpit.agent.cli;

import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.moshpit.agent.cli.laptop.ConnectPlan;
import org.moshpit.agent.cli.laptop.EarlyLink;
import org.moshpit.agent.cli.laptop.Ping;
import org.moshpit.agent.config.AgentPaths;
import org.moshpit.agent.config.ExitCode;
import org.moshpit.agent.config.UserError;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Spec;

/** {@code agent ping}: the way to a box. */
@Command(
    name = "ping",
    description = {
      "Finds a path to a box and shows each round trip.",
      "The path is found as a session finds it, and each round trip is shown with the one it took.",
      "Ends with exit 0 if any came back, with 1 if none."
    },
    footer = {
      "",
      "Examples:",
      "  agent ping attic       until Ctrl-C",
      "  agent ping -c 5 attic  five round trips"
    })
final class PingCommand implements Callable<Integer> {
  @ParentCommand private RootCommand root;
  @Spec private CommandSpec spec;

  @Parameters(index = "0", paramLabel = "[user@]NAME", description = "The box, and the user there.")
  private String target;

  @Option(
      names = "-c",
      paramLabel = "N",
      description = "End after that many; without it, when interrupted.")
  private Integer count;

  @Option(names = "-4", description = "Use IPv4 only.")
  private boolean ipv4;

  @Option(names = "-6", description = "Use IPv6 only.")
  private boolean ipv6;

  @Option(names = "-i", paramLabel = "FILE", description = "Offer this key and no other.")
  private Path identity;

  @Option(
      names = "--host-key",
      paramLabel = "SHA256:…",
      description = "The fingerprint the box must have.")
  private String hostKey;

  @Override
  public Integer call() {
    if (count != null && count < 1) {
      throw new UserError(ExitCode.USAGE, "-c must be 1 or more");
    }
    ConnectPlan plan =
        ConnectPlan.ping(
            ConnectOptions.name(target),
            ConnectOptions.user(target),
            ConnectOptions.identity(identity),
            ConnectOptions.expected(hostKey),
            ConnectOptions.family(ipv4, ipv6),
            root.verbose());
    AgentPaths paths = root.paths();
    return Ping.run(
        plan,
        count == null ? Ping.ENDLESS : count,
        paths,
        EarlyLink.dial(paths, () -> LinkKeyFile.read(paths)),
        spec.commandLine().getOut());
  }
}
