package org.moshpit.deploy.roaming;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.MissingNode;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import org.awaitility.core.ConditionTimeoutException;
import org.moshpit.deploy.lab.Host;
import org.moshpit.deploy.lab.Lab;
import org.moshpit.deploy.session.Session;

/** A lab in which much happens to a session, and what a session owes a person after it. */
final class Roaming implements AutoCloseable {
  /**
   * The promise is 2 s; but the tests' machine has other things to do, and programs that were
   * killed take a second or two to start on it.
   */
  static final Duration ECHO = Duration.ofSeconds(Integer.getInteger("moshpit.roam.echo", 8));

  /**
   * For any pair that has a direct path: three punches of many flows, of which each may miss, with
   * a pause of half a minute before each.
   */
  static final Duration DIRECT = Duration.ofSeconds(Integer.getInteger("moshpit.roam.direct", 100));

  /** So long a path must stay as it is to count. */
  private static final Duration STEADY = Duration.ofSeconds(3);

  private static final Duration LUCK = Duration.ofSeconds(15);

  final Lab lab;
  private ProcessHandle agent;
  private ProcessHandle rendezvous;

  /** Whether a path that was there before the last change can be there no longer. */
  private volatile boolean oldPathIsGone;

  private final Set<String> moved = ConcurrentHashMap.newKeySet();
  private final Set<String> undone = ConcurrentHashMap.newKeySet();

  Roaming(String client, String server, String... more) {
    List<String> options = new ArrayList<>(List.of("--rtt", "40", "--udp-timeout", "10"));
    options.addAll(List.of(more));
    lab = Lab.populated(client, server, options.toArray(String[]::new));
    agent = lab.agent("box");
    rendezvous = lab.rendezvousServer();
  }

  /** The same with networks {@code net0}, {@code net1} and so on behind NATs of these kinds. */
  static Roaming withNetworks(String client, String server, String... kinds) {
    String[] more = new String[2 * kinds.length];
    for (int i = 0; i < kinds.length; i++) {
      more[2 * i] = "--host";
      more[2 * i + 1] = "net" + i + "=" + kinds[i] + "@" + (2 + i % 2);
    }
    return new Roaming(client, server, more);
  }

  /** A person in a session on its direct path. */
  Typist typist() {
    return typist("direct");
  }

  /** A person in a session on that path. */
  Typist typist(String path) {
    Typist typist = Typist.at(lab);
    typist.session().awaitPath(path, DIRECT);
    typist.worst();
    return typist;
  }

  /** What may have been asked of it: echo soon after {@code since}, direct in time. */
  void recovers(Typist typist, String what, long since) throws IOException {
    recovers(typist, what, since, "direct");
  }

  /**
   * What may be asked of it.
   *
   * @param since when the network, and all processes, were there: a daemon from the moment on that
   *     it says so
   * @param path the best there is now; null: whichever is there after a while
   */
  void recovers(Typist typist, String what, long since, String path) throws IOException {
    boolean another = oldPathIsGone;
    oldPathIsGone = false;
    CompletableFuture<Duration> found =
        CompletableFuture.supplyAsync(() -> settled(typist.session(), since, path, another));
    Duration echo = typist.awaitEcho(since, Duration.ofSeconds(60));
    Duration direct = found.join();
    List<String> paths = typist.session().paths();
    String last = paths.get(paths.size() - 1);
    RoamingTable.row(what, echo, direct, typist.worst(), last);
    assertThat(echo).as("echo after " + what).isLessThan(ECHO);
    if (direct != null && "direct".equals(path)) {
      assertThat(direct).as("direct after " + what).isLessThan(DIRECT);
    }
    assertThat(sessions()).as("sessions after " + what).isEqualTo(1);
    assertThat(servers()).as("mosh-servers after " + what).isEqualTo(1);
  }

  /** Ends it, and has nothing left of it. */
  void finish(Typist typist) throws IOException {
    typist.finish();
    await().atMost(Duration.ofSeconds(30)).until(() -> servers() == 0 && sessions() == 0);
    Path records = lab.box().home().resolve(".local/state/moshpit/sessions");
    await()
        .atMost(Duration.ofSeconds(30))
        .untilAsserted(() -> assertThat(records).isEmptyDirectory());
  }

  /** Watches which path a session comes to, to stay. */
  private static final class Settling {
    private final Session session;
    private final String path;
    private final boolean another;
    private final Duration steady;
    private final int before;
    private int known;
    private long changed = System.nanoTime();

    /**
     * Begins to watch.
     *
     * @param path null: any
     * @param another whether what was there at the beginning does not count
     */
    Settling(Session session, String path, boolean another) {
      this.session = session;
      this.path = path;
      this.another = another;
      steady = path == null ? LUCK : STEADY;
      before = session.paths().size();
      known = before;
    }

