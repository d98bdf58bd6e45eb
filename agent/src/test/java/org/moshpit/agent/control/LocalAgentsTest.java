package org.moshpit.agent.control;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.epoll.EpollIoHandler;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.UserPrincipal;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.moshpit.agent.config.AgentPaths;
import org.moshpit.agent.config.ExitCode;
import org.moshpit.agent.config.UserError;
import org.moshpit.common.process.KernelUser;
import org.moshpit.common.sansio.TransportAddress;

/** A person with an agent of their own on a machine where root's runs, too. */
class LocalAgentsTest {
  private static final String KEY = "SHA256:" + "k".repeat(43);

  @TempDir Path dir;
  private final EventLoopGroup group =
      new MultiThreadIoEventLoopGroup(1, EpollIoHandler.newFactory());
  private final List<AutoCloseable> servers = new ArrayList<>();
  private final Host own = new Host("192.0.2.1:1", entry("5f01", 2), entry("a000", 4));
  private final Host system = new Host("192.0.2.1:2", entry("5f02", 1), entry("b000", 3));

  @AfterEach
  void stop() throws Exception {
    for (AutoCloseable server : servers) {
      server.close();
    }
    group.shutdownGracefully(0, 0, TimeUnit.SECONDS).syncUninterruptibly();
  }

  private static SessionEntry entry(String id, int minute) {
    return new SessionEntry(
        id,
        "ann",
        "laptop",
        KEY,
        "direct",
        Instant.parse("2026-01-02T03:0" + minute + ":00Z"),
        null,
        null,
        60001,
        4711L);
  }

  /** A daemon whose sessions end when they are let. */
  private static final class Host implements ControlHost {
    final List<SessionEntry> sessions;
    final List<String> ended = new CopyOnWriteArrayList<>();
    final String observed;
    volatile boolean asked;
    volatile boolean slow;

    Host(String observed, SessionEntry... sessions) {
      this.observed = observed;
      this.sessions = new CopyOnWriteArrayList<>(Arrays.asList(sessions));
    }

    @Override
    public AgentStatus status() {
      asked = true;
      return new AgentStatus(
          true,
          null,
          TransportAddress.parse(observed),
          "none",
          "none",
          "preserving",
          "SHA256:" + "h".repeat(43),
          null,
          null,
          sessions.stream()
              .map(
                  one ->
                      new SessionStatus(
                          one.id(),
                          one.user(),
                          one.peer(),
                          one.path(),
                          null,
                          null,
                          one.since(),
                          0,
                          null,
                          null,
                          null,
                          one.port(),
                          one.pid()))
              .toList());
    }

    @Override
    public List<SessionEntry> sessions() {
      asked = true;
      return List.copyOf(sessions);
    }

    @Override
    public void end(Collection<String> ids, String by) {
      ended.addAll(ids);
      if (!slow) {
        sessions.removeIf(session -> ids.contains(session.id()));
      }
    }
  }

  private Path systemSocket() {
    return dir.resolve("run").resolve("agent.sock");
  }

  private AgentPaths paths() {
    return new AgentPaths(dir.resolve("config"), dir.resolve("state"));
  }

  private void serveOwn() throws Exception {
    Files.createDirectories(dir.resolve("state"));
    servers.add(ControlServer.start(group.next(), paths().controlSocket(), own));
  }

  private void serveSystem() {
    servers.add(ControlServer.startForAll(group.next(), systemSocket(), system));
  }

  /** As somebody who is not root; that root's agent is this process' is what the test changes. */
  private LocalAgents person() throws IOException {
    return LocalAgents.of(
        paths(),
        false,
        new LocalAgents.Machine(systemSocket(), KernelUser.self(), false, Optional::empty));
  }

  private LocalAgents root(Optional<String> others) throws IOException {
    return LocalAgents.of(
        paths(),
        false,
        new LocalAgents.Machine(systemSocket(), KernelUser.self(), true, () -> others));
  }

  private static List<String> ids(LocalSessions sessions) {
    return sessions.sessions().stream().map(SessionEntry::id).toList();
  }

  @Test
  void sessionsOfBothAgentsAreInOneListTheOldestFirst() throws Exception {
    serveOwn();
    serveSystem();
    LocalSessions seen = person().sessions();
    assertThat(ids(seen)).containsExactly("5f02", "5f01", "b000", "a000");
    assertThat(seen.notes()).isEmpty();
    assertThat(seen.json()).startsWith("[{\"id\":\"5f02\",").endsWith("}]");
  }

  @Test
  void whoHasNoAgentOfTheirOwnAsksRootsAlone() throws Exception {
    serveSystem();
    assertThat(ids(person().sessions())).containsExactly("5f02", "b000");
    assertThat(person().sessions().notes()).isEmpty();
    assertThat(person().status().system()).isNull();
    assertThat(person().status().status().observed()).hasToString("192.0.2.1:2");
  }

