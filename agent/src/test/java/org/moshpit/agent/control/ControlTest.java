package org.moshpit.agent.control;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.epoll.EpollIoHandler;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.moshpit.agent.config.ExitCode;
import org.moshpit.agent.config.UserError;
import org.moshpit.common.sansio.TransportAddress;

class ControlTest {
  static final AgentStatus STATUS =
      new AgentStatus(
          true,
          TransportAddress.parse("192.0.2.1:4242"),
          "endpoint-independent",
          "address-and-port-dependent",
          "preserving",
          List.of(
              new SessionStatus(
                  "5f01",
                  "ann",
                  "laptop",
                  "direct",
                  TransportAddress.parse("[2001:db8::1]:7"),
                  12.5,
                  Instant.parse("2026-01-02T03:04:05Z"),
                  2,
                  null,
                  60001,
                  4711L),
              new SessionStatus(
                  "5f02",
                  "bob",
                  "tablet",
                  "relay",
                  null,
                  null,
                  Instant.parse("2026-01-02T03:04:06Z"),
                  0,
                  "it rains",
                  60002,
                  null)));

  private final EventLoopGroup group =
      new MultiThreadIoEventLoopGroup(1, EpollIoHandler.newFactory());
  @TempDir Path dir;

  @AfterEach
  void stop() {
    group.shutdownGracefully(0, 0, TimeUnit.SECONDS).syncUninterruptibly();
  }

  private Path socket() {
    return dir.resolve("agent.sock");
  }

  private ControlServer serve() {
    return ControlServer.start(group.next(), socket(), () -> STATUS);
  }

  @Test
  void theStatusArrivesAsTheContractHasIt() {
    try (ControlServer server = serve()) {
      assertThat(server).isNotNull();
      StatusReply reply = StatusReply.parse(ControlClient.ask(socket(), "status"));
      assertThat(reply.status()).isEqualTo(STATUS);
      assertThat(reply.json())
          .isEqualTo(
              "{\"registered\":true,\"observed\":\"192.0.2.1:4242\","
                  + "\"mapping\":\"endpoint-independent\","
                  + "\"filtering\":\"address-and-port-dependent\",\"allocation\":\"preserving\","
                  + "\"sessions\":[{\"id\":\"5f01\",\"user\":\"ann\",\"peer\":\"laptop\","
                  + "\"path\":\"direct\",\"remote\":\"[2001:db8:0:0:0:0:0:1]:7\","
                  + "\"rttMillis\":12.5,\"since\":\"2026-01-02T03:04:05Z\",\"roams\":2,\"reason\":null,"
                  + "\"port\":60001,\"pid\":4711},"
                  + "{\"id\":\"5f02\",\"user\":\"bob\",\"peer\":\"tablet\",\"path\":\"relay\","
                  + "\"remote\":null,\"rttMillis\":null,\"since\":\"2026-01-02T03:04:06Z\","
                  + "\"roams\":0,\"reason\":\"it rains\",\"port\":60002,\"pid\":null}]}");
    }
  }

  @Test
  void theSupplierIsAskedOnTheEventLoop() {
    AtomicReference<Thread> asked = new AtomicReference<>();
    try (ControlServer server =
        ControlServer.start(
            group.next(),
            socket(),
            () -> {
              asked.set(Thread.currentThread());
              return STATUS;
            })) {
      assertThat(server).isNotNull();
      ControlClient.ask(socket(), "status");
      assertThat(asked.get()).isNotNull().isNotEqualTo(Thread.currentThread());
    }
  }

  @Test
  void aPersonSeesTheirOwnSessions() {
    assertThat(new ControlRequests(() -> STATUS).answer("{\"request\":\"status\"}", "bob"))
        .contains("5f02")
        .doesNotContain("5f01")
        .doesNotContain("ann");
    assertThat(new ControlRequests(() -> STATUS).answer("{\"request\":\"status\"}", null))
        .contains("5f01", "5f02");
  }

