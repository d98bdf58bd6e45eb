package org.moshpit.agent.cli;

import java.io.PrintWriter;
import java.time.Instant;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.concurrent.Callable;
import org.moshpit.agent.config.AgentPaths;
import org.moshpit.agent.config.Enrollment;
import org.moshpit.agent.config.ExitCode;
import org.moshpit.agent.control.JsonLine;
import org.moshpit.agent.link.LinkCall;
import org.moshpit.agent.link.LinkPreparation;
import org.moshpit.common.sansio.TransportAddress;
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
@Command(name = "list", description = "Shows the boxes this agent can see.")
final class ListCommand implements Callable<Integer> {
  private static final DateTimeFormatter LOCAL_TIME =
      DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm");

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
      out.print(table(boxes, ZoneId.systemDefault()));
    }
    out.flush();
    return ExitCode.OK.value();
  }

  static String table(List<Box> boxes, ZoneId zone) {
    TextTable table = new TextTable("NAME", "ONLINE", "SINCE", "NAT");
    for (Box box : boxes) {
      table.row(
          box.getName(),
          box.getOnline() ? "yes" : "no",
          box.getSinceMillis() == 0
              ? "-"
              : LOCAL_TIME.format(Instant.ofEpochMilli(box.getSinceMillis()).atZone(zone)),
          nat(box));
    }
    return table.toString();
  }

  /** Mapping first: it decides whether a direct path is easy. */
  private static String nat(Box box) {
    String mapping = word(box.getNat().getMapping());
    if (mapping.equals("unknown") || mapping.equals("none")) {
      return mapping.equals("none") ? "none" : "-";
    }
    String allocation = word(box.getNat().getAllocation());
    return allocation.equals("unknown") ? mapping : mapping + ", " + allocation;
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
          .member(
              "since",
              box.getSinceMillis() == 0 ? null : Instant.ofEpochMilli(box.getSinceMillis()))
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
