package org.moshpit.rendezvous.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.moshpit.common.process.KernelUser;
import org.moshpit.common.sansio.TransportAddress;
import org.moshpit.common.text.Screen;
import org.moshpit.common.wire.JoinUrl;
import org.moshpit.rendezvous.config.RendezvousConfig;
import org.moshpit.rendezvous.store.StateInUseException;
import org.moshpit.rendezvous.store.StoreException;
import org.moshpit.testkit.FreePort;
import picocli.CommandLine;

class CommandsTest {
  @TempDir private Path temp;

  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();

  private Path state() {
    return temp.resolve("s");
  }

  /** Runs a command line on this test's state, with a configuration naming a public address. */
  private int run(String... args) throws IOException {
    Path config = temp.resolve("conf");
    if (!Files.exists(config)) {
      Files.writeString(config, "public-address = pit.example\n");
    }
    List<String> all = new ArrayList<>(Arrays.asList(args));
    all.addAll(List.of("--state", state().toString(), "--config", config.toString()));
    return plain(all.toArray(String[]::new));
  }

  private int plain(String... args) {
    out.getBuffer().setLength(0);
    err.getBuffer().setLength(0);
    CommandLine line = Main.commandLine();
    line.setOut(new PrintWriter(out, true));
    line.setErr(new PrintWriter(err, true));
    return line.execute(args);
  }

  private Daemon daemon() throws Exception {
    return Daemon.start(
        new RendezvousConfig(
            state(), List.of(TransportAddress.parse("127.0.0.1:" + FreePort.next())), List.of()),
        List.of("daemon.example"));
  }

  @Test
  void withoutADaemonTheStoreIsOpened() throws Exception {
    assertThat(run("invite", "--name", "box", "--sees", "attic")).isZero();
    JoinUrl first = JoinUrl.parse(out.toString());
    assertThat(first.host().host()).isEqualTo("pit.example");
    assertThat(out.toString().lines()).hasSize(1);
    assertThat(err.toString())
        .contains("no rendezvous has run", "no agent is called attic so far; if one is later,");

    assertThat(run("invite", "--uses", "5", "--expires", "7d", "--role", "laptop")).isZero();
    assertThat(JoinUrl.parse(out.toString()).pins()).isEqualTo(first.pins());
    assertThat(run("agents", "--json")).isZero();
    assertThat(out.toString()).isEqualToIgnoringNewLines("[]");
    assertThat(run("agents")).isZero();
    assertThat(out.toString()).startsWith("No agents yet");
  }

  @Test
  void aPersonDoesNotAskAnEmptyStateWhereTheMachineHasARendezvous() throws Exception {
    Path system = temp.resolve("system");
    Operator.refuseBesideAnother(state(), system);
    Files.createDirectory(system);
    Operator.refuseBesideAnother(system, system);
    assertThatThrownBy(() -> Operator.refuseBesideAnother(state(), system))
        .isInstanceOf(ExitException.class)
        .hasMessageContaining(system + ", which is for root: run this with sudo.");
  }

  @Test
  void aDaemonIsAsked() throws Exception {
    try (Daemon daemon = daemon()) {
      assertThat(daemon).isNotNull();
      assertThat(run("invite")).isZero();
      assertThat(JoinUrl.parse(out.toString()).host().host()).isEqualTo("daemon.example");
      // which does not resolve, as the daemon has logged
      assertThat(err.toString()).isEmpty();
      assertThat(run("agents", "--json")).isZero();
      assertThat(out.toString()).isEqualToIgnoringNewLines("[]");
      assertThat(run("revoke", "nobody")).isEqualTo(1);
      assertThat(err.toString())
          .isEqualToIgnoringNewLines("rendezvous-server: No agent is enrolled as 'nobody'.");
    }
    assertThat(state().resolve("control.sock")).doesNotExist();
    assertThat(run("agents")).isZero();
  }

