package org.moshpit.deploy.mosh;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A person at a terminal, and everything that can happen to them. */
@Tag("lab")
class TerminalLabTest {
  private static final String BASH = "bash --norc --noprofile -i";
  private static final String DASH = "sh -i";

  @TempDir Path dir;
  private Path notes;
  private Tmux tmux;

  /** mosh-client, the guard of the terminal, and whatever else the agent has started. */
  private final List<Long> helpers = new ArrayList<>();

  @BeforeEach
  void go() throws IOException {
    notes = dir.resolve("notes");
    Path silent = dir.resolve("logback.xml");
    Files.writeString(silent, "<configuration><root level='OFF'/></configuration>");
    // as the launcher does it: exec, small heap, the archive if there is one
    Files.writeString(
        dir.resolve("go"),
        "exec java -Xmx32m -XX:+UseSerialGC -XX:TieredStopAtLevel=1"
            + " -Dlogback.configurationFile="
            + silent
            + " -cp '"
            + System.getProperty("java.class.path")
            + "' "
            + LoopbackSession.class.getName()
            + " '"
            + notes
            + "' \"$@\"\n");
  }

  @AfterEach
  void end() throws IOException, InterruptedException {
    if (tmux != null) {
      tmux.close();
    }
    for (String kind : List.of("agent", "server")) {
      for (long pid : Files.exists(notes) ? noted(kind) : List.<Long>of()) {
        ProcessHandle.of(pid).ifPresent(ProcessHandle::destroyForcibly);
      }
    }
  }

  private void terminal(String shell) throws IOException, InterruptedException {
    tmux =
        new Tmux(
            dir, Map.of("LANG", "C.UTF-8", "ENV", "", "GO", dir.resolve("go").toString()), shell);
    // not from the environment: tmux' own shell would lose it on the way
    tmux.shows("[#$]$");
    tmux.line("PS1='here> '");
    tmux.shows("^here>$");
  }

  private List<Long> noted(String kind) throws IOException {
    return Files.readAllLines(notes).stream()
        .filter(line -> line.startsWith(kind + " "))
        .map(line -> Long.parseLong(line.substring(kind.length() + 1)))
        .toList();
  }

  private long only(String kind) throws IOException {
    assertThat(noted(kind)).hasSize(1);
    return noted(kind).get(0);
  }

  /** A session with the shell of the other side, whose prompt tells it from the one here. */
  private void session() throws IOException, InterruptedException {
    tmux.line("sh $GO env PS1='there> ' " + BASH);
    tmux.shows("^there>$");
    helpers.addAll(
        ProcessHandle.of(only("agent"))
            .orElseThrow()
            .descendants()
            .map(ProcessHandle::pid)
            .toList());
  }

  private long client() throws IOException {
    return ProcessHandle.of(only("agent"))
        .orElseThrow()
        .children()
        .filter(child -> child.info().command().orElse("").endsWith("mosh-client"))
        .findFirst()
        .orElseThrow()
        .pid();
  }

  private static boolean runs(long pid) {
    return ProcessHandle.of(pid).map(ProcessHandle::isAlive).orElse(false);
  }

  private static void ended(long pid) {
    Awaitility.await().atMost(Tmux.PATIENCE).until(() -> !runs(pid));
  }

