package org.moshpit.rendezvous.cli;

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
      "Ends an agent's enrolment and bans its key.",
      "Sessions that run directly go on."
    },
    footer = {"", "Example:", "  rendezvous-server revoke old-laptop"})
final class RevokeCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;
  @Mixin private StateOptions state;

  @Parameters(paramLabel = "NAME", description = "The agent.")
  private String name;

  @Override
  public Integer call() throws Exception {
    Operator.ask(spec.commandLine().getErr(), state, new ControlRequest.Revoke(name));
    spec.commandLine().getErr().println("Revoked " + name + "; its key is banned.");
    return 0;
  }
}
