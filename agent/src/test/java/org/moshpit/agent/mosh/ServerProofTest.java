package org.moshpit.agent.mosh;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardProtocolFamily;
import java.nio.channels.DatagramChannel;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.moshpit.agent.config.ThisUser;

/** With this process in the place of mosh-server. */
class ServerProofTest {
  private static final int UID = (int) ThisUser.uid();
  private static final long PID = ProcessHandle.current().pid();
  private static final long START = RunningProcess.of(PID).orElseThrow().startTime();

  private final ServerProof proof = ServerProof.ofThisHost();
  private DatagramChannel socket;
  private int port;
  private Process other;

  @BeforeEach
  void open() throws IOException {
    socket = DatagramChannel.open(StandardProtocolFamily.INET);
    socket.bind(new InetSocketAddress(InetAddress.getByAddress(new byte[] {127, 0, 0, 1}), 0));
    port = ((InetSocketAddress) socket.getLocalAddress()).getPort();
    other = new ProcessBuilder("sleep", "100").start();
  }

  @AfterEach
  void close() throws IOException {
    socket.close();
    other.destroyForcibly();
  }

  private static LoginAccount account(int uid) {
    return new LoginAccount("tess", uid, 1, Path.of("/"), Path.of("/bin/sh"));
  }

  @Test
  void whoHoldsTheSocketIsTheServer() {
    Optional<ServerProcess> found = proof.find(account(UID), PID, port, START);
    assertThat(found).hasValueSatisfying(server -> assertThat(server.alive()).isTrue());
    assertThat(found.orElseThrow().pid()).isEqualTo(PID);
    assertThat(proof.onLoopbackOnly(account(UID), port)).isTrue();
  }

  @Test
  void nobodyElseIs() throws IOException {
    assertThat(proof.find(account(UID), other.pid(), port, 0)).as("without the socket").isEmpty();
    assertThat(proof.find(account(UID + 1), PID, port, 0)).as("another user's").isEmpty();
    assertThat(proof.find(account(UID), PID, port, START + 1)).as("older").isEmpty();
    assertThat(proof.find(account(UID), 4_194_303, port, 0)).as("not there").isEmpty();
    assertThat(proof.onLoopbackOnly(account(UID + 1), port)).isFalse();
    socket.close();
    assertThat(proof.find(account(UID), PID, port, 0)).as("closed").isEmpty();
  }

  @Test
  void aRecordOfItIsGoodWhileItIsTheSame() {
    assertThat(ServerProcess.recorded(PID, START, UID, port)).isPresent();
    assertThat(ServerProcess.recorded(PID, START - 1, UID, port)).isEmpty();
    assertThat(ServerProcess.recorded(PID, START, UID + 1, port)).isEmpty();
    assertThat(ServerProcess.recorded(PID, START, -1, port)).isEmpty();
    long others = RunningProcess.of(other.pid()).orElseThrow().startTime();
    assertThat(ServerProcess.recorded(other.pid(), others, UID, port)).isEmpty();
  }

  @Test
  void whatStartsNowIsNotOlderThanNow() throws IOException {
    long before = RunningProcess.now();
    Process process = new ProcessBuilder("sleep", "100").start();
    try {
      assertThat(before).isPositive();
      assertThat(RunningProcess.of(process.pid()).orElseThrow().startTime())
          .isGreaterThanOrEqualTo(before);
      assertThat(START).isLessThan(before);
    } finally {
      process.destroyForcibly();
    }
  }
}