  @Test
  void theFirstStartLeavesAJoinUrl() throws Exception {
    Path file = state().resolve("join-url");
    daemon().close();
    String first = Files.readString(file);

    assertThat(JoinUrl.parse(first).host().host()).isEqualTo("daemon.example");
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
        .isEqualTo("rw-------");

    // the port of this daemon is another at each start: the same token, where it is now
    daemon().close();
    JoinUrl second = JoinUrl.parse(Files.readString(file).strip());
    assertThat(second.token()).isEqualTo(JoinUrl.parse(first.strip()).token());
    assertThat(second.pins()).isEqualTo(JoinUrl.parse(first.strip()).pins());
    Files.writeString(file, "what a person wrote there\n");
    daemon().close();
    assertThat(Files.readString(file)).isEqualTo("what a person wrote there\n");
  }

  @Test
  void aStateDirectoryThatNoRendezvousHasUsedIsNamed() throws Exception {
    assertThat(run("agents")).isZero();
    assertThat(err.toString()).contains("no rendezvous has run", state().toString(), "--state");
    assertThat(run("agents")).isZero();
    assertThat(err.toString()).doesNotContain("no rendezvous has run");
  }

  @Test
  void withoutADaemonItIsSaidThatNothingListens() throws Exception {
    daemon().close();

    assertThat(run("agents")).isZero();
    assertThat(err.toString())
        .startsWith(
            "rendezvous-server: no rendezvous runs on " + state() + " now, so nobody is online")
        .hasLineCount(1);
    assertThat(run("invite")).isZero();
    assertThat(JoinUrl.parse(out.toString()).host().host()).isEqualTo("pit.example");
    assertThat(err.toString())
        .contains("no rendezvous runs on " + state() + " now; this join URL leads nowhere until");
    assertThat(run("revoke", "nobody")).isEqualTo(1);
    assertThat(err.toString()).hasLineCount(1);

    try (Daemon daemon = daemon()) {
      assertThat(daemon).isNotNull();
      assertThat(run("agents")).isZero();
      assertThat(err.toString()).isEmpty();
    }
  }

  @Test
  void anAddressThatOthersCannotReachIsTakenWithAWord() throws Exception {
    Files.writeString(temp.resolve("conf"), "public-address = 192.168.7.1\n");

    assertThat(run("invite")).isZero();
    assertThat(JoinUrl.parse(out.toString()).host().host()).isEqualTo("192.168.7.1");
    assertThat(err.toString())
        .contains(
            "rendezvous-server: agents elsewhere do not reach 192.168.7.1, a private address.");
    assertThat(run("run", "--print-config")).isZero();
    assertThat(err.toString())
        .contains("agents elsewhere do not reach 192.168.7.1")
        .hasLineCount(1);
    assertThat(out.toString()).contains("public-address = 192.168.7.1").doesNotContain("elsewhere");
  }

  @Test
  void whoRevokesIsToldWhatGoesOn() {
    assertThat(RevokeCommand.done("lap"))
        .isEqualTo(
            List.of(
                "Revoked lap; its key is banned, and no new session begins from it or on it.",
                "Sessions from it or on it that have a direct path go on; 'agent kill' on the box"
                    + " ends them."));
  }

  @Test
  void aSecondDaemonSaysSoAndEnds() throws Exception {
    try (Daemon daemon = daemon()) {
      assertThat(daemon).isNotNull();
      assertThat(org.assertj.core.api.Assertions.catchThrowable(this::daemon))
          .isInstanceOf(StateInUseException.class);
      // The first is none the worse for it.
      assertThat(run("agents")).isZero();
    }
  }

