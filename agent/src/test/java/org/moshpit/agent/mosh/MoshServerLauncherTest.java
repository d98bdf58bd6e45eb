package org.moshpit.agent.mosh;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.moshpit.agent.mosh.MoshServerRequest.Bind;
import org.moshpit.agent.mosh.MoshServerResult.Failed;
import org.moshpit.agent.mosh.MoshServerResult.Reason;
import org.moshpit.agent.mosh.MoshServerResult.Started;

/** Against shell scripts that behave as mosh-server does, and as it should not. */
class MoshServerLauncherTest {
  /** Says what mosh-server 1.4.0 says, and detaches a process that keeps nothing of ours open. */
  private static final String START =
      """
      sleep 100 >/dev/null 2>&1 </dev/null &
      echo; echo "MOSH CONNECT 60777 gwCgu3Tcz+5QGYn7iFT6XQ"
      echo "[mosh-server detached, pid = $!]" >&2
      """;

  @TempDir Path dir;
  private final List<RunningProcess> started = new ArrayList<>();
  private final List<Process> bystanders = new ArrayList<>();
  private boolean loopbackOnly = true;
  private ServerProof proof = new Trusting();

  /** Believes what is printed: the scripts open no sockets. */
  private final class Trusting implements ServerProof {
    @Override
    public Optional<ServerProcess> find(LoginAccount account, long pid, int port, long since) {
      return RunningProcess.of(pid).map(process -> new ServerProcess(process, account.uid()));
    }

    @Override
    public boolean onLoopbackOnly(LoginAccount account, int port) {
      return loopbackOnly;
    }
  }

  @AfterEach
  void end() {
    started.forEach(RunningProcess::kill);
    bystanders.forEach(Process::destroyForcibly);
  }

  private Path script(String text) throws IOException {
    Path script = dir.resolve("fake-server");
    Files.writeString(script, "#!/bin/sh\n" + text);
    Files.setPosixFilePermissions(script, PosixFilePermissions.fromString("rwxr-xr-x"));
    return script;
  }

  private LoginAccount account() throws IOException {
    return new LoginAccount(
        "tess", (Integer) Files.getAttribute(dir, "unix:uid"), 1, dir, Path.of("/bin/sh"));
  }

  private MoshServerResult launch(String server, boolean anyPort, Bind bind, long millis)
      throws IOException {
    MoshServerLauncher launcher =
        new MoshServerLauncher(
            LaunchStyle.DIRECT, new LoginEnvironment(), proof, Duration.ofMillis(millis));
    MoshServerResult result =
        launcher.launch(
            new MoshServerRequest(
                account(), List.of(), null, Map.of(), 8, server, 60777, anyPort, bind, 60));
    if (result instanceof Started done) {
      started.add(done.process().process());
    }
    return result;
  }

  private MoshServerResult launch(String text) throws IOException {
    return launch(script(text).toString(), true, Bind.LOOPBACK, 5000);
  }

  private static Failed failed(MoshServerResult result, Reason reason) {
    assertThat(result).isInstanceOf(Failed.class);
    Failed failed = (Failed) result;
    assertThat(failed.reason()).isEqualTo(reason);
    assertThat(failed.sentence()).endsWith(".").doesNotContain("\n");
    return failed;
  }

  @Test
  void startsOneAndNamesIt() throws IOException {
    MoshServerResult result = launch(START);
    assertThat(result).isInstanceOf(Started.class);
    Started done = (Started) result;
    assertThat(done.port()).isEqualTo(60777);
    assertThat(done.key()).isEqualTo("gwCgu3Tcz+5QGYn7iFT6XQ");
    assertThat(done.process().alive()).isTrue();
    assertThat(done.toString()).doesNotContain(done.key());
  }

  @Test
  void doesNotWaitForWhoeverKeepsTheOutputOpen() throws IOException {
    assertThat(launch("sleep 100 & " + START.replace(">/dev/null 2>&1 </dev/null", "")))
        .isInstanceOf(Started.class);
  }

