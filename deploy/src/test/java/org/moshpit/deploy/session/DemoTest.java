package org.moshpit.deploy.session;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.moshpit.deploy.lab.Shell;
import org.moshpit.deploy.lab.Terminal;

/** The README's first command, as it stands there. */
@Tag("lab")
public class DemoTest {
  private static final String DEMO = Shell.repository().resolve("deploy/demo").toString();

  @Test
  void printsWhatTheCommandSaidAndADirectPath() {
    var ended = Shell.run(List.of(DEMO, "--", "sh", "-c", "echo over $((6*7))"), "");
    assertThat(ended.exit()).as(ended.err()).isZero();
    assertThat(ended.out()).matches("over 42\npath: direct 203\\.0\\.113\\.2:\\d+\n");
  }

  @ParameterizedTest
  @CsvSource({"random, random", "home, udp-blocked"})
  void saysWhyItStayedOnTheRelay(String client, String server) {
    var ended =
        Shell.run(
            List.of(DEMO, "--client", client, "--server", server, "--", "printf", "one\\n\\ntwo"),
            "");
    assertThat(ended.exit()).as(ended.err()).isZero();
    assertThat(ended.out()).matches("one\n\ntwo\npath: relay: .*[a-z].*\n");
  }

  @Test
  void aManyLinedOutputComesWhole() {
    var ended = Shell.run(List.of(DEMO, "--", "seq", "300"), "");
    assertThat(ended.exit()).as(ended.err()).isZero();
    assertThat(ended.out().lines().limit(300).toList())
        .hasSize(300)
        .startsWith("1")
        .endsWith("300");
    assertThat(ended.out().lines().skip(300).toList()).hasSize(1);
  }

  /** Maven, as the demo calls it; its library for colours used to end with four resets, unasked. */
  @Test
  void itsBuildPrintsNoEscapeSequences() {
    String top = Shell.repository().resolve("pom.xml").toString();
    var ended = Shell.run(List.of("mvn", "-o", "-B", "-q", "-N", "-f", top, "validate"), "");
    assertThat(ended.exit()).as(ended.out()).isZero();
    assertThat(ended.out() + ended.err()).isEmpty();
  }

  @Test
  void withoutACommandItIsASessionForAPerson(@TempDir Path directory) {
    try (Terminal terminal = Terminal.here(directory, DEMO)) {
      terminal.awaitText("demo@box", Duration.ofSeconds(240));
      terminal.type("echo over-$((40+2)) on $(hostname); pwd\n");
      terminal.awaitText("over-42 on box\n/");
      Path lab =
          Path.of(terminal.screen().replaceFirst("(?s).*\n(/[^\n]*/mp[^/\n]*)/host/box/.*", "$1"));
      assertThat(lab).isDirectory();
      terminal.press("C-d");
      assertThat(terminal.awaitExit(Duration.ofSeconds(30))).isZero();
      assertThat(lab).doesNotExist();
    }
  }

  @Test
  void leavesNothingBehind() {
    // the session's directory is in the lab's, and other labs may be up at the same time
    var ended = Shell.run(List.of(DEMO, "--", "pwd"), "");
    assertThat(ended.exit()).as(ended.err()).isZero();
    Path lab =
        Path.of(ended.out().lines().findFirst().orElseThrow()).resolve("../../..").normalize();
    assertThat(lab.getFileName().toString()).startsWith("mp");
    assertThat(lab).doesNotExist();
    String[] namespaces = Path.of("/run/netns").toFile().list();
    assertThat(namespaces == null ? new String[0] : namespaces)
        .noneMatch(name -> name.startsWith(lab.getFileName() + "-"));
  }
}
