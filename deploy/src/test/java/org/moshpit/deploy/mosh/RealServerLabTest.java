package org.moshpit.deploy.mosh;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.moshpit.agent.forward.UdpTable;
import org.moshpit.agent.mosh.LaunchStyle;
import org.moshpit.agent.mosh.LoginAccount;
import org.moshpit.agent.mosh.MoshServerLauncher;
import org.moshpit.agent.mosh.MoshServerRequest;
import org.moshpit.agent.mosh.MoshServerRequest.Bind;
import org.moshpit.agent.mosh.MoshServerResult;
import org.moshpit.agent.mosh.MoshServerResult.Failed;
import org.moshpit.agent.mosh.MoshServerResult.Reason;
import org.moshpit.agent.mosh.MoshServerResult.Started;
import org.moshpit.agent.mosh.ServerProcess;

/** The launcher against the stock mosh-server, as root. */
@Tag("lab")
class RealServerLabTest {
  private static final Map<String, String> UTF8 = Map.of("LANG", "C.UTF-8");

  private final List<ServerProcess> started = new ArrayList<>();

  @AfterEach
  void end() {
    started.forEach(ServerProcess::kill);
    started.forEach(process -> Awaitility.await().until(() -> !process.alive()));
  }

  private static LoginAccount root() {
    return new LoginAccount("root", 0, 0, Path.of("/root"), Path.of("/bin/bash"));
  }

  private static int freePort() throws IOException {
    try (DatagramSocket socket = new DatagramSocket(0, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    }
  }

  private MoshServerResult launch(
      LaunchStyle style,
      LoginAccount account,
      Map<String, String> locale,
      int port,
      boolean anyPort,
      Bind bind) {
    MoshServerResult result =
        new MoshServerLauncher(style)
            .launch(
                new MoshServerRequest(
                    account,
                    List.of("sleep", "1000"),
                    null,
                    locale,
                    256,
                    "",
                    port,
                    anyPort,
                    bind,
                    604800));
    if (result instanceof Started done) {
      started.add(done.process());
    }
    return result;
  }

  private static Started started(MoshServerResult result) {
    assertThat(result).isInstanceOf(Started.class);
    return (Started) result;
  }

  private static List<String> environmentOf(ServerProcess process) throws IOException {
    byte[] bytes = Files.readAllBytes(Path.of("/proc/" + process.pid() + "/environ"));
    return List.of(new String(bytes, UTF_8).split("\0", -1));
  }

  @Test
  void listensOnTheNegotiatedPortOfLoopbackOnly() throws IOException {
    int port = freePort();
    Started server = started(launch(LaunchStyle.DIRECT, root(), UTF8, port, false, Bind.LOOPBACK));
    assertThat(server.port()).isEqualTo(port);
    assertThat(UdpTable.ofThisHost().boundToLoopbackOnly(port, 0)).isTrue();
    assertThat(environmentOf(server.process()))
        .contains("HOME=/root", "SHELL=/bin/bash", "MOSH_SERVER_NETWORK_TMOUT=604800")
        .noneMatch(line -> line.matches("(SSH_|JAVA_|MAVEN_|TERM=).*"));
  }

  @Test
  void aTakenPortIsSaidOrExchanged() throws IOException {
    try (DatagramSocket taken = new DatagramSocket(0, InetAddress.getLoopbackAddress())) {
      int port = taken.getLocalPort();
      assertThat(launch(LaunchStyle.DIRECT, root(), UTF8, port, false, Bind.LOOPBACK))
          .isInstanceOfSatisfying(
              Failed.class, failed -> assertThat(failed.reason()).isEqualTo(Reason.PORT_TAKEN));
      Started server = started(launch(LaunchStyle.DIRECT, root(), UTF8, port, true, Bind.LOOPBACK));
      assertThat(server.port()).isNotEqualTo(port);
      assertThat(UdpTable.ofThisHost().boundToLoopbackOnly(server.port(), 0)).isTrue();
    }
  }

  @Test
  void forAHandoverItListensOnAllAddresses() throws IOException {
    Started server =
        started(launch(LaunchStyle.DIRECT, root(), UTF8, freePort(), false, Bind.ANY_IPV4));
    assertThat(UdpTable.ofThisHost().boundToLoopbackOnly(server.port(), 0)).isFalse();
    assertThat(UdpTable.ofThisHost().ownedBy(server.port(), 0)).isTrue();
    Started six =
        started(launch(LaunchStyle.DIRECT, root(), UTF8, freePort(), false, Bind.ANY_IPV6));
    assertThat(UdpTable.ofThisHost().ownedBy(six.port(), 0)).isTrue();
  }

  /** Where a login has no locale of its own; the laptop's is not installed here. */
  @Test
  void aLocaleThatIsNotThereGivesWayToOneThatAlwaysIs() throws IOException {
    Started server =
        started(
            launch(
                LaunchStyle.DIRECT,
                root(),
                Map.of("LC_ALL", "xx_YY"),
                freePort(),
                true,
                Bind.LOOPBACK));
    assertThat(Files.readString(Path.of("/proc/" + server.process().pid() + "/environ")))
        .contains("LANG=C.UTF-8");
  }

  @Test
  void runuserBecomesAnotherUser() throws IOException {
    LoginAccount games =
        new LoginAccount("games", 5, 60, Path.of("/usr/games"), Path.of("/bin/bash"));
    Started server =
        started(launch(LaunchStyle.RUNUSER, games, UTF8, freePort(), false, Bind.LOOPBACK));
    long pid = server.process().pid();
    assertThat(Files.readString(Path.of("/proc/" + pid + "/status")))
        .containsPattern("Uid:\\s+5\\s+5\\s+5")
        .containsPattern("Gid:\\s+60\\s+60\\s+60");
    assertThat(environmentOf(server.process()))
        .contains("USER=games", "HOME=/usr/games", "SHELL=/bin/bash", "LOGNAME=games")
        .noneMatch(line -> line.matches("(SSH_|JAVA_|MAVEN_).*"));
    assertThat(Path.of("/proc/" + pid + "/cwd").toRealPath().toString()).isEqualTo("/usr/games");
    String stat = Files.readString(Path.of("/proc/" + pid + "/stat"));
    String ours = Files.readString(Path.of("/proc/self/stat"));
    assertThat(sessionIn(stat)).isNotEqualTo(sessionIn(ours));
  }

  private static String sessionIn(String stat) {
    return stat.substring(stat.lastIndexOf(')') + 2).split(" ", -1)[3];
  }
}