  @Test
  void runsInASessionOfItsOwnAtHomeWithNothingOfOurs() throws IOException {
    Path seen = dir.resolve("seen");
    launch(
        "env > " + seen + "; pwd >> " + seen + "; ps -o sid= -p $$ >> " + seen + START.indent(0));
    List<String> lines = Files.readAllLines(seen, UTF_8);
    assertThat(lines)
        .contains("USER=tess", "HOME=" + dir, "MOSH_SERVER_NETWORK_TMOUT=60", dir.toString());
    // surefire and Maven set variables in this process that no login has
    assertThat(lines)
        .noneMatch(line -> line.matches("(SSH_|MAVEN|JAVA_|MOSHPIT_|JOURNAL_|TERM=|OLDPWD=).*"));
    assertThat(lines.get(lines.size() - 1).trim())
        .isNotEqualTo(Long.toString(sessionOf(ProcessHandle.current().pid())));
  }

  private static long sessionOf(long pid) throws IOException {
    String stat = Files.readString(Path.of("/proc/" + pid + "/stat"));
    return Long.parseLong(stat.substring(stat.lastIndexOf(')') + 2).split(" ", -1)[3]);
  }

  @Test
  void aTakenPortIsExchangedIfThatIsAllowed() throws IOException {
    String taken =
        """
        while [ $# -gt 0 ]; do [ "$1" = -p ] && port=$2; shift; done
        if [ "$port" != 0 ]; then
          echo "Error binding to IP 127.0.0.1: bind: Address already in use" >&2
          echo "Error binding to any interface: bind: Address already in use" >&2
          exit 1
        fi
        """;
    String server = script(taken + START).toString();
    assertThat(launch(server, true, Bind.LOOPBACK, 5000)).isInstanceOf(Started.class);
    assertThat(failed(launch(server, false, Bind.LOOPBACK, 5000), Reason.PORT_TAKEN).sentence())
        .contains("60777");
  }

  @Test
  void aSilentFallbackToAllAddressesIsAFailureAndLeavesNothing() throws IOException {
    Path pid = dir.resolve("pid");
    String text =
        "echo 'Error binding to IP 127.0.0.1: bind: Cannot assign requested address' >&2\n"
            // the script may be stopped as soon as it has said all, so it writes the number before
            + START.replace("echo; echo", "echo $! > " + pid + "; echo");
    failed(launch(text), Reason.BIND);
    long server = Long.parseLong(Files.readString(pid).trim());
    Awaitility.await().until(() -> RunningProcess.of(server).isEmpty());
  }

  @Test
  void whatTheKernelSaysCountsMoreThanSilence() throws IOException {
    loopbackOnly = false;
    failed(launch(START), Reason.BIND);
    assertThat(launch(script(START).toString(), true, Bind.ANY_IPV4, 5000))
        .isInstanceOf(Started.class);
  }

  private Process bystander() throws IOException {
    Process process = new ProcessBuilder("sleep", "100").start();
    bystanders.add(process);
    return process;
  }

  @Test
  void aProcessThatIsMerelyNamedIsRefusedAndLeftAlone() throws Exception {
    proof = ServerProof.ofThisHost();
    Process bystander = bystander();
    String detached = "echo '[mosh-server detached, pid = " + bystander.pid() + "]'\n";
    try (DatagramSocket socket = new DatagramSocket(0, InetAddress.getLoopbackAddress())) {
      String connect = "echo 'MOSH CONNECT " + socket.getLocalPort() + " gwCgu3Tcz+5QGYn7iFT6XQ'\n";
      failed(launch(detached), Reason.GARBLED);
      // the bystander has no such socket
      assertThat(failed(launch(connect + detached), Reason.GARBLED).sentence())
          .contains("properly");
      // it says that it fell back, so that it be stopped
      failed(launch("echo 'Error binding to IP'\n" + connect + detached), Reason.GARBLED);
      // this process holds the socket, and was there before
      long own = ProcessHandle.current().pid();
      failed(launch(connect + detached.replace(bystander.pid() + "]", own + "]")), Reason.GARBLED);
    }
    assertThat(bystander.waitFor(200, TimeUnit.MILLISECONDS)).isFalse();
  }

