package org.moshpit.agent.cli;

import java.io.PrintWriter;
import java.time.Instant;
import java.time.ZoneId;
import java.util.List;
import java.util.concurrent.Callable;
import org.moshpit.agent.config.AgentPaths;
import org.moshpit.agent.config.Enrollment;
import org.moshpit.agent.config.ExitCode;
import org.moshpit.agent.control.JsonLine;
import org.moshpit.agent.link.LinkCall;
import org.moshpit.agent.link.LinkPreparation;
import org.moshpit.common.sansio.TransportAddress;
import org.moshpit.common.text.Cell;
import org.moshpit.common.text.Human;
import org.moshpit.common.text.Screen;
import org.moshpit.common.text.TextTable;
import org.moshpit.common.wire.proto.Box;
import org.moshpit.common.wire.proto.ClientFrame;
import org.moshpit.common.wire.proto.ListBoxes;
import org.moshpit.common.wire.proto.ServerFrame;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Spec;

/** {@code agent list}: the boxes this agent can see. */
@Command(
    name = "list",
    description = {
      "Shows the boxes this agent can see.",
      "SINCE is when a box came online or went offline; NAT says how it maps and numbers ports."
    },
    footer = {
      "",
      "Examples:",
      "  agent list",
      "  agent list --json | jq -r '.[] | select(.online) | .name'"
    })
final class ListCommand implements Callable<Integer> {
  @ParentCommand private RootCommand root;
  @Spec private CommandSpec spec;

  @Option(names = "--json", description = "Prints JSON.")
  private boolean json;

  @Override
  public Integer call() {
    AgentPaths paths = root.paths();
    Enrollment enrollment = Enrollment.require(paths);
    LinkPreparation preparation =
        LinkPreparation.start(enrollment.rendezvous(), () -> LinkKeyFile.read(paths));
    ServerFrame answer =
        LinkCall.ask(
            enrollment.rendezvous(),
            preparation,
            enrollment.name(),
            ClientFrame.newBuilder().setList(ListBoxes.newBuilder().setRequest(1)).build(),
            ServerFrame::hasBoxes);
    List<Box> boxes = answer.getBoxes().getBoxList();
    PrintWriter out = spec.commandLine().getOut();
    if (json) {
      out.println(json(boxes));
    } else if (boxes.isEmpty()) {
      out.println("No boxes yet: a box appears here once it has let you in, or by an invitation.");
    } else {
      out.print(table(boxes, ZoneId.systemDefault(), Screen.stdout()));
    }
    out.flush();
    return ExitCode.OK.value();
  }

  static String table(List<Box> boxes, ZoneId zone, Screen screen) {
    TextTable table =
        new TextTable().column("NAME").column("STATE").column("SINCE", 2, 0).column("NAT", 1, 8);
    for (Box box : boxes) {
      table.row(
          box.getName(),
          Cell.online(box.getOnline()),
          Human.time(since(box), zone),
          Cell.nat(box.getNat().getMapping(), box.getNat().getAllocation()));
    }
    return table.on(screen);
  }

  private static Instant since(Box box) {
    return box.getSinceMillis() == 0 ? null : Instant.ofEpochMilli(box.getSinceMillis());
  }

  static String json(List<Box> boxes) {
    JsonLine line = new JsonLine().array();
    for (Box box : boxes) {
      line.object()
          .member("name", box.getName())
          .member("online", box.getOnline())
          .member("observed", observed(box))
          .member("mapping", word(box.getNat().getMapping()))
          .member("filtering", word(box.getNat().getFiltering()))
          .member("allocation", word(box.getNat().getAllocation()))
          .member("since", since(box))
          .endObject();
    }
    return line.endArray().toString();
  }

  private static TransportAddress observed(Box box) {
    return box.hasObserved()
        ? TransportAddress.of(box.getObserved().getIp().toByteArray(), box.getObserved().getPort())
        : null;
  }

  private static String word(String word) {
    return word.isEmpty() ? "unknown" : word;
  }
}
