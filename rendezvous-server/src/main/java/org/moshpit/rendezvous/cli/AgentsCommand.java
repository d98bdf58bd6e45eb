package org.moshpit.rendezvous.cli;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.moshpit.rendezvous.control.ControlRequest;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code rendezvous-server agents}. */
@Command(
    name = "agents",
    description = "List the enrolled agents.",
    mixinStandardHelpOptions = true)
final class AgentsCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;
  @Mixin private StateOptions state;

  @Option(names = "--json", description = "As one JSON array.")
  private boolean json;

  @Override
  public Integer call() throws Exception {
    Answer answer =
        Operator.ask(spec.commandLine().getErr(), state.load(), new ControlRequest.Agents());
    spec.commandLine()
        .getOut()
        .println(json ? answer.agentsJson() : String.join("\n", table(answer.agents())));
    return 0;
  }

  static List<String> table(List<Answer.Row> agents) {
    if (agents.isEmpty()) {
      return List.of("No agents yet; 'rendezvous-server invite' prints a join URL for one.");
    }
    List<List<String>> rows = new ArrayList<>();
    rows.add(List.of("NAME", "STATE", "SINCE", "OBSERVED", "MAPPING", "LINK KEY"));
    for (Answer.Row agent : agents) {
      rows.add(
          List.of(
              agent.name(),
              agent.online() ? "online" : "offline",
              agent.since() == null ? "-" : agent.since().replaceFirst("\\.[0-9]+Z$", "Z"),
              agent.observed() == null ? "-" : agent.observed(),
              agent.mapping() == null ? "-" : agent.mapping(),
              agent.key()));
    }
    int[] widths = new int[rows.get(0).size()];
    for (List<String> row : rows) {
      for (int i = 0; i < widths.length; i++) {
        widths[i] = Math.max(widths[i], row.get(i).length());
      }
    }
    List<String> lines = new ArrayList<>();
    for (List<String> row : rows) {
      StringBuilder line = new StringBuilder();
      for (int i = 0; i < widths.length; i++) {
        line.append(row.get(i)).append(" ".repeat(widths[i] - row.get(i).length() + 2));
      }
      lines.add(line.toString().stripTrailing());
    }
    return lines;
  }
}