  @Test
  void aHangIsEndedAndSaid() throws IOException {
    Path pid = dir.resolve("pid");
    MoshServerResult result =
        launch(
            script("echo $$ > " + pid + "\nexec sleep 100\n").toString(),
            true,
            Bind.LOOPBACK,
            3000);
    assertThat(failed(result, Reason.TIMEOUT).sentence()).contains("3 s");
    long hung = Long.parseLong(Files.readString(pid).trim());
    Awaitility.await().until(() -> RunningProcess.of(hung).isEmpty());
  }

  @Test
  void saysWhatIsMissing() throws IOException {
    assertThat(
            failed(launch("/nonexistent/mosh-server", true, Bind.LOOPBACK, 5000), Reason.NOT_FOUND)
                .sentence())
        .contains("/nonexistent/mosh-server");
    failed(launch("no-such-mosh-server", true, Bind.LOOPBACK, 5000), Reason.NOT_FOUND);
    failed(launch("exit 127"), Reason.NOT_FOUND);
  }

  @Test
  void turnsTheLocaleComplaintIntoOneSentence() throws IOException {
    assertThat(
            failed(
                    launch(
                        "echo 'mosh-server needs a UTF-8 native locale to run.' >&2; locale; exit 1"),
                    Reason.LOCALE)
                .sentence())
        .contains("UTF-8 locale");
  }

  @Test
  void garbageIsNotTakenForAServer() throws IOException {
    assertThat(failed(launch("echo 'Bad system call'; exit 1"), Reason.GARBLED).sentence())
        .contains("Bad system call");
    failed(launch("exit 0"), Reason.GARBLED);
    failed(launch("head -c 300000 /dev/urandom; exit 3"), Reason.GARBLED);
    // a process number of a process that is not there
    failed(launch(START.replace("$!]", "4194303]") + "kill $!"), Reason.GARBLED);
  }

  /** As mosh-server judges: its own locale, or it does not start. */
  private static final String UTF8_ONLY =
      "[ \"$LC_ALL$LC_CTYPE$LANG\" = C.UTF-8 ] || { echo 'mosh-server needs a UTF-8 native locale"
          + " to run.' >&2; exit 1; }\n";

  private MoshServerResult launchOn(String system) throws IOException {
    Path etc = Files.createDirectories(dir.resolve("root/etc"));
    Files.writeString(etc.resolve("environment"), system);
    MoshServerResult result =
        new MoshServerLauncher(
                LaunchStyle.DIRECT,
                new LoginEnvironment(dir.resolve("root")),
                proof,
                Duration.ofSeconds(5))
            .launch(
                new MoshServerRequest(
                    account(),
                    List.of(),
                    null,
                    Map.of("LANG", "en_US.UTF-8"),
                    8,
                    script(UTF8_ONLY + START).toString(),
                    60777,
                    true,
                    Bind.LOOPBACK,
                    60));
    if (result instanceof Started done) {
      started.add(done.process().process());
    }
    return result;
  }

  /** Where systemd starts it, it has systemd's locale, C.UTF-8. */
  @Test
  void whereALoginHasNoLocaleThereIsStillOneWithoutAFile() throws IOException {
    assertThat(launchOn("")).isInstanceOf(Started.class);
  }

  @Test
  void aLocaleThatALoginHasIsNotExchanged() throws IOException {
    assertThat(failed(launchOn("LANG=C\n"), Reason.LOCALE).sentence()).contains("LANG=C,");
  }
}