  /**
   * What a person expects of a terminal after all: typing shows, lines end, nothing is left over.
   */
  private void usable() throws IOException, InterruptedException {
    helpers.forEach(TerminalLabTest::ended);
    Awaitility.await().atMost(Tmux.PATIENCE).until(() -> tmux.format("alternate_on").equals("0"));
    // a shell that was quicker than the guard has its prompt on the screen that is gone
    tmux.press("Enter");
    tmux.shows("^here>$");
    // a client that was ended while suspended may have had a last word, "tcsetattr: ...", which
    // what is written over it does not erase
    tmux.line("clear");
    tmux.shows("\\Ahere>$");
    tmux.line("echo typed$((40+2))");
    tmux.shows("^here> echo typed\\$\\(\\(40\\+2\\)\\)$");
    tmux.shows("^typed42$");
    tmux.line("stty -a | tr '\\n' ' ' > " + dir.resolve("modes") + "; echo no$((1+1))w");
    tmux.shows("^no2w$");
    assertThat(Files.readString(dir.resolve("modes")).split("[ ;]+"))
        .contains("opost", "icanon", "echo", "isig", "icrnl", "onlcr");
    assertThat(tmux.format("cursor_flag")).isEqualTo("1");
    assertThat(tmux.format("mouse_any_flag")).isEqualTo("0");
    assertThat(tmux.format("keypad_cursor_flag")).isEqualTo("0");
    assertThat(tmux.format("scroll_region_upper")).isEqualTo("0");
  }

  private void status(int expected) throws IOException, InterruptedException {
    tmux.line("echo rc=$?");
    tmux.shows("^rc=" + expected + "$");
  }

  @Test
  void textArrivesInUtf8AndTheEndIsClean() throws Exception {
    terminal(BASH);
    tmux.line("sh $GO sh -c 'printf \"h\\303\\251llo \\342\\202\\254 %s\\n\" $((6*7)); read x'");
    tmux.shows("^héllo € 42$");
    assertThat(tmux.format("alternate_on")).isEqualTo("1");
    long server = only("server");
    tmux.press("Enter");
    tmux.shows("mosh is exiting");
    status(0);
    usable();
    ended(server);
    assertThat(Files.readAllLines(notes)).contains("exit 0");
  }

  @Test
  void resizingInterruptingAndABurst() throws Exception {
    terminal(BASH);
    session();
    tmux.line("sleep 1000");
    tmux.press("C-c");
    tmux.shows("\\^C\\n+there>$");
    tmux.resize(100, 30);
    Awaitility.await()
        .atMost(Tmux.PATIENCE)
        .until(
            () -> {
              tmux.line("stty size");
              return tmux.screen().contains("30 100");
            });
    tmux.line("seq 1 200 | sed s/^/line/");
    tmux.shows("^line200$");
    tmux.line("exit");
    tmux.shows("mosh is exiting");
    usable();
  }

  @Test
  void suspendedAndContinued() throws Exception {
    terminal(BASH);
    session();
    tmux.press("C-^", "C-z");
    tmux.shows("Stopped");
    tmux.line("stty -a | grep -c -e -opost; jobs");
    tmux.shows("^0$");
    assertThat(tmux.format("alternate_on")).isEqualTo("0");
    long agent = only("agent");
    assertThat(Files.readString(Path.of("/proc/" + agent + "/stat"))).contains(") T ");
    // long enough for the agent to notice that it stood still
    long until = System.nanoTime() + 4_000_000_000L;
    Awaitility.await().until(() -> System.nanoTime() - until > 0);
    tmux.line("fg");
    tmux.shows("^there>");
    tmux.line("echo back$((1+1))");
    tmux.shows("^back2$");
    Awaitility.await().until(() -> Files.readAllLines(notes).contains("resumed"));
    tmux.line("exit");
    tmux.shows("mosh is exiting");
    usable();
  }

  @Test
  void killedWhileSuspended() throws Exception {
    terminal(BASH);
    session();
    long client = client();
    tmux.press("C-^", "C-z");
    tmux.shows("Stopped");
    ProcessHandle.of(only("agent")).orElseThrow().destroyForcibly();
    ended(client);
    usable();
  }

  @ParameterizedTest
  @ValueSource(strings = {BASH, DASH})
  void theClientIsKilled(String shell) throws Exception {
    terminal(shell);
    session();
    ProcessHandle.of(client()).orElseThrow().destroyForcibly();
    ended(only("agent"));
    status(137);
    usable();
  }

