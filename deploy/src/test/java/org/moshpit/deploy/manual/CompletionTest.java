package org.moshpit.deploy.manual;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The completions in the shells themselves; bash is everywhere, the others where they are. */
class CompletionTest {
  private static final Path DOCS = Path.of("..", "docs").toAbsolutePath().normalize();

  /** What bash does when Tab is pressed, with its word breaks. */
  private static final String TAB =
      """
      source "$1"
      read -ra COMP_WORDS <<< "$(sed 's/\\([=@]\\)/ \\1 /g' <<< "$2")"
      [[ $2 == *' ' || $2 == *[=@] ]] && COMP_WORDS+=('')
      [[ $2 == *[=@] ]] && unset 'COMP_WORDS[-1]'
      COMP_CWORD=$((${#COMP_WORDS[@]} - 1))
      $3
      printf '%s\\n' "${COMPREPLY[@]}"
      """;

  @TempDir private Path config;

  @BeforeEach
  void boxes() throws IOException {
    Files.writeString(
        config.resolve("known_boxes"), "attic@00 ssh-ed25519 AAAA\nbarn@00 ssh-ed25519 AAAA\n");
  }

  private String run(String... argv) throws IOException, InterruptedException {
    ProcessBuilder builder = new ProcessBuilder(argv).redirectErrorStream(true);
    builder.environment().put("MOSHPIT_CONFIG_DIR", config.toString());
    builder.environment().put("HOME", config.toString());
    Process process = builder.start();
    process.getOutputStream().close();
    String text = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor()).as(text).isZero();
    return text.strip();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "agent ke | ''",
        "agent ki | kill",
        "agent s | status sessions",
        "agent --st | --state-dir",
        "agent connect  | attic barn",
        "agent connect b | barn",
        "agent connect ann@ | attic barn",
        "agent connect ann@a | attic",
        "agent --state-dir /x ping a | attic",
        "agent --state-dir=/x ping a | attic",
        "agent connect --relay= | auto only never",
        "agent connect --relay=n | never",
        "agent connect --relay n | never",
        "agent connect --relay never a | attic",
        "agent connect attic -- l | ''",
        "agent connect --port | --port-mapping",
        "agent run --log-level d | debug",
        "agent help co | connect",
        "rendezvous-server invite --role l | laptop",
        "rendezvous-server re | revoke",
      })
  void inBash(String line, String words) throws Exception {
    String typed = line.endsWith("connect") ? line + " " : line;
    String program = typed.substring(0, typed.indexOf(' '));
    String reply =
        run(
            "bash",
            "--norc",
            "-c",
            TAB,
            "bash",
            DOCS.resolve("completion/" + program + ".bash").toString(),
            typed,
            "_" + program.replace('-', '_'));
    assertThat(reply.isEmpty() ? List.of() : List.of(reply.split("\n")))
        .isEqualTo(words.isEmpty() ? List.of() : List.of(words.split(" ")));
  }

  /** As where the package bash-completion is, which has hosts' names completed no more. */
  @ParameterizedTest
  @CsvSource({"ann@,ann@attic ann@barn", "ann@a,ann@attic", "ben@x,''", "a,attic"})
  void inBashThatDoesNotBreakWordsAtTheSign(String word, String words) throws Exception {
    String reply =
        run(
            "bash",
            "--norc",
            "-c",
            TAB.replace("[=@]", "=").replace("*=", "*="),
            "bash",
            DOCS.resolve("completion/agent.bash").toString(),
            "agent connect " + word,
            "_agent");
    assertThat(reply).isEqualTo(words.replace(' ', '\n'));
  }

  @Test
  void bashFindsNoMistakeInThem() throws Exception {
    for (String program : List.of("agent", "rendezvous-server")) {
      run("bash", "-n", DOCS.resolve("completion/" + program + ".bash").toString());
    }
  }

  static boolean isThere(String program) {
    for (String directory : System.getenv("PATH").split(":", -1)) {
      if (Files.isExecutable(Path.of(directory, program))) {
        return true;
      }
    }
    return false;
  }

  /** Without fish or zsh bash alone is tried, here as on most machines that build this. */
  @Test
  void theOtherShellsThatAreThereReadThem() throws Exception {
    if (isThere("fish")) {
      String script = DOCS.resolve("completion/agent.fish").toString();
      String ask = "source " + script + "; complete -C '%s'";
      assertThat(run("fish", "-N", "-c", ask.formatted("agent connect b"))).startsWith("barn");
      assertThat(run("fish", "-N", "-c", ask.formatted("agent connect ann@b")))
          .startsWith("ann@barn");
      assertThat(run("fish", "-N", "-c", ask.formatted("agent connect --relay n")))
          .startsWith("never");
      assertThat(run("fish", "-N", "-c", ask.formatted("agent ki"))).startsWith("kill");
    }
    if (isThere("zsh")) {
      for (String program : List.of("agent", "rendezvous-server")) {
        run("zsh", "-n", DOCS.resolve("completion/_" + program).toString());
      }
    }
  }
}