    /** Looks once more; whether it has settled. */
    boolean look() {
      List<String> paths = session.paths();
      if (paths.size() > known) {
        known = paths.size();
        changed = System.nanoTime();
      }
      boolean there = path == null || paths.get(paths.size() - 1).equals(path);
      boolean counts = !another || known > before;
      return there && counts && System.nanoTime() - changed > steady.toNanos();
    }

    /** How long after {@code since}; null if the path was there all along. */
    Duration took(long since) {
      return known == before ? null : Duration.ofNanos(changed - since);
    }
  }

  private static Duration settled(Session session, long since, String path, boolean another) {
    Settling settling = new Settling(session, path, another);
    try {
      await()
          .atMost(DIRECT.plus(Duration.ofSeconds(20)))
          .pollInterval(Duration.ofMillis(50))
          .until(settling::look);
    } catch (ConditionTimeoutException e) {
      throw new AssertionError("not " + path + " to stay: " + session.events(), e);
    }
    return settling.took(since);
  }

  // what happens to it

  void change(String... words) {
    lab.change(words);
    if (words[0].equals("move")) {
      moved.add(words[1]);
      oldPathIsGone = true;
    } else if (words[0].equals("udp") || words[0].equals("oneway")) {
      String undo = String.join(" ", words).replace(" off ", " on ");
      if (words[1].equals("off")) {
        undone.add(undo);
      } else {
        undone.remove(undo);
      }
    }
  }

  /** Everything is as it was, but for the addresses of routers that restarted. */
  void putBack() throws IOException {
    Set.copyOf(undone).forEach(words -> change(words.split(" ")));
    for (String host : Set.copyOf(moved)) {
      lab.change("move", host, host);
    }
    moved.clear();
    if (!rendezvous.isAlive()) {
      startRendezvous();
    }
    if (!agent.isAlive()) {
      startAgent();
    }
    await().atMost(Duration.ofSeconds(90)).until(() -> sessions() == 0 && isRegistered());
  }

  boolean isRegistered() throws IOException {
    return status().path("registered").asBoolean();
  }

  /** Between the addresses their NATs have by now. */
  void oneWay(String to, String from, String into) {
    change("oneway", to, from, into);
  }

  void killAgent() {
    agent.destroyForcibly();
    await().atMost(Duration.ofSeconds(10)).until(() -> !agent.isAlive());
  }

  void startAgent(String... options) {
    List<String> command = new ArrayList<>(List.of("agent", "run"));
    command.addAll(List.of(options));
    Host.Running started = lab.box().start(command.toArray(String[]::new));
    agent = started.process().toHandle();
    awaitLine(started, "agent runs");
  }

  void restartAgent(String... options) {
    killAgent();
    startAgent(options);
  }

  ProcessHandle agent() {
    return agent;
  }

  ProcessHandle rendezvous() {
    return rendezvous;
  }

  void killRendezvous() {
    rendezvous.destroyForcibly();
    await().atMost(Duration.ofSeconds(10)).until(() -> !rendezvous.isAlive());
  }

  void startRendezvous() {
    Host host = lab.rendezvous();
    Host.Running started =
        host.start(
            "rendezvous-server",
            "run",
            "--state",
            host.home().resolve("state").toString(),
            "--listen",
            Lab.RENDEZVOUS + ":3478",
            "--listen",
            Lab.RENDEZVOUS_SECOND + ":3478",
            "--public-address",
            Lab.RENDEZVOUS,
            "--public-address",
            Lab.RENDEZVOUS_SECOND);
    rendezvous = started.process().toHandle();
    awaitLine(started, "Listening");
  }

  private static void awaitLine(Host.Running daemon, String line) {
    await()
        .atMost(Duration.ofSeconds(20))
        .pollInterval(Duration.ofMillis(10))
        .until(() -> daemon.output().contains(line));
  }

  /** Of the box, as its agent counts them; −1 while it does not answer. */
  int sessions() throws IOException {
    JsonNode status = status();
    return status.isMissingNode() ? -1 : status.path("sessions").size();
  }

  private JsonNode status() throws IOException {
    var status = lab.box().run("agent", "status", "--json");
    return status.exit() == 0
        ? new ObjectMapper().readTree(status.out())
        : MissingNode.getInstance();
  }

  /** Of the lab's user, whose number nobody else has. */
  int servers() {
    String found = lab.box().run("pgrep", "-c", "-u", "demo", "-x", "mosh-server").out();
    return Integer.parseInt(found.strip());
  }

  @Override
  public void close() {
    lab.close();
  }
}