  @ParameterizedTest
  @ValueSource(strings = {BASH, DASH})
  void theAgentIsTerminated(String shell) throws Exception {
    terminal(shell);
    session();
    long client = client();
    long server = only("server");
    ProcessHandle.of(only("agent")).orElseThrow().destroy();
    ended(client);
    ended(server);
    ended(only("agent"));
    status(143);
    usable();
  }

  @ParameterizedTest
  @ValueSource(strings = {BASH, DASH})
  void theAgentIsKilled(String shell) throws Exception {
    terminal(shell);
    session();
    long client = client();
    ProcessHandle.of(only("agent")).orElseThrow().destroyForcibly();
    ended(client);
    usable();
  }

  @ParameterizedTest
  @ValueSource(strings = {BASH, DASH})
  void theWholeProcessGroupIsKilled(String shell) throws Exception {
    terminal(shell);
    session();
    long client = client();
    new ProcessBuilder("sh", "-c", "kill -9 -" + groupOf(only("agent"))).start().waitFor();
    ended(client);
    usable();
  }

  private static String groupOf(long pid) throws IOException {
    String stat = Files.readString(Path.of("/proc/" + pid + "/stat"));
    return stat.substring(stat.lastIndexOf(')') + 2).split(" ", -1)[2];
  }

  @Test
  void theTerminalIsClosed() throws Exception {
    terminal(BASH);
    session();
    long client = client();
    long agent = only("agent");
    tmux.closeWindow();
    ended(agent);
    ended(client);
    helpers.forEach(TerminalLabTest::ended);
    ended(only("server"));
  }

  @Test
  void aDeadServerEndsTheSession() throws Exception {
    terminal(BASH);
    session();
    ProcessHandle.of(only("server")).orElseThrow().destroyForcibly();
    ended(only("agent"));
    assertThat(Files.readAllLines(notes)).contains("gone");
    usable();
  }

  @Test
  void nothingOfOursOutlivesTheAgent() throws Exception {
    terminal(BASH);
    session();
    assertThat(helpers).hasSizeGreaterThanOrEqualTo(2);
    ProcessHandle.of(only("agent")).orElseThrow().destroyForcibly();
    helpers.forEach(TerminalLabTest::ended);
  }

  @Test
  void aTerminalWithoutASizeGetsOne() throws Exception {
    Path script = dir.resolve("sized");
    Files.writeString(script, "exec sh " + dir.resolve("go") + " sh -c 'stty size; read x'\n");
    Path seen = dir.resolve("seen");
    ProcessBuilder builder =
        new ProcessBuilder("socat", "-", "EXEC:sh " + script + ",pty,setsid,ctty,stderr");
    builder.environment().putAll(Map.of("TERM", "xterm", "LANG", "C.UTF-8"));
    builder.redirectErrorStream(true).redirectOutput(seen.toFile());
    Process socat = builder.start();
    try {
      Awaitility.await()
          .atMost(Tmux.PATIENCE)
          .untilAsserted(() -> assertThat(Files.readString(seen, ISO_8859_1)).contains("24 80"));
      socat.getOutputStream().write('\r');
      socat.getOutputStream().flush();
      assertThat(socat.waitFor(30, TimeUnit.SECONDS)).isTrue();
    } finally {
      socat.destroyForcibly();
    }
  }

  @Test
  void withoutATerminalItSaysSo() throws Exception {
    Process process =
        new ProcessBuilder("sh", dir.resolve("go").toString()).redirectErrorStream(true).start();
    process.getOutputStream().close();
    String said = new String(process.getInputStream().readAllBytes(), UTF_8);
    assertThat(process.waitFor()).isEqualTo(2);
    assertThat(said).contains("needs a terminal").hasLineCount(1);
  }

  @Test
  void anUnsuitableLocaleIsSaid() throws Exception {
    terminal(BASH);
    tmux.line("LC_ALL=C sh $GO true");
    tmux.shows("needs a UTF-8 locale");
    status(2);
    usable();
  }
}
