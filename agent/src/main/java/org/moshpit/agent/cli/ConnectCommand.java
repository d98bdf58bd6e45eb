package org.moshpit.agent.cli;

import java.util.Optional;
import java.util.concurrent.Callable;
import org.moshpit.agent.cli.laptop.Connect;
import org.moshpit.agent.cli.laptop.ConnectPlan;
import org.moshpit.agent.cli.laptop.EarlyLink;
import org.moshpit.agent.config.AgentPaths;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.ParentCommand;

/** {@code agent connect}: a mosh session on a box. */
@Command(
    name = "connect",
    description = {
      "Opens a mosh session on a box.",
      "What mosh understands is understood here: --predict, -a, -n, -o, --no-init, --client, --server.",
      "Options are this command's wherever they stand; what the box is to run, and all that belongs"
          + " to it, comes after --."
    },
    footer = {
      "",
      "Examples:",
      "  agent connect attic",
      "  agent connect ann@attic -- tmux new -A -s main",
      "  agent connect --relay=never attic   only if there is a direct path"
    })
final class ConnectCommand implements Callable<Integer> {
  private final Optional<EarlyLink> early;
  @ParentCommand private RootCommand root;
  @Mixin private final ConnectOptions options = new ConnectOptions();

  /**
   * @param early the link, if it is being dialled already
   */
  ConnectCommand(Optional<EarlyLink> early) {
    this.early = early;
  }

  ConnectOptions options() {
    return options;
  }

  @Override
  public Integer call() {
    return run(options.plan(root.verbose()), root.paths(), early);
  }

  /** Connects, with the early link if there is one. */
  static int run(ConnectPlan plan, AgentPaths paths, Optional<EarlyLink> early) {
    return Connect.run(
        plan,
        paths,
        early.isPresent() ? early.get() : EarlyLink.dial(paths, () -> LinkKeyFile.read(paths)));
  }
}