  @Test
  void theSocketIsOursAloneAndGoneAtTheEnd() throws Exception {
    Files.writeString(socket(), "left behind");
    try (ControlServer server = serve()) {
      assertThat(server).isNotNull();
      assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(socket())))
          .isEqualTo("rw-------");
    }
    assertThat(socket()).doesNotExist();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "{",
        "[]",
        "null",
        "{\"request\":\"dance\"}",
        "{\"request\":[\"status\"]}",
        "{\"request\":{\"request\":\"status\"}}",
        "[[[[[[[[[[[[[[[[",
        "\u0000\u0001",
      })
  void anythingElseIsAnsweredWithAnErrorAndTheNextQuestionWithItsAnswer(String line)
      throws Exception {
    try (ControlServer server = serve();
        SocketChannel client = SocketChannel.open(StandardProtocolFamily.UNIX)) {
      assertThat(server).isNotNull();
      client.connect(UnixDomainSocketAddress.of(socket()));
      client.write(
          ByteBuffer.wrap(
              (line + "\n{\"request\":\"status\"}\n").getBytes(StandardCharsets.UTF_8)));
      try (java.util.Scanner in =
          new java.util.Scanner(Channels.newInputStream(client), StandardCharsets.UTF_8)) {
        assertThat(in.nextLine()).startsWith("{\"error\":\"this ");
        assertThat(in.nextLine()).startsWith("{\"status\":{\"registered\":true");
      }
    }
  }

  @Test
  void aLineWithoutEndIsCutOff() throws Exception {
    try (ControlServer server = serve();
        SocketChannel client = SocketChannel.open(StandardProtocolFamily.UNIX)) {
      assertThat(server).isNotNull();
      client.connect(UnixDomainSocketAddress.of(socket()));
      ByteBuffer flood = ByteBuffer.allocate(70_000);
      while (flood.hasRemaining()) {
        client.write(flood);
      }
      client.write(ByteBuffer.wrap(new byte[] {'\n'}));
      try (java.util.Scanner in =
          new java.util.Scanner(Channels.newInputStream(client), StandardCharsets.UTF_8)) {
        assertThat(in.nextLine()).contains("error");
        assertThat(in.hasNextLine()).isFalse();
      }
    }
  }

  @Test
  void withoutADaemonItIsOneSentenceAndExitOne() throws Exception {
    assertThatThrownBy(() -> ControlClient.ask(socket(), "status"))
        .isInstanceOfSatisfying(
            UserError.class, e -> assertThat(e.exitCode()).isEqualTo(ExitCode.FAILURE))
        .hasMessageContaining("no agent runs here");
    serve().close();
    assertThatThrownBy(() -> ControlClient.ask(socket(), "status"))
        .hasMessageContaining("no agent runs here");
  }

  @Test
  void aPathTheKernelCannotTakeIsSaidToBeTooLong() {
    Path deep = dir.resolve("d".repeat(108 - dir.toString().length())).resolve("agent.sock");
    for (org.assertj.core.api.ThrowableAssert.ThrowingCallable call :
        List.<org.assertj.core.api.ThrowableAssert.ThrowingCallable>of(
            () -> ControlClient.ask(deep, "status"),
            () -> ControlServer.start(group.next(), deep, () -> STATUS).close())) {
      assertThatThrownBy(call)
          .isInstanceOfSatisfying(
              UserError.class, e -> assertThat(e.exitCode()).isEqualTo(ExitCode.USAGE))
          .hasMessageContaining("--state-dir");
    }
  }

  @Test
  void anAnswerOfAnotherVersionIsSaidToBe() {
    assertThatThrownBy(() -> StatusReply.parse("{\"status\":{\"registered\":true}}"))
        .isInstanceOf(UserError.class)
        .hasMessageContaining("another version");
    assertThatThrownBy(() -> StatusReply.parse("{\"error\":\"not today\"}"))
        .isInstanceOf(UserError.class)
        .hasMessage("not today");
  }
}
