package org.moshpit.agent.cli;

import java.io.PrintWriter;
import java.time.ZoneId;
import java.util.concurrent.Callable;
import org.moshpit.agent.config.ExitCode;
import org.moshpit.agent.control.ControlClient;
import org.moshpit.agent.control.StatusReply;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Spec;

/** {@code agent status}: the daemon here. */
@Command(name = "status", description = "Shows the agent running here and its sessions.")
final class StatusCommand implements Callable<Integer> {
  @ParentCommand private RootCommand root;
  @Spec private CommandSpec spec;

  @Option(names = "--json", description = "Prints JSON.")
  private boolean json;

  @Override
  public Integer call() {
    StatusReply reply = StatusReply.parse(ControlClient.ask(root.paths().socketToAsk(), "status"));
    PrintWriter out = spec.commandLine().getOut();
    if (json) {
      out.println(reply.json());
    } else {
      out.print(StatusText.of(reply.status(), ZoneId.systemDefault()));
    }
    out.flush();
    return ExitCode.OK.value();
  }
}
