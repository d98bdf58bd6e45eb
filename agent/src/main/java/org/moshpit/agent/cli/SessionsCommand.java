package org.moshpit.agent.cli;

import java.io.PrintWriter;
import java.time.Instant;
import java.time.ZoneId;
import java.util.concurrent.Callable;
import org.moshpit.agent.config.ExitCode;
import org.moshpit.agent.control.ControlClient;
import org.moshpit.agent.control.SessionsReply;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Spec;

/** {@code agent sessions}: the sessions on this box. */
@Command(
    name = "sessions",
    description = {
      "Lists the mosh sessions on this box: yours, or as root everybody's.",
      "A session whose laptop is not heard is kept until the time shown."
    })
final class SessionsCommand implements Callable<Integer> {
  @ParentCommand private RootCommand root;
  @Spec private CommandSpec spec;

  @Option(names = "--json", description = "Prints JSON.")
  private boolean json;

  @Override
  public Integer call() {
    SessionsReply reply =
        SessionsReply.parse(ControlClient.ask(root.paths().socketToAsk(), "sessions"));
    PrintWriter out = spec.commandLine().getOut();
    if (json) {
      out.println(reply.json());
    } else {
      out.print(SessionsText.of(reply.sessions(), Instant.now(), ZoneId.systemDefault()));
    }
    out.flush();
    return ExitCode.OK.value();
  }
}