  @Test
  void whereRootsDoesNotRunThereIsNothingToSay() throws Exception {
    serveOwn();
    assertThat(ids(person().sessions())).containsExactly("5f01", "a000");
    assertThat(person().sessions().notes()).isEmpty();
    assertThat(person().status().system()).isNull();
    assertThat(person().status().json()).endsWith(",\"system\":null}");
  }

  /** As an agent that was killed leaves it. */
  @Test
  void aSocketNobodyListensAtIsNoAgent() throws Exception {
    serveSystem();
    Files.createDirectories(dir.resolve("state"));
    try (ServerSocketChannel dead = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
      dead.bind(UnixDomainSocketAddress.of(paths().controlSocket()));
    }
    assertThat(ids(person().sessions())).containsExactly("5f02", "b000");
    assertThat(person().sessions().notes()).isEmpty();
  }

  @Test
  void whereNoneRunsItIsOneSentence() throws Exception {
    for (LocalAgents none : List.of(person(), root(Optional.empty()))) {
      assertThatThrownBy(none::sessions)
          .isInstanceOfSatisfying(
              UserError.class, e -> assertThat(e.exitCode()).isEqualTo(ExitCode.FAILURE))
          .hasMessageStartingWith("no agent runs here (" + paths().controlSocket() + ")");
    }
  }

  /** Somebody wants a stolen laptop's session ended, and the agent happens to be stopped. */
  @Test
  void whatCannotBeEndedNowCanBeOnceAnAgentRuns() throws Exception {
    assertThatThrownBy(() -> person().end(KillTarget.session("5f")))
        .hasMessageStartingWith("no agent runs here (")
        .hasMessageEndingWith(
            "; sessions go on without it, and can be ended as soon as it runs again");
  }

  @Test
  void anAgentThatIsNamedIsAskedAlone() throws Exception {
    serveOwn();
    serveSystem();
    LocalAgents named =
        LocalAgents.of(
            paths(),
            true,
            new LocalAgents.Machine(
                systemSocket(), KernelUser.self(), false, () -> Optional.of("others")));
    assertThat(ids(named.sessions())).containsExactly("5f01", "a000");
    assertThat(named.sessions().notes()).isEmpty();
    assertThat(named.status().system()).isNull();
    assertThat(system.asked).isFalse();
  }

  @Test
  void theStatusIsOnesOwnAgentsWithAllSessionsAndRootsBesideIt() throws Exception {
    serveOwn();
    serveSystem();
    LocalStatus status = person().status();
    assertThat(status.status().observed()).hasToString("192.0.2.1:1");
    assertThat(status.status().sessions())
        .extracting(SessionStatus::id)
        .containsExactly("5f02", "5f01", "b000", "a000");
    assertThat(status.system().observed()).hasToString("192.0.2.1:2");
    assertThat(status.json())
        .startsWith("{\"registered\":true,\"problem\":null,\"observed\":\"192.0.2.1:1\",")
        .contains("\"id\":\"5f02\"", "\"id\":\"5f01\"")
        .endsWith(
            "],\"system\":{\"registered\":true,\"problem\":null,\"observed\":\"192.0.2.1:2\","
                + "\"mapping\":\"none\",\"filtering\":\"none\",\"allocation\":\"preserving\","
                + "\"hostKey\":\"SHA256:"
                + "h".repeat(43)
                + "\",\"name\":null,\"rendezvous\":null}}");
  }

  /** What others could have put in its place is told nothing, and nothing of it is shown. */
  @Test
  void whatListensInThePlaceOfRootsAgentAndIsNotRootsIsNotAsked() throws Exception {
    serveOwn();
    serveSystem();
    UserPrincipal nobody =
        dir.getFileSystem().getUserPrincipalLookupService().lookupPrincipalByName("nobody");
    LocalAgents wary =
        LocalAgents.of(
            paths(),
            false,
            new LocalAgents.Machine(systemSocket(), nobody, false, Optional::empty));
    assertThat(ids(wary.sessions())).containsExactly("5f01", "a000");
    assertThat(wary.sessions().notes())
        .singleElement()
        .asString()
        .isEqualTo(
            "Root's agent was not heard: "
                + systemSocket()
                + " is answered by a process of "
                + KernelUser.self().getName()
                + ", who is not trusted with it.");
    assertThatThrownBy(() -> wary.end(KillTarget.session("b000")))
        .hasMessageContaining("there is no session b000");
    assertThat(system.asked).isFalse();
    assertThat(system.ended).isEmpty();
  }

