package org.moshpit.agent.cli;

import java.io.PrintWriter;
import java.util.Map;
import java.util.concurrent.Callable;
import org.moshpit.agent.cli.netcheck.Netcheck;
import org.moshpit.agent.cli.netcheck.NetcheckResult;
import org.moshpit.agent.config.AgentPaths;
import org.moshpit.agent.config.Enrollment;
import org.moshpit.agent.config.ExitCode;
import org.moshpit.agent.config.Settings;
import org.moshpit.agent.link.LinkPreparation;
import org.moshpit.common.text.Screen;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Spec;

/** {@code agent netcheck}: this network. */
@Command(
    name = "netcheck",
    description = {
      "Shows what NATs this network has, and what to expect.",
      "The words are those of RFC 4787."
    },
    footer = {"", "Examples:", "  agent netcheck", "  agent netcheck --json | jq -r .mapping"})
final class NetcheckCommand implements Callable<Integer> {
  @ParentCommand private RootCommand root;
  @Spec private CommandSpec spec;

  @Option(names = "--json", description = "Prints JSON.")
  private boolean json;

  @Option(
      names = "--lifetime",
      description = "Finds out how long mappings outlive silence too, which takes two minutes.")
  private boolean lifetime;

  @Override
  public Integer call() {
    AgentPaths paths = root.paths();
    Enrollment enrollment = Enrollment.require(paths);
    LinkPreparation preparation =
        LinkPreparation.start(enrollment.rendezvous(), () -> LinkKeyFile.read(paths));
    Settings settings = Settings.load(paths.agentConf(), System.getenv(), Map.of());
    NetcheckResult result = Netcheck.run(enrollment, preparation, lifetime, settings.portMapping());
    PrintWriter out = spec.commandLine().getOut();
    if (json) {
      out.println(NetcheckJson.of(result));
    } else {
      out.print(NetcheckText.of(result, Screen.stdout()));
    }
    out.flush();
    return ExitCode.OK.value();
  }
}