  @Test
  void aSocketLeftBehindByAKilledDaemonIsNoDaemon() throws Exception {
    Files.createDirectory(
        state(),
        PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
    try (ServerSocketChannel left = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
      left.bind(UnixDomainSocketAddress.of(state().resolve("control.sock")));
    }

    assertThat(run("agents")).isZero();
    daemon().close();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "invite --expires never | 2 | never' is no time",
        "invite --uses x | 2 | Invalid value for option '--uses'",
        "invite --role king | 2 | Invalid value for option '--role'",
        "invite --name Bad_Name | 2 | Bad_Name' is no name",
        "invite --name box --uses 2 | 2 | An invite with a name has one use",
        "invite --uses 0 | 2 | at least one use",
        "invite --expires 0s | 2 | at least a moment",
        "invite extra | 2 | Unmatched argument",
        "agents --nope | 2 | Unknown option",
        "agents --watch | 2 | --watch needs a terminal",
        "agents --watch --json | 2 | --watch is for people",
        "revoke | 2 | Missing required parameter",
        "run --metrics 1 | 2 | --metrics: '1' must be HOST:PORT of this machine",
        "run --metrics 0.0.0.0:1 | 2 | --metrics: '0.0.0.0:1' is reached from elsewhere",
        "run --log-level loud | 2 | --log-level: 'loud' is no log level",
        "run --page 0.0.0.0:9481 | 2 | needs a page-token-file; or listen on 127.0.0.1",
        "run --page [::]:9481 | 2 | --page: '[::]:9481' is reached from elsewhere",
        "run --page 127.0.0.1 | 2 | --page: '127.0.0.1' must be HOST:PORT",
        "run --page 0.0.0.0:9481 --page-token-file /none | 2 | page-token-file /none does not"
            + " exist",
        "run --listen 300.1.1.1:1 | 2 | --listen: '300.1.1.1:1' is not HOST:PORT",
        "run --public-address a:1 | 2 | is not a host name or IP address",
        "run --check-config --log-level loud | 2 | --log-level: 'loud' is no log level",
        "run --check-config --metrics 127.0.0.1:1 --metrics-token-file /none | 2 | /none does not"
            + " exist",
        "run --check-config --page 127.0.0.1:1 --page-token-file /none | 2 | /none does not exist",
        "run --check-config --tls-certificate /none --tls-key /none | 2 | /none",
      })
  void mistakes(String command, int code, String part) throws Exception {
    assertThat(run(command.split(" "))).isEqualTo(code);
    assertThat(err.toString()).contains(part).doesNotContain("\tat ");
    assertThat(out.toString()).isEmpty();
  }

  /** As a reload asks, before it tells the daemon to read them. */
  @Test
  void settingsCanBeCheckedWhileADaemonRuns() throws Exception {
    try (Daemon daemon = daemon()) {
      assertThat(daemon).isNotNull();
      assertThat(run("run", "--check-config")).isZero();
      assertThat(out.toString() + err).isEmpty();
    }
  }

  @Test
  void anUnknownKeyIsExit2WithFileAndLine() throws Exception {
    Path config = Files.writeString(temp.resolve("conf"), "listen = 127.0.0.1:1\ncolour = red\n");

    assertThat(run("agents")).isEqualTo(2);
    assertThat(err.toString()).contains(config + ":2: unknown key 'colour'");
  }

  @Test
  void noPublicAddressIsExit2() throws Exception {
    Files.writeString(temp.resolve("conf"), "listen = 127.0.0.1:3478\n");

    assertThat(run("invite")).isEqualTo(2);
    assertThat(err.toString()).contains("--public-address");
    for (String[] command : new String[][] {{"run"}, {"run", "--check-config"}}) {
      assertThat(run(command)).isEqualTo(2);
      assertThat(err.toString()).contains("--public-address").hasLineCount(1);
    }
  }

  @Test
  void aDamagedRegistryIsExit2AndOneSentence() throws Exception {
    assertThat(run("invite")).isZero();
    Path file = state().resolve("registry.mv");
    Files.writeString(file, "damaged");

    for (String command : List.of("run", "invite", "agents")) {
      assertThat(run(command)).isEqualTo(2);
      assertThat(err.toString().lines()).hasSize(1);
      assertThat(err.toString()).contains("is damaged");
      assertThat(Files.readString(file)).isEqualTo("damaged");
    }
  }

  @Test
  void aTooLongStatePathIsSaid() throws Exception {
    String state = temp.resolve("x".repeat(100)).toString();

    assertThat(plain("agents", "--state", state)).isEqualTo(1);
    assertThat(err.toString()).contains("longer than 107 bytes");
  }

