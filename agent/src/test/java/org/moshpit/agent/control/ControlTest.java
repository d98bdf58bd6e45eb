package org.moshpit.agent.control;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.epoll.EpollIoHandler;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.moshpit.agent.config.AgentPaths;
import org.moshpit.agent.config.ExitCode;
import org.moshpit.agent.config.ThisUser;
import org.moshpit.agent.config.UserError;
import org.moshpit.common.sansio.TransportAddress;

class ControlTest {
  static final AgentStatus STATUS =
      new AgentStatus(
          true,
          null,
          TransportAddress.parse("192.0.2.1:4242"),
          "endpoint-independent",
          "address-and-port-dependent",
          "preserving",
          "SHA256:47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU",
          "box",
          "192.0.2.10:3478",
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
                  1_000L,
                  2_000L,
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
                  null,
                  null,
                  60002,
                  null)));

  private static SessionEntry entry(String id, String user, String key) {
    return new SessionEntry(
        id,
        user,
        "laptop",
        "SHA256:" + key.repeat(43),
        "direct",
        Instant.parse("2026-01-02T03:04:05Z"),
        Instant.parse("2026-01-02T03:05:00Z"),
        Instant.parse("2026-01-09T03:05:00Z"),
        60001,
        4711L);
  }

  /** A daemon with three sessions, which end as soon as somebody says so. */
  private static final class Host implements ControlHost {
    final List<SessionEntry> sessions =
        new ArrayList<>(
            List.of(
                entry("5f01", "ann", "a"), entry("5f02", "bob", "b"), entry("a000", "bob", "a")));
    final List<String> ended = new ArrayList<>();
    volatile Thread asked;

    @Override
    public AgentStatus status() {
      asked = Thread.currentThread();
      return STATUS;
    }

    @Override
    public List<SessionEntry> sessions() {
      return List.copyOf(sessions);
    }

    @Override
    public void end(Collection<String> ids, String by) {
      ids.forEach(id -> ended.add(id + " by " + by));
      sessions.removeIf(session -> ids.contains(session.id()));
    }
  }

  private final Host host = new Host();

  private String answer(String request, String user) {
    return new ControlRequests(host)
        .answer(request, new ControlRequests.Viewer(user, user.equals("root")));
  }

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

  private static String ask(AgentPaths paths, String request) {
    return ask(paths, request, Map.of());
  }

  /** As a command does, of whoever listens. */
  private static String ask(AgentPaths paths, String request, Map<String, String> members) {
    return ControlClient.ask(paths.controlSocket(), Set.of(), request, members)
        .orElseThrow(() -> ControlClient.nobody(paths.controlSocket(), paths));
  }

  private AgentPaths paths(Path state) {
    return new AgentPaths(dir.resolve("config"), state);
  }

  private ControlServer serve() {
    return ControlServer.start(group.next(), socket(), host);
  }

  @Test
  void theStatusArrivesAsTheContractHasIt() {
    try (ControlServer server = serve()) {
      assertThat(server).isNotNull();
      StatusReply reply = StatusReply.parse(ask(paths(dir), "status"));
      assertThat(reply.status()).isEqualTo(STATUS);
      assertThat(reply.json())
          .isEqualTo(
              "{\"registered\":true,\"problem\":null,\"observed\":\"192.0.2.1:4242\","
                  + "\"mapping\":\"endpoint-independent\","
                  + "\"filtering\":\"address-and-port-dependent\",\"allocation\":\"preserving\","
                  + "\"hostKey\":\"SHA256:47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU\","
                  + "\"name\":\"box\",\"rendezvous\":\"192.0.2.10:3478\","
                  + "\"sessions\":[{\"id\":\"5f01\",\"user\":\"ann\",\"peer\":\"laptop\","
                  + "\"path\":\"direct\",\"remote\":\"[2001:db8::1]:7\","
                  + "\"rttMillis\":12.5,\"since\":\"2026-01-02T03:04:05Z\",\"roams\":2,\"reason\":null,"
                  + "\"receivedBytes\":1000,\"sentBytes\":2000,\"port\":60001,\"pid\":4711},"
                  + "{\"id\":\"5f02\",\"user\":\"bob\",\"peer\":\"tablet\",\"path\":\"relay\","
                  + "\"remote\":null,\"rttMillis\":null,\"since\":\"2026-01-02T03:04:06Z\",\"roams\":0,\"reason\":\"it"
                  + " rains\","
                  + "\"receivedBytes\":null,\"sentBytes\":null,\"port\":60002,\"pid\":null}]}");
    }
  }

  @Test
  void theSupplierIsAskedOnTheEventLoop() {
    try (ControlServer server = serve()) {
      assertThat(server).isNotNull();
      ask(paths(dir), "status");
      assertThat(host.asked).isNotNull().isNotEqualTo(Thread.currentThread());
    }
  }

  @Test
  void aPersonSeesTheirOwnSessions() {
    for (String request : List.of("{\"request\":\"status\"}", "{\"request\":\"sessions\"}")) {
      assertThat(answer(request, "bob"))
          .contains("5f02")
          .doesNotContain("5f01")
          .doesNotContain("ann");
      assertThat(answer(request, "root")).contains("5f01", "5f02");
    }
  }

  @Test
  void theSessionsArriveAsTheContractHasThem() {
    try (ControlServer server = serve()) {
      assertThat(server).isNotNull();
      SessionsReply reply = SessionsReply.parse(ask(paths(dir), "sessions"));
      assertThat(reply.sessions()).isEqualTo(host.sessions());
      assertThat(new SessionsReply(reply.sessions().subList(0, 1)).json())
          .isEqualTo(
              "[{\"id\":\"5f01\",\"user\":\"ann\",\"peer\":\"laptop\",\"key\":\"SHA256:"
                  + "a".repeat(43)
                  + "\",\"path\":\"direct\",\"since\":\"2026-01-02T03:04:05Z\","
                  + "\"heard\":\"2026-01-02T03:05:00Z\",\"ends\":\"2026-01-09T03:05:00Z\","
                  + "\"port\":60001,\"pid\":4711}]");
    }
  }

  @Test
  void theBeginningOfANameEndsASessionOverTheSocket() {
    try (ControlServer server = serve()) {
      assertThat(server).isNotNull();
      String said = ask(paths(dir), "kill", Map.of("session", "a"));
      assertThat(SessionsReply.parse(said).sessions())
          .extracting(SessionEntry::id)
          .containsExactly("a000");
      assertThat(host.ended).containsExactly("a000 by " + ThisUser.name());
    }
  }

  @Test
  void aPersonEndsTheirOwnSessionsOnly() {
    String someoneElses = answer("{\"request\":\"kill\",\"session\":\"5f01\"}", "bob");
    String nobodys = answer("{\"request\":\"kill\",\"session\":\"7777\"}", "bob");
    // not told apart
    assertThat(someoneElses.replace("5f01", "7777"))
        .isEqualTo(nobodys)
        .isEqualTo(
            "{\"error\":\"there is no session 7777; agent sessions lists those there are\"}");
    // to bob, 5f is the beginning of one only
    assertThat(answer("{\"request\":\"kill\",\"session\":\"5f\"}", "bob")).contains("5f02");
    assertThat(host.ended).containsExactly("5f02 by bob");
  }

  @Test
  void aBeginningThatTwoHaveEndsNeither() {
    assertThat(answer("{\"request\":\"kill\",\"session\":\"5f\"}", "root"))
        .isEqualTo("{\"error\":\"5f is the beginning of 2 sessions' names; give more of it\"}");
    assertThat(host.ended).isEmpty();
  }

  @Test
  void aKeyEndsAllItOpenedOfTheirsAndRootOfEverybody() {
    String key = "SHA256:" + "a".repeat(43);
    String request = "{\"request\":\"kill\",\"key\":\"" + key + "\"}";
    assertThat(answer(request, "bob")).contains("a000").doesNotContain("5f01");
    assertThat(answer(request, "bob"))
        .isEqualTo(
            "{\"error\":\"there is no session that the key "
                + key
                + " opened; agent sessions lists those there are\"}");
    assertThat(answer(request, "root")).contains("5f01");
    assertThat(host.ended).containsExactly("a000 by bob", "5f01 by root");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{\"request\":\"kill\"}",
        "{\"request\":\"kill\",\"session\":\"\"}",
        "{\"request\":\"kill\",\"session\":7}",
        "{\"request\":\"kill\",\"session\":\"5f01\",\"key\":\"SHA256:x\"}",
      })
  void whatNamesNothingOrTwoThingsEndsNothing(String request) {
    assertThat(answer(request, "root")).isEqualTo("{\"error\":\"this is not a request\"}");
    assertThat(host.ended).isEmpty();
  }

  @Test
  void theSocketForAllStandsInADirectoryThatOnlyItsOwnerWrites() throws Exception {
    Path open = dir.resolve("run").resolve("agent.sock");
    try (ControlServer server = ControlServer.startForAll(group.next(), open, host)) {
      assertThat(server).isNotNull();
      assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(open)))
          .isEqualTo("rw-rw-rw-");
      assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(open.getParent())))
          .isEqualTo("rwxr-xr-x");
      assertThat(ask(paths(open.getParent()), "sessions")).contains("5f01");
    }
    Path link = dir.resolve("link");
    Files.createSymbolicLink(link, open.getParent());
    assertThatThrownBy(
            () -> ControlServer.startForAll(group.next(), link.resolve("x.sock"), host).close())
        .isInstanceOf(UserError.class);
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
  void anythingElseIsAnsweredWithAnErrorAndNothingMoreIsHeard(String line) throws Exception {
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
        assertThat(in.hasNextLine()).isFalse();
      }
    }
  }

  /** Whoever asks on and on and reads nothing has one answer waiting, and is closed on. */
  @Test
  void onlyTheFirstQuestionOfAConnectionIsAnswered() throws Exception {
    try (ControlServer server = serve();
        SocketChannel client = SocketChannel.open(StandardProtocolFamily.UNIX)) {
      assertThat(server).isNotNull();
      client.connect(UnixDomainSocketAddress.of(socket()));
      client.write(
          ByteBuffer.wrap(
              "{\"request\":\"status\"}\n".repeat(100).getBytes(StandardCharsets.UTF_8)));
      try (java.util.Scanner in =
          new java.util.Scanner(Channels.newInputStream(client), StandardCharsets.UTF_8)) {
        assertThat(in.nextLine()).startsWith("{\"status\":");
        assertThat(in.hasNextLine()).isFalse();
      }
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "\"session\":\"000000000000000000000000000000000\"",
        "\"key\":\"SHA256:00000000000000000000000000000000000000000000000000000000000\""
      })
  void whatNoSessionCanBeCalledIsNotRepeated(String asked) throws Exception {
    try (ControlServer server = serve();
        SocketChannel client = SocketChannel.open(StandardProtocolFamily.UNIX)) {
      assertThat(server).isNotNull();
      client.connect(UnixDomainSocketAddress.of(socket()));
      client.write(
          ByteBuffer.wrap(
              ("{\"request\":\"kill\"," + asked + "}\n").getBytes(StandardCharsets.UTF_8)));
      try (java.util.Scanner in =
          new java.util.Scanner(Channels.newInputStream(client), StandardCharsets.UTF_8)) {
        assertThat(in.nextLine()).isEqualTo("{\"error\":\"this is not a request\"}");
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
    assertThatThrownBy(() -> ask(paths(dir), "status"))
        .isInstanceOfSatisfying(
            UserError.class, e -> assertThat(e.exitCode()).isEqualTo(ExitCode.FAILURE))
        .hasMessageContaining("no agent runs here");
    serve().close();
    assertThatThrownBy(() -> ask(paths(dir), "status")).hasMessageContaining("no agent runs here");
  }

  @Test
  void aPathTheKernelCannotTakeIsSaidToBeTooLong() {
    Path deep = dir.resolve("d".repeat(108 - dir.toString().length())).resolve("agent.sock");
    for (org.assertj.core.api.ThrowableAssert.ThrowingCallable call :
        List.<org.assertj.core.api.ThrowableAssert.ThrowingCallable>of(
            () -> ask(paths(deep.getParent()), "status"),
            () -> ControlServer.start(group.next(), deep, host).close())) {
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
    assertThatThrownBy(() -> SessionsReply.parse("{\"status\":{}}"))
        .isInstanceOf(UserError.class)
        .hasMessageContaining("another version");
    assertThatThrownBy(() -> SessionsReply.parse("{\"error\":\"not today\"}"))
        .isInstanceOf(UserError.class)
        .hasMessage("not today");
    assertThatThrownBy(() -> StatusReply.parse("{\"error\":\"not today\"}"))
        .isInstanceOf(UserError.class)
        .hasMessage("not today");
  }

  /** Whoever listens could fill the memory of who asks. */
  @Test
  void anAnswerWithoutAnEndIsNotReadForEver() throws Exception {
    try (ServerSocketChannel server = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
      server.bind(UnixDomainSocketAddress.of(socket()));
      Thread thread =
          new Thread(
              () -> {
                try (SocketChannel asked = server.accept()) {
                  asked.read(ByteBuffer.allocate(4096));
                  ByteBuffer blanks = ByteBuffer.allocate((4 << 20) + 1);
                  while (blanks.hasRemaining()) {
                    asked.write(blanks);
                  }
                } catch (IOException e) {
                  return; // it listens no more
                }
              });
      thread.start();
      assertThatThrownBy(() -> ask(paths(dir), "status"))
          .isInstanceOf(UserError.class)
          .hasMessageContaining("the agent did not answer");
      thread.join();
    }
  }
}
