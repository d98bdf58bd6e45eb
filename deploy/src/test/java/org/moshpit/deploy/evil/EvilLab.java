package org.moshpit.deploy.evil;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.awaitility.Awaitility.await;

import com.google.protobuf.ByteString;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.moshpit.common.sansio.TransportAddress;
import org.moshpit.common.wire.proto.Observed;
import org.moshpit.deploy.lab.Host;
import org.moshpit.deploy.lab.Lab;
import org.moshpit.deploy.lab.Shell;
import org.moshpit.deploy.lab.Terminal;

/**
 * A box and a laptop in a lab, both enrolled at an {@link EvilRendezvous} in this process. A bridge
 * connects their namespaces with this one; its network holds the third parties too.
 */
final class EvilLab implements AutoCloseable {
  static final Duration PATIENCE = Duration.ofSeconds(30);

  private static final AtomicInteger NUMBER = new AtomicInteger();
  private static final int PORT = 3478;
  private static final int BRIDGES = 250;

  final Lab lab;
  final EvilRendezvous evil;
  final String hostKey;

  private final String bridge;
  private final String network;
  private Host.Running agent;

  /** How a connect that came to nothing ended. */
  record Ending(int exit, String screen) {}

  EvilLab() throws IOException, GeneralSecurityException {
    lab = Lab.up("none", "none");
    int number = claimBridge();
    bridge = bridge(number);
    network = "198.18." + number + ".";
    boolean made = false;
    EvilRendezvous rendezvous = null;
    try {
      connectNamespaces();
      rendezvous = new EvilRendezvous(TransportAddress.parse(network + "1:" + PORT));
      evil = rendezvous;
      keys();
      hostKey =
          enroll(lab.box(), "box").lines().flatMap(EvilLab::fingerprints).findFirst().orElseThrow();
      enroll(lab.laptop(), "laptop");
      startBox();
      made = true;
    } finally {
      if (!made) {
        if (rendezvous != null) {
          rendezvous.close();
        }
        removeBridge();
        lab.close();
      }
    }
  }

  private static java.util.stream.Stream<String> fingerprints(String line) {
    return java.util.regex.Pattern.compile("SHA256:[A-Za-z0-9+/]{43}")
        .matcher(line)
        .results()
        .map(java.util.regex.MatchResult::group);
  }

  private static String bridge(int number) {
    return "evil" + number;
  }

  /** Makes a bridge; others may run the same tests, and only one can make a bridge of a name. */
  private static int claimBridge() {
    long first = ProcessHandle.current().pid() * 8 + NUMBER.incrementAndGet();
    for (int i = 0; ; i++) {
      int number = (int) ((first + i) % BRIDGES);
      var made = Shell.run(List.of("ip", "link", "add", bridge(number), "type", "bridge"), "");
      if (made.exit() == 0) {
        return number;
      }
      if (i == BRIDGES || !made.err().contains("File exists")) {
        throw new AssertionError(made.err());
      }
    }
  }

  private void connectNamespaces() {
    machine("ip", "address", "add", network + "1/24", "dev", bridge);
    machine("ip", "address", "add", network + "66/24", "dev", bridge);
    machine("ip", "link", "set", bridge, "up");
    for (String host : List.of("laptop", "box")) {
      String port = bridge + host.charAt(0);
      machine(
          "ip",
          "link",
          "add",
          port,
          "master",
          bridge,
          "up",
          "type",
          "veth",
          "peer",
          "name",
          "evil",
          "netns",
          namespace(host));
      Host of = lab.host(host);
      of.root("ip", "address", "add", address(host) + "/24", "dev", "evil");
      of.root("ip", "link", "set", "evil", "up");
    }
  }

  private String namespace(String host) {
    return home().getFileName() + "-" + host;
  }

  private Path home() {
    return lab.box().home().getParent().getParent().getParent();
  }

  /** The address of {@code laptop} or {@code box} on the bridge's network. */
  String address(String host) {
    return network + (host.equals("laptop") ? 2 : 3);
  }

  /** An address of this namespace that no agent has to do with. */
  String thirdParty() {
    return network + "66";
  }

  private void keys() throws IOException {
    lab.laptop()
        .output("sh", "-c", "umask 077; mkdir -p .ssh; ssh-keygen -q -t ed25519 -N '' -f " + KEY);
    String key = Files.readString(lab.laptop().home().resolve(KEY + ".pub"), UTF_8);
    lab.box()
        .runWithInput(key, "sh", "-c", "umask 077; mkdir -p .ssh; cat > .ssh/authorized_keys")
        .orFail();
  }

  private static final String KEY = ".ssh/id_ed25519";