  @Test
  void helpAndVersion() {
    assertThat(plain("--help")).isZero();
    assertThat(out.toString()).contains("run", "invite", "agents", "revoke");
    assertThat(plain("--version")).isZero();
    assertThat(plain()).isEqualTo(2);
    assertThat(err.toString()).contains("Missing required subcommand");
    assertThat(plain("dance")).isEqualTo(2);
  }

  @Test
  void helpOfACommand() {
    for (String[] args : new String[][] {{"help", "invite"}, {"invite", "--help"}}) {
      PrintStream before = System.out;
      ByteArrayOutputStream printed = new ByteArrayOutputStream();
      try {
        System.setOut(new PrintStream(printed, true, StandardCharsets.UTF_8));
        assertThat(Main.execute(args)).isZero();
      } finally {
        System.setOut(before);
      }
      assertThat(printed.toString(StandardCharsets.UTF_8))
          .startsWith("Usage: rendezvous-server invite")
          .contains("Examples:");
    }
  }

  /** A word is not a file to read more words from: root's commands would print any file. */
  @Test
  void aWordThatBeginsWithAnAtIsThatWord() throws Exception {
    Path secret = Files.writeString(temp.resolve("secret"), "s3cr3t\n");
    for (String[] command :
        new String[][] {
          {"invite", "@" + secret},
          {"revoke", "a", "@" + secret},
          {"@" + secret},
          {"run", "--listen", "@" + secret}
        }) {
      assertThat(plain(command)).isEqualTo(2);
      assertThat(out.toString() + err).contains("@" + secret).doesNotContain("s3cr3t");
    }
  }