  /**
   * Others can take all of root's agent's connections; one's own sessions are shown all the same.
   */
  @Test
  void whenRootsAgentDoesNotAnswerOnesOwnSessionsAreShownAndItIsSaid() throws Exception {
    serveOwn();
    Files.createDirectories(systemSocket().getParent());
    try (ServerSocketChannel busy = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
      busy.bind(UnixDomainSocketAddress.of(systemSocket()));
      Thread closing =
          new Thread(
              () -> {
                try {
                  while (true) {
                    busy.accept().close();
                  }
                } catch (IOException e) {
                  return; // the test is over
                }
              });
      closing.start();
      LocalSessions seen = person().sessions();
      assertThat(ids(seen)).containsExactly("5f01", "a000");
      assertThat(seen.notes())
          .singleElement()
          .asString()
          .startsWith("Root's agent was not heard: ");
      assertThatThrownBy(() -> person().end(KillTarget.session("5f0")))
          .hasMessageStartingWith("give the whole name: others may begin so, too; root's agent");
      assertThat(own.ended).isEmpty();
      LocalAgents.Ending one = person().end(KillTarget.session("5f01"));
      assertThat(one.sessions()).hasSize(1);
      assertThat(one.isAll()).isTrue();
      assertThat(one.notes()).hasSize(1);
      LocalAgents.Ending some = person().end(KillTarget.key(KEY));
      assertThat(some.sessions()).extracting(SessionEntry::id).containsExactly("a000");
      assertThat(some.isAll()).isFalse();
      assertThat(some.notes())
          .singleElement()
          .asString()
          .startsWith("Root's agent was not heard: ");
      assertThatThrownBy(() -> person().end(KillTarget.session("b000")))
          .hasMessageContaining("there is no session b000")
          .hasMessageContaining("root's agent was not heard");
    }
  }

  /** It would be waited for without end, and one's own sessions with it. */
  @Test
  void anAgentThatHangsIsNotWaitedForLong() throws Exception {
    serveOwn();
    Files.createDirectories(systemSocket().getParent());
    try (ServerSocketChannel hung = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
      hung.bind(UnixDomainSocketAddress.of(systemSocket()));
      LocalSessions seen = person().sessions();
      assertThat(ids(seen)).containsExactly("5f01", "a000");
      assertThat(seen.notes())
          .containsExactly(
              "Root's agent was not heard: "
                  + systemSocket()
                  + " has not answered for 5 s; try again.");
    }
  }

  /** What an agent says stands on a terminal. */
  @Test
  void whatSteersATerminalIsTakenOutOfAnAgentsSentence() {
    assertThatThrownBy(() -> SessionsReply.parse("{\"error\":\"a\\u001b[2Jb\"}"))
        .hasMessage("a?[2Jb");
  }

  @Test
  void aSessionIsEndedAtTheAgentThatHasIt() throws Exception {
    serveOwn();
    serveSystem();
    LocalAgents.Ending ending = person().end(KillTarget.session("b"));
    assertThat(ending.sessions()).extracting(SessionEntry::id).containsExactly("b000");
    assertThat(ending.over()).isTrue();
    assertThat(system.ended).containsExactly("b000");
    assertThat(own.ended).isEmpty();
    person().end(KillTarget.session("a"));
    assertThat(own.ended).containsExactly("a000");
  }

  @Test
  void aBeginningThatSessionsOfBothHaveEndsNeither() throws Exception {
    serveOwn();
    serveSystem();
    assertThatThrownBy(() -> person().end(KillTarget.session("5f")))
        .isInstanceOf(UserError.class)
        .hasMessage("5f is the beginning of 2 sessions' names; give more of it");
    assertThat(own.ended).isEmpty();
    assertThat(system.ended).isEmpty();
    assertThatThrownBy(() -> person().end(KillTarget.session("77")))
        .hasMessage("there is no session 77; agent sessions lists those there are");
  }

  @Test
  void aKeyEndsWhatItOpenedAtBoth() throws Exception {
    serveOwn();
    serveSystem();
    LocalAgents.Ending ending = person().end(KillTarget.key(KEY));
    assertThat(ending.sessions())
        .extracting(SessionEntry::id)
        .containsExactly("5f02", "5f01", "b000", "a000");
    assertThat(own.ended).containsExactlyInAnyOrder("5f01", "a000");
    assertThat(system.ended).containsExactlyInAnyOrder("5f02", "b000");
    assertThat(ending.over()).isTrue();
  }

  /** An agent that is gone meanwhile has not ended them for that. */
  @Test
  void itIsOverWhenTheAgentThatHasThemSaysSo() throws Exception {
    serveOwn();
    serveSystem();
    own.slow = true;
    LocalAgents.Ending ending = person().end(KillTarget.session("5f01"));
    assertThat(ending.over()).isFalse();
    own.sessions.remove(0);
    assertThat(ending.over()).isTrue();
    servers.remove(0).close();
    assertThatThrownBy(ending::over).hasMessageContaining("no agent runs here");
  }

  @Test
  void rootIsToldOfOtherAgentsAndAsksNoneOfThem() throws Exception {
    serveOwn();
    serveSystem();
    LocalSessions seen = root(Optional.of("Others run here.")).sessions();
    assertThat(ids(seen)).containsExactly("5f01", "a000");
    assertThat(seen.notes()).containsExactly("Others run here.");
    assertThat(root(Optional.of("Others run here.")).status().notes()).hasSize(1);
    assertThat(system.asked).isFalse();
    servers.remove(0).close();
    assertThatThrownBy(() -> root(Optional.of("Others run here.")).sessions())
        .hasMessageStartingWith("no agent of root's runs here (")
        .hasMessageEndingWith(". Others run here");
  }
}
