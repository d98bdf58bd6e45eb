package org.moshpit.agent.cli;

import java.io.PrintWriter;
import java.time.Instant;
import java.time.ZoneId;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.moshpit.agent.config.ExitCode;
import org.moshpit.agent.config.UserError;
import org.moshpit.agent.control.LocalSessions;
import org.moshpit.common.text.Screen;
import org.moshpit.common.text.Watch;
import org.moshpit.common.text.WatchOption;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Spec;

/** {@code agent sessions}: the sessions on this box. */
@Command(
    name = "sessions",
    description = {
      "Lists the mosh sessions on this box.",
      "Yours, at your own agent and at root's; as root everybody's at root's agent.",
      "A session whose laptop is not heard is kept until the time shown."
    },
    footer = {
      "",
      "Examples:",
      "  agent sessions --watch",
      "  agent sessions --json | jq -r '.[] | select(.path == \"none\") | .id'"
    })
final class SessionsCommand implements Callable<Integer> {
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
      LocalSessions seen = root.agents().sessions();
      out.println(seen.json());
      Notes.print(seen.notes(), spec);
    } else {
      out.print(picture(Screen.stdout()));
    }
    out.flush();
    return ExitCode.OK.value();
  }

  private String picture(Screen screen) {
    LocalSessions seen = root.agents().sessions();
    return SessionsText.of(seen, Instant.now(), ZoneId.systemDefault(), screen);
  }
}