  /** Answers one question after the other as a taken-over daemon might. */
  private ServerSocketChannel hostile(String... answers) throws Exception {
    Files.createDirectory(
        state(),
        PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
    ServerSocketChannel server = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
    server.bind(UnixDomainSocketAddress.of(state().resolve("control.sock")));
    Thread thread =
        new Thread(
            () -> {
              for (String answer : answers) {
                try (SocketChannel asked = server.accept()) {
                  asked.read(ByteBuffer.allocate(4096));
                  asked.write(ByteBuffer.wrap((answer + "\n").getBytes(StandardCharsets.UTF_8)));
                } catch (IOException e) {
                  return; // the test is over
                }
              }
            });
    thread.setDaemon(true);
    thread.start();
    return server;
  }

  @Test
  void whatADaemonSaysSteersNoTerminal() throws Exception {
    String steer = "\\u001b]0;x\\u0007\\u001b[2J\u009b31m";
    try (ServerSocketChannel server =
        hostile(
            "{\"ok\":true,\"url\":\"moshpit://x\\n" + steer + "\"}",
            "{\"ok\":false,\"error\":\"no " + steer + "\"}",
            "{\"ok\":true,\"agents\":[{\"name\":\"a\u009b31m\u007f\",\"x" + steer + "\":1}]}",
            "{\"ok\":true,\"agents\":[{\"name\":\"a\u009b31m\u007f\",\"since\":\""
                + steer
                + "\"}]}",
            "{\"ok\" " + steer)) {
      assertThat(server).isNotNull();
      assertThat(run("invite")).isEqualTo(1);
      steersNothing();
      assertThat(run("invite")).isEqualTo(1);
      steersNothing();
      assertThat(err.toString()).startsWith("rendezvous-server: no ?]0;x??[2J?31m");
      assertThat(run("agents", "--json")).isZero();
      steersNothing();
      assertThat(out.toString()).contains("a\\u009B31m\\u007F");
      assertThat(run("agents", "-v")).isEqualTo(1);
      steersNothing();
      assertThat(run("agents", "-v")).isEqualTo(1);
      steersNothing();
    }
  }

  private void steersNothing() {
    assertThat((out.toString() + err).chars().filter(c -> c != '\n' && c != '\t'))
        .allMatch(c -> c >= ' ' && c < 127);
  }

  @Test
  void anAnswerWithoutAnEndIsNotReadForEver() throws Exception {
    try (ServerSocketChannel server = hostile(" ".repeat((8 << 20) + 1) + "{\"ok\":true}")) {
      assertThat(server).isNotNull();
      assertThat(run("agents")).isEqualTo(1);
      assertThat(err.toString()).contains("The running rendezvous-server did not answer");
    }
  }

  @Test
  void aStateDirectoryThatIsALinkIsRefused() throws Exception {
    Files.createSymbolicLink(state(), Files.createDirectory(temp.resolve("elsewhere")));
    assertThat(run("invite")).isEqualTo(2);
    assertThat(err.toString()).contains(state() + " is a symbolic link").hasLineCount(1);
    assertThat(temp.resolve("elsewhere")).isEmptyDirectory();
  }

  @Test
  void aStateDirectoryThatOthersCanLookIntoIsShut() throws Exception {
    Files.createDirectory(state());
    Files.setPosixFilePermissions(state(), PosixFilePermissions.fromString("rwxr-xr-x"));
    daemon().close();
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(state())))
        .isEqualTo("rwx------");
  }

  @Test
  void aDaemonUsesNoOtherUsersDirectory() throws Exception {
    assumeTrue(KernelUser.uid() == 0, "only root can give a directory to somebody else");
    Files.createDirectory(
        state(),
        PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
    Files.setAttribute(state(), "unix:uid", 12_345);
    assertThat(org.assertj.core.api.Assertions.catchThrowable(() -> daemon().close()))
        .isInstanceOf(StoreException.class)
        .hasMessageContaining("belongs to 12345; run this as that user");
    assertThat(state()).isEmptyDirectory();
  }

  @Test
  void aConfigurationFileThatOthersMayWriteIsRefused() throws Exception {
    Path config = Files.writeString(temp.resolve("conf"), "public-address = pit.example\n");
    Files.setPosixFilePermissions(config, PosixFilePermissions.fromString("rw-rw-rw-"));
    assertThat(run("run", "--check-config")).isEqualTo(2);
    assertThat(err.toString())
        .contains(config + " can be written by others (mode 0666); run: chmod go-w " + config);
    Files.setPosixFilePermissions(config, PosixFilePermissions.fromString("rw-r--r--"));
    assertThat(run("run", "--check-config")).isZero();
    assumeTrue(KernelUser.uid() == 0, "only root can give a file to somebody else");
    Files.setAttribute(config, "unix:uid", 12_345);
    assertThat(run("run", "--check-config")).isEqualTo(2);
    assertThat(err.toString()).contains(config + " belongs to 12345", "chown root " + config);
  }

  private static final List<Answer.Row> ROWS =
      List.of(
          new Answer.Row(
              "attic",
              "SHA256:abcdefghijklmnopqrstuvwxyz",
              "box",
              true,
              "192.0.2.1:7",
              "endpoint-independent",
              "preserving",
              Instant.parse("2026-01-02T03:04:05.678Z")),
          new Answer.Row("lap", "SHA256:d", "laptop", false, null, "unknown", null, null));

  @Test
  void theTable() {
    assertThat(AgentsCommand.table(ROWS, ZoneOffset.UTC, Screen.PLAIN))
        .isEqualTo(
            """
            NAME   ROLE    STATE    SINCE             OBSERVED     NAT                               LINK KEY
            attic  box     online   2026-01-02 03:04  192.0.2.1:7  endpoint-independent, preserving  SHA256:abcdefghijklmnopqrstuvwxyz
            lap    laptop  offline  -                 -            -                                 SHA256:d
            """);
  }

  @Test
  void theTableOnANarrowTerminal() {
    assertThat(AgentsCommand.table(ROWS, ZoneOffset.UTC, new Screen(80, false)))
        .isEqualTo(
            """
            NAME   ROLE    STATE    SINCE             OBSERVED     NAT
            attic  box     online   2026-01-02 03:04  192.0.2.1:7  endpoint-independent, pr…
            lap    laptop  offline  -                 -            -
            """);
  }
}
