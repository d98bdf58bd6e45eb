package org.moshpit.agent.cli;

import java.io.PrintWriter;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import org.moshpit.agent.config.ExitCode;
import org.moshpit.agent.config.UserError;
import org.moshpit.agent.control.KillTarget;
import org.moshpit.agent.control.LocalAgents;
import org.moshpit.agent.control.SessionEntry;
import org.moshpit.common.identity.Fingerprint;
import org.moshpit.common.identity.PlainText;
import org.moshpit.common.identity.SshFormatException;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Spec;

/** {@code agent kill}: ends sessions on this box. */
@Command(
    name = "kill",
    description = {
      "Ends a mosh session on this box, or all of a key.",
      "The laptop is told who ended it.",
      "A key that stands in authorized_keys can open new ones."
    },
    footer = {
      "",
      "Examples:",
      "  agent kill 5f01            the session whose name begins so",
      "  agent kill --key SHA256:…  all sessions of a stolen laptop's key"
    })
final class KillCommand implements Callable<Integer> {
  /** A mosh-server waits 10 s for a client that does not answer, and is asked 2 s after us. */
  private static final long PATIENCE_SECONDS = 20;

  private static final long LOOK_MILLIS = 100;

  @ParentCommand private RootCommand root;
  @Spec private CommandSpec spec;

  @Parameters(
      arity = "0..1",
      paramLabel = "SESSION",
      description = "A session, or as much of its name as no other has.")
  private String session;

  @Option(
      names = "--key",
      paramLabel = "SHA256:…",
      description = "All sessions that this key opened; its fingerprint, as ssh-keygen -l has it.")
  private String key;

  @Override
  public Integer call() throws InterruptedException {
    LocalAgents.Ending ending = root.agents().end(meant());
    awaitEnd(ending);
    PrintWriter out = spec.commandLine().getOut();
    for (SessionEntry one : ending.sessions()) {
      out.println(
          PlainText.marked(
              "Session " + one.id() + " of " + one.user() + " from " + one.peer() + " is ended."));
    }
    out.flush();
    Notes.print(ending.notes(), spec);
    return (ending.isAll() ? ExitCode.OK : ExitCode.FAILURE).value();
  }

  private KillTarget meant() {
    if ((session == null || session.isBlank()) == (key == null)) {
      throw new UserError(
          ExitCode.USAGE,
          "name one session (agent sessions lists them), or a key with --key SHA256:…");
    }
    if (key != null) {
      try {
        return KillTarget.key(Fingerprint.parse(key).toString());
      } catch (SshFormatException e) {
        throw new UserError(ExitCode.USAGE, "--key: " + e.getMessage(), e);
      }
    }
    String digits = session.toLowerCase(Locale.ROOT);
    if (!digits.matches("[0-9a-f]{1,32}")) {
      throw new UserError(
          ExitCode.USAGE, session + " is not a session's name; agent sessions lists them");
    }
    return KillTarget.session(digits);
  }

  private static void awaitEnd(LocalAgents.Ending ending) throws InterruptedException {
    long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(PATIENCE_SECONDS);
    while (!ending.over()) {
      if (System.nanoTime() - deadline >= 0) {
        throw new UserError(
            ExitCode.FAILURE,
            "it has been asked to end but has not yet; look again with agent sessions");
      }
      Thread.sleep(LOOK_MILLIS);
    }
  }
}
