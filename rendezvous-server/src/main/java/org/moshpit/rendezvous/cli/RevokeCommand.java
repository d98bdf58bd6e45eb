package org.moshpit.rendezvous.cli;

import java.io.PrintWriter;
import java.util.List;
import java.util.concurrent.Callable;
import org.moshpit.rendezvous.control.ControlRequest;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code rendezvous-server revoke}. */
@Command(
    name = "revoke",
    description = {
      "Ends an agent's enrollment and bans its key.",
      "Sessions that run directly go on; 'agent kill' on the box ends them."
    },
    footer = {"", "Example:", "  rendezvous-server revoke old-laptop"})
final class RevokeCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;
  @Mixin private StateOptions state;

  @Parameters(paramLabel = "NAME", description = "The agent.")
  private String name;

  @Override
  public Integer call() throws Exception {
    PrintWriter err = spec.commandLine().getErr();
    Operator.ask(Operator.to(err), state, new ControlRequest.Revoke(name));
    done(name).forEach(err::println);
    return 0;
  }

  /**
   * For a box and for a laptop. The rendezvous sees nothing of a direct path, so that is said
   * whether there is one or not.
   */
  static List<String> done(String name) {
    return List.of(
        "Revoked " + name + "; its key is banned, and no new session begins from it or on it.",
        "Sessions from it or on it that have a direct path go on; 'agent kill' on the box ends"
            + " them.");
  }
}
