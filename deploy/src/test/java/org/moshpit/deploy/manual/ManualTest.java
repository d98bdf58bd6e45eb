package org.moshpit.deploy.manual;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.moshpit.deploy.manual.ManPage.Facts;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;

/**
 * What is committed under docs/man and docs/completion is what the commands say. {@code
 * -Dmoshpit.rewrite=true} writes it instead.
 */
public class ManualTest {
  private static final boolean REWRITE = Boolean.getBoolean("moshpit.rewrite");
  private static final Path DOCS = Path.of("..", "docs");

  private static final List<String[]> AGENT_EXITS =
      List.of(
          exit("0", "It is done. After a session: mosh-client's own."),
          exit("1", "It failed."),
          exit("2", "Usage, configuration, or no terminal."),
          exit(
              "10",
              "The name is unknown, the box is offline, or your key is not in its authorized_keys;"
                  + " these are not told apart."),
          exit("11", "Your key is listed, but the box's policy refuses it, with the reason."),
          exit("12", "The rendezvous cannot be reached, or refuses this agent."),
          exit("13", "The box has another host key than before."),
          exit("14", "There is no mosh-client here, or no mosh-server there."),
          exit("15", "No path was found; only with --relay=never or --handover."),
          exit("130", "Interrupted."));

  private static final Facts AGENT =
      new Facts(
          AGENT_EXITS,
          List.of(
              exit(
                  "/etc/moshpit, ~/.config/moshpit",
                  "Root's configuration directory, and everybody else's: keys, the enrollment,"
                      + " known_boxes, agent.conf."),
              exit(
                  "/var/lib/moshpit, ~/.local/state/moshpit",
                  "The state directory, alike: sessions, counters, the control socket."),
              exit("/run/moshpit/agent.sock", "Where root's agent answers every user.")),
          List.of(
              exit("MOSHPIT_CONFIG_DIR, MOSHPIT_STATE_DIR", "As --config-dir and --state-dir."),
              exit("MOSHPIT_KEY", "As the key of agent.conf: MOSHPIT_LOG_LEVEL for log-level."),
              exit("NO_COLOR", "If it is not empty, nothing is coloured.")),
          List.of("mosh", "ssh", "rendezvous-server"));

  private static final Facts RENDEZVOUS =
      new Facts(
          List.of(
              exit("0", "It is done."),
              exit("1", "It failed."),
              exit("2", "Usage or configuration."),
              exit("130", "Interrupted.")),
          List.of(
              exit("/etc/moshpit/rendezvous.conf", "Root's configuration file."),
              exit("~/.config/moshpit/rendezvous.conf", "The configuration file of anybody else."),
              exit(
                  "/var/lib/moshpit-rendezvous, ~/.local/state/moshpit-rendezvous",
                  "The state directory of root, and of everybody else: the key, the registry, the"
                      + " first join URL, the control socket.")),
          List.of(
              exit("MOSHPIT_KEY", "As the key of rendezvous.conf: MOSHPIT_LISTEN for listen."),
              exit("NO_COLOR", "If it is not empty, nothing is coloured.")),
          List.of("agent"));

  private static String[] exit(String what, String meaning) {
    return new String[] {what, meaning};
  }

  private static Map<Path, String> all() {
    Map<Path, String> files = new TreeMap<>();
    add(files, org.moshpit.agent.cli.CommandModel.all(), AGENT);
    add(files, org.moshpit.rendezvous.cli.Main.commandLine(), RENDEZVOUS);
    return files;
  }

  private static void add(Map<Path, String> files, CommandLine program, Facts facts) {
    CommandSpec spec = program.getCommandSpec();
    for (CommandSpec command : Commands.of(program)) {
      if (Commands.hasPage(command)) {
        files.put(Path.of("man", Commands.page(command) + ".1"), ManPage.of(command, spec, facts));
      }
    }
    files.put(Path.of("completion", spec.name() + ".bash"), BashCompletion.of(spec));
    files.put(Path.of("completion", "_" + spec.name()), ZshCompletion.of(spec));
    files.put(Path.of("completion", spec.name() + ".fish"), FishCompletion.of(spec));
  }

  @Test
  void whatIsCommittedIsWhatTheCommandsSay() throws IOException {
    Map<Path, String> wanted = all();
    if (REWRITE) {
      for (Map.Entry<Path, String> file : wanted.entrySet()) {
        Path path = DOCS.resolve(file.getKey());
        Files.createDirectories(path.getParent());
        Files.writeString(path, file.getValue());
      }
    }
    Map<Path, String> found = new TreeMap<>();
    for (String directory : List.of("man", "completion")) {
      try (Stream<Path> files = Files.list(DOCS.resolve(directory))) {
        for (Path path : files.toList()) {
          found.put(DOCS.relativize(path), Files.readString(path));
        }
      }
    }
    assertThat(found.keySet())
        .as("files; -Dmoshpit.rewrite=true writes them, delete what is too many")
        .isEqualTo(wanted.keySet());
    wanted.forEach(
        (path, text) ->
            assertThat(found.get(path))
                .as("docs/" + path + "; -Dmoshpit.rewrite=true writes it anew")
                .isEqualTo(text));
  }

  @Test
  void aManualPageHasWhatTheHelpHas() {
    for (CommandLine program :
        List.of(
            org.moshpit.agent.cli.CommandModel.all(),
            org.moshpit.rendezvous.cli.Main.commandLine())) {
      for (CommandSpec command : Commands.of(program)) {
        String page = ManPage.of(command, program.getCommandSpec(), AGENT).replace("\\-", "-");
        assertThat(Commands.options(command))
            .allSatisfy(
                option -> {
                  for (String name : option.names()) {
                    assertThat(page).contains("\\fB" + name + "\\fR");
                  }
                });
      }
    }
  }

  /** As it prints a page: what it warns of, it warns readers of. */
  @Test
  void manFindsNothingToWarnOf() throws Exception {
    if (!CompletionTest.isThere("man")) {
      return; // a page is text like any other there
    }
    for (Path page : all().keySet()) {
      if (page.startsWith("man")) {
        ProcessBuilder man =
            new ProcessBuilder("man", "-l", "--warnings=w", DOCS.resolve(page).toString());
        man.environment().putAll(Map.of("LC_ALL", "C.UTF-8", "MANWIDTH", "80"));
        Process process = man.redirectOutput(ProcessBuilder.Redirect.DISCARD).start();
        assertThat(process.errorReader().lines()).as(page.toString()).isEmpty();
      }
    }
  }
}