  private String enroll(Host host, String name, String... options) {
    List<String> command = new ArrayList<>(List.of("agent"));
    command.addAll(List.of(options));
    command.addAll(List.of("enroll", "-", "--name", name));
    return host.runWithInput(
            evil.joinUrl(evil.pin()).format() + "\n", command.toArray(String[]::new))
        .orFail();
  }

  /** Enrolls another laptop, one that has never seen a box, with directories of this name. */
  String[] stranger(String name) {
    String[] options = {
      "--config-dir", directory(name, "config"), "--state-dir", directory(name, "state")
    };
    enroll(lab.laptop(), name, options);
    return options;
  }

  private String directory(String name, String what) {
    return lab.laptop().home().resolve(name).resolve(what).toString();
  }

  void startBox() {
    agent = lab.box().start("agent", "run");
    try {
      await().atMost(PATIENCE).until(() -> evil.online("box"));
    } catch (org.awaitility.core.ConditionTimeoutException e) {
      throw new AssertionError("no box: " + agent.output(), e);
    }
  }

  /** Ends the box's agent; its mosh-servers live on. */
  void stopBox() {
    agent.terminate();
    await().atMost(PATIENCE).until(() -> !agent.alive() && !evil.online("box"));
  }

  /** The box's agent. */
  Host.Running agent() {
    return agent;
  }

  /** {@code agent connect} with these words in a terminal of the laptop. */
  Terminal connect(String... words) {
    return connectAs(new String[0], words);
  }

  Terminal connectAs(String[] options, String... words) {
    // tmux scrolls the screen by a line when the program is over: nothing may be lost by that
    List<String> command =
        new ArrayList<>(List.of("sh", "-c", "echo; echo; exec \"$@\"", "sh", "agent"));
    command.addAll(List.of(options));
    command.addAll(List.of("connect", "--events", events().toString()));
    command.addAll(List.of(words));
    try {
      Files.deleteIfExists(events());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return lab.laptop().terminal(command.toArray(String[]::new));
  }

  private Path events() {
    return lab.laptop().home().resolve("events");
  }

  /** Everything the last connect has told about itself, a JSON object a line. */
  String told() {
    try {
      return Files.exists(events()) ? Files.readString(events()) : "";
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** A connect that is expected to come to nothing. */
  Ending refused(String... words) {
    return refusedAs(new String[0], words);
  }

  Ending refusedAs(String[] options, String... words) {
    try (Terminal terminal = connectAs(options, words)) {
      return ending(terminal);
    }
  }

  static Ending ending(Terminal terminal) {
    int exit = terminal.awaitExit(PATIENCE);
    return new Ending(exit, terminal.leftBehind().replace("\n", ""));
  }

  /** A session that is on the screen. */
  Terminal session(String... words) {
    String[] all = new String[words.length + 3];
    System.arraycopy(words, 0, all, 0, words.length);
    all[words.length] = "--host-key";
    all[words.length + 1] = hostKey;
    all[words.length + 2] = "box";
    Terminal terminal = connect(all);
    terminal.awaitText("demo@", PATIENCE);
    return terminal;
  }

  /** Has the remote shell say something that does not stand in what was typed. */
  static void expectEcho(Terminal terminal) {
    int nonce = NUMBER.incrementAndGet();
    terminal.type("echo over-$((40+2))-" + nonce + "\n");
    terminal.awaitText("over-42-" + nonce, PATIENCE);
  }

  /** Ends the remote shell; mosh-client's exit status. */
  static int exit(Terminal terminal) {
    terminal.type("exit\n");
    return terminal.awaitExit(PATIENCE);
  }

  /** The process ids of the mosh-servers on this lab's box. */
  List<String> moshServers() {
    // other labs may run beside this one, with a user of the same number
    String here =
        "for p in $(pgrep -u $(id -u) -x mosh-server); do"
            + " [ /proc/$p/ns/net -ef /proc/self/ns/net ] && echo $p; done; :";
    return lab.box().output("sh", "-c", here).lines().toList();
  }

  /** The session records on the box's disk. */
  List<String> sessionRecords() {
    return lab.box()
        .output("sh", "-c", "ls .local/state/moshpit/sessions 2>/dev/null || :")
        .lines()
        .toList();
  }

  /** An observation of a socket of this number, as a rendezvous may claim it. */
  static Observed observed(long socket, TransportAddress address) {
    return Observed.newBuilder()
        .setSocket(ByteString.copyFrom(java.nio.ByteBuffer.allocate(8).putLong(socket).array()))
        .setIp(ByteString.copyFrom(address.ip().getAddress()))
        .setPort(address.port())
        .build();
  }

  private static void machine(String... command) {
    Shell.run(List.of(command), "").orFail();
  }

  private void removeBridge() {
    // with the namespaces the ports of the bridge go
    Shell.run(List.of("ip", "link", "delete", bridge), "");
  }

  @Override
  public void close() {
    evil.close();
    lab.close();
    removeBridge();
  }
}
