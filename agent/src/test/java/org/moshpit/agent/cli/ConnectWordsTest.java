package org.moshpit.agent.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Optional;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.statistics.Statistics;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.moshpit.agent.config.UserError;
import picocli.CommandLine;
import picocli.CommandLine.ParameterException;

/** The quick reading of a connect's command line against picocli's. */
class ConnectWordsTest {
  private static final String FINGERPRINT = "SHA256:" + "A".repeat(43);

  @ParameterizedTest
  @ValueSource(
      strings = {
        "connect box",
        "connect ann@box",
        "connect box -- ls -l",
        "connect box -- -- x",
        "connect box uname",
        "connect box -- @file",
        "connect box @file",
        "--config-dir /c --state-dir=/s connect box",
        "connect --config-dir=/c box --state-dir /s",
        "-v connect box",
        "connect -v box",
        "connect -a -o -4 box",
        "connect -n -6 --no-init box",
        "connect --predict=never box",
        "connect --predict always box",
        "connect --relay=only --events /e box",
        "connect -i /k --client=/c --server /s box",
        "connect --handover --host-key=FINGERPRINT box",
      })
  void usualLinesAreReadAndMeanTheSame(String line) {
    String[] args = line.replace("FINGERPRINT", FINGERPRINT).split(" ");
    assertThat(ConnectWords.read(args)).as("read without picocli").isPresent();
    assertThat(quick(args)).isEqualTo(thorough(args));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "connect",
        "connect --help",
        "connect -h box",
        "connect box -x",
        "connect box ls -l",
        "connect -an box",
        "connect -a -a box",
        "connect -i/k box",
        "connect --relay box",
        "connect --relay",
        "connect --relay= box",
        "connect --handover=true box",
        "-a connect box",
        "-- connect box",
        "--version connect box",
        "list box",
      })
  void theRestIsLeftToPicocli(String line) {
    assertThat(ConnectWords.read(line.split(" "))).isEmpty();
  }

  @Test
  void emptyWordsAreLeftToPicocli() {
    assertThat(ConnectWords.read("connect", "box", "")).isEmpty();
  }

  @Property(tries = 3000)
  void bothUnderstandTheSame(@ForAll("lines") List<String> words) {
    String[] args = words.toArray(String[]::new);
    boolean read = ConnectWords.read(args).isPresent();
    Statistics.label("read without picocli")
        .collect(read)
        .coverage(coverage -> coverage.check(true).percentage(percent -> percent > 10));
    if (read) {
      assertThat(quick(args)).isEqualTo(thorough(args));
    }
  }

  @Provide
  Arbitrary<List<String>> lines() {
    Arbitrary<String> word =
        Arbitraries.of(
            "box",
            "ann@box",
            "ls",
            "@x",
            "-v",
            "-a",
            "-n",
            "-o",
            "-4",
            "-6",
            "--no-init",
            "--handover",
            "--relay=auto",
            "--relay",
            "only",
            "--relay=x",
            "--predict=never",
            "--predict",
            "-i",
            "/k",
            "--client",
            "--client=/c",
            "--server=/s",
            "--events",
            "/e",
            "--host-key=" + FINGERPRINT,
            "--host-key=x",
            "--config-dir",
            "--state-dir=/s",
            "--",
            "-x",
            "-an",
            "--help",
            "connect",
            "=",
            "--=",
            "-",
            "--relay=a=b",
            "\"q\"");
    return word.list()
        .ofMaxSize(5)
        .flatMap(
            before ->
                word.list()
                    .ofMaxSize(4)
                    .map(
                        after -> {
                          List<String> all = new java.util.ArrayList<>(List.of("connect"));
                          all.addAll(before);
                          all.add("box");
                          all.addAll(after);
                          return all;
                        }));
  }

  private static String quick(String... args) {
    ConnectWords words = ConnectWords.read(args).orElseThrow();
    return words.paths() + " " + plan(words.options(), words.verbose());
  }

  private static String thorough(String... args) {
    RootCommand root = new RootCommand();
    ConnectCommand command = new ConnectCommand(Optional.empty());
    try {
      Main.asWritten(new CommandLine(root).addSubcommand("connect", command)).parseArgs(args);
    } catch (ParameterException e) {
      return e.getMessage();
    }
    return root.paths() + " " + plan(command.options(), root.verbose());
  }

  private static String plan(ConnectOptions options, boolean verbose) {
    try {
      return options.plan(verbose).toString();
    } catch (UserError e) {
      return e.exitCode() + " " + e.sentence();
    }
  }
}
