package org.moshpit.deploy.mosh;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.moshpit.agent.mosh.LaunchStyle;
import org.moshpit.agent.mosh.LoginAccount;
import org.moshpit.agent.mosh.MoshServerLauncher;
import org.moshpit.agent.mosh.MoshServerRequest;
import org.moshpit.agent.mosh.MoshServerRequest.Bind;
import org.moshpit.agent.mosh.MoshServerResult;
import org.moshpit.agent.mosh.MoshServerResult.Failed;
import org.moshpit.agent.mosh.MoshServerResult.Reason;
import org.moshpit.agent.mosh.MoshServerResult.Started;
import org.moshpit.agent.mosh.RunningProcess;

/** A user's own {@code --server}, started by an agent that is root, prints what suits its user. */
@Tag("lab")
class LyingServerLabTest {
  private static final String CONNECT = "echo 'MOSH CONNECT PORT gwCgu3Tcz+5QGYn7iFT6XQ'\n";
  private static final String DETACHED = "echo '[mosh-server detached, pid = PID]'\n";

  @TempDir Path dir;
  private Process roots;

  @BeforeEach
  void start() throws IOException {
    Files.setPosixFilePermissions(dir, PosixFilePermissions.fromString("rwxr-xr-x"));
    roots = new ProcessBuilder("sleep", "600").start();
  }

  @AfterEach
  void end() {
    roots.destroyForcibly();
  }

  private MoshServerResult launch(String text, Bind bind) throws IOException {
    Path server = dir.resolve("server");
    Files.writeString(server, text);
    Files.setPosixFilePermissions(server, PosixFilePermissions.fromString("rwxr-xr-x"));
    LoginAccount nobody =
        new LoginAccount("nobody", 65534, 65534, Path.of("/"), Path.of("/bin/sh"));
    return new MoshServerLauncher(LaunchStyle.RUNUSER)
        .launch(
            new MoshServerRequest(
                nobody, List.of(), null, Map.of(), 256, server.toString(), 61234, true, bind, 0));
  }

  private void refused(String text) throws IOException {
    assertThat(launch("#!/bin/sh\n" + text, Bind.LOOPBACK))
        .isInstanceOfSatisfying(
            Failed.class, failed -> assertThat(failed.sentence()).startsWith("mosh-server"));
  }

  @Test
  void aProcessOfRootsThatItNamesLives() throws Exception {
    String pid = Long.toString(roots.pid());
    try (DatagramSocket socket = new DatagramSocket(0, InetAddress.getLoopbackAddress())) {
      String connect = CONNECT.replace("PORT", Integer.toString(socket.getLocalPort()));
      refused(DETACHED.replace("PID", pid));
      refused(connect + DETACHED.replace("PID", pid));
      refused("echo 'Error binding to IP'\n" + connect + DETACHED.replace("PID", pid));
      // root's process on root's port
      String own = Long.toString(ProcessHandle.current().pid());
      refused(connect + DETACHED.replace("PID", own));
      // the user's process on root's port
      refused("sleep 2 >/dev/null 2>&1 &\n" + connect + DETACHED.replace("PID", "'$!'"));
    }
    assertThat(roots.waitFor(300, TimeUnit.MILLISECONDS)).isFalse();
  }

  /** The same program, telling the truth. */
  private static String honest(String address) {
    return """
        #!/usr/bin/perl
        use Socket;
        socket(my $socket, PF_INET, SOCK_DGRAM, 0) or die;
        bind($socket, sockaddr_in(0, inet_aton('ADDRESS'))) or die;
        my ($port) = sockaddr_in(getsockname($socket));
        $| = 1;
        print "MOSH CONNECT $port gwCgu3Tcz+5QGYn7iFT6XQ\n";
        my $pid = fork;
        print "[mosh-server detached, pid = $pid]\n" and exit 0 if $pid;
        close STDOUT; close STDERR; close STDIN;
        sleep 100;
        """
        .replace("ADDRESS", address);
  }

  @Test
  void theUsersProcessOnTheUsersPortIsTakenAndEndedWithTheUsersRights() throws IOException {
    MoshServerResult result = launch(honest("127.0.0.1"), Bind.LOOPBACK);
    assertThat(result).isInstanceOf(Started.class);
    Started started = (Started) result;
    assertThat(started.process().uid()).isEqualTo(65534);
    started.process().terminate();
    Awaitility.await().until(() -> !started.process().alive());
  }

  @Test
  void onAllAddressesItIsStopped() throws IOException {
    Path said = dir.resolve("said");
    Files.writeString(said, "");
    Files.setPosixFilePermissions(said, PosixFilePermissions.fromString("rw-rw-rw-"));
    String tells =
        honest("0.0.0.0")
            .replace(
                "print \"[mosh", "system(\"echo $pid > " + said + "\") if $pid;\nprint \"[mosh");
    assertThat(launch(tells, Bind.LOOPBACK))
        .isInstanceOfSatisfying(
            Failed.class, failed -> assertThat(failed.reason()).isEqualTo(Reason.BIND));
    long pid = Long.parseLong(Files.readString(said).trim());
    Awaitility.await().until(() -> RunningProcess.of(pid).isEmpty());
  }
}
