package org.moshpit.agent.cli;

import java.io.PrintWriter;
import java.time.ZoneId;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.moshpit.agent.config.ExitCode;
import org.moshpit.agent.config.UserError;
import org.moshpit.agent.control.LocalStatus;
import org.moshpit.common.text.Screen;
import org.moshpit.common.text.Watch;
import org.moshpit.common.text.WatchOption;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Spec;

/** {@code agent status}: the daemon here. */
@Command(
    name = "status",
    description = {
      "Shows the agent running here and its sessions.",
      "If it is your own, the sessions you have at root's agent, too.",
      "Those are the ones others opened on this host; what agent connect opened from here is not"
          + " listed.",
      "IN and OUT are bytes from and to the laptop. Below the table: why a path is not direct."
    },
    footer = {
      "",
      "Examples:",
      "  agent status --watch",
      "  agent status --json | jq -r '.sessions[] | [.user, .path, .rttMillis] | @tsv'"
    })
final class StatusCommand implements Callable<Integer> {
  @ParentCommand private RootCommand root;
  @Spec private CommandSpec spec;

  @Option(names = "--json", description = "Prints JSON.")
  private boolean json;

  @Mixin private final WatchOption watch = new WatchOption();

  @Override
  public Integer call() throws Exception {
    Optional<String> refusal = watch.refusal(json);
    if (refusal.isPresent()) {
      throw new UserError(ExitCode.USAGE, refusal.get());
    }
    if (watch.wanted()) {
      Watch.run(this::picture);
      return ExitCode.OK.value();
    }
    PrintWriter out = spec.commandLine().getOut();
    if (json) {
      LocalStatus seen = root.agents().status();
      out.println(seen.json());
      Notes.print(seen.notes(), spec);
    } else {
      out.print(picture(Screen.stdout()));
    }
    out.flush();
    return ExitCode.OK.value();
  }

  private String picture(Screen screen) {
    LocalStatus seen = root.agents().status();
    return StatusText.of(seen, ZoneId.systemDefault(), screen);
  }
}
