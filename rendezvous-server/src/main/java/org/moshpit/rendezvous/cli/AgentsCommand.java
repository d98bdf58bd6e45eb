package org.moshpit.rendezvous.cli;

import java.io.PrintWriter;
import java.time.ZoneId;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.function.Consumer;
import org.moshpit.common.text.Cell;
import org.moshpit.common.text.Human;
import org.moshpit.common.text.Screen;
import org.moshpit.common.text.TextTable;
import org.moshpit.common.text.Watch;
import org.moshpit.common.text.WatchOption;
import org.moshpit.rendezvous.control.ControlRequest;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code rendezvous-server agents}. */
@Command(
    name = "agents",
    description = {
      "Lists the enrolled agents.",
      "ROLE is what the invitation allows; a laptop is online only while it connects.",
      "OBSERVED is where an agent's registered socket is seen; NAT how its NAT maps and numbers.",
      "LINK KEY is the fingerprint of the key it logs in with; --json has all of it."
    },
    footer = {
      "",
      "Examples:",
      "  rendezvous-server agents --watch",
      "  rendezvous-server agents --json | jq -r '.[] | select(.online) | .name'"
    })
final class AgentsCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;
  @Mixin private StateOptions state;
  @Mixin private final WatchOption watch = new WatchOption();

  @Option(names = "--json", description = "As one JSON array.")
  private boolean json;

  @Override
  public Integer call() throws Exception {
    Optional<String> refusal = watch.refusal(json);
    if (refusal.isPresent()) {
      throw new ExitException(ExitException.USAGE, refusal.get() + ".", null);
    }
    if (watch.wanted()) {
      Watch.run(this::picture);
      return 0;
    }
    Answer answer = ask(Operator.to(spec.commandLine().getErr()));
    PrintWriter out = spec.commandLine().getOut();
    out.print(
        json
            ? answer.agentsJson() + "\n"
            : table(answer.agents(), ZoneId.systemDefault(), Screen.stdout()));
    out.flush();
    return 0;
  }

  private Answer ask(Consumer<String> advice) throws Exception {
    return Operator.ask(advice, state, new ControlRequest.Agents());
  }

  /** Beside the table nothing is printed while it is watched, so advice stands below it. */
  private String picture(Screen screen) throws Exception {
    StringBuilder advice = new StringBuilder();
    Answer answer = ask(sentence -> advice.append(screen.wrapped(sentence)));
    return table(answer.agents(), ZoneId.systemDefault(), screen) + advice;
  }

  static String table(List<Answer.Row> agents, ZoneId zone, Screen screen) {
    if (agents.isEmpty()) {
      return screen.wrapped("No agents yet; 'rendezvous-server invite' prints a join URL for one.");
    }
    TextTable table =
        new TextTable()
            .column("NAME")
            .column("ROLE")
            .column("STATE")
            .column("SINCE", 2, 0)
            .column("OBSERVED", 3, 0)
            .column("NAT", 1, 20)
            .column("LINK KEY", 4, 15);
    for (Answer.Row agent : agents) {
      table.row(
          agent.name(),
          agent.role(),
          Cell.online(agent.online()),
          Human.time(agent.since(), zone),
          agent.observed(),
          Cell.nat(agent.mapping(), agent.allocation()),
          agent.key());
    }
    return table.on(screen);
  }
}
