package org.moshpit.deploy.robust;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.moshpit.deploy.lab.Shell;

/**
 * Every mistake in the settings of both daemons is one sentence that says where, and exit 2; and
 * SIGHUP has them read again. By the real launchers.
 */
@Tag("lab")
class ConfigurationTest {
  @TempDir static Path directory;
  private static Launchers programs;
  private static ServerSocket taken;

  @BeforeAll
  static void start() throws IOException {
    programs = new Launchers(directory);
    programs.startRendezvous();
    programs.enroll("den");
    taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
  }

  @AfterAll
  static void stop() throws IOException {
    programs.stop();
    taken.close();
  }

  private static void refused(Shell.Result ended, String... words) {
    assertThat(ended.exit()).as(ended.err()).isEqualTo(2);
    assertThat(ended.err()).contains(words).doesNotContain("Exception", "\tat ");
    assertThat(ended.err().lines().filter(line -> !line.startsWith("Try '"))).hasSize(1);
    assertThat(ended.out()).isEmpty();
  }

  private static Shell.Result agent(String... words) {
    return Shell.run(programs.agent("den", words), "");
  }

  private static Path conf() {
    return programs.config("den").resolve("agent.conf");
  }

  /** {@code ;} is the end of a line of the file, {@code @} a port that is taken. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "colour = red | | agent.conf:1: there is no option named colour",
        "# x;ports = 9-1 | | agent.conf:2: ports must be ports like 60001-60999",
        "log-level | | agent.conf:1: this is not KEY = VALUE",
        "max-sessions = 1;max-sessions = 2 | | agent.conf:2: max-sessions was already set above",
        "metrics = 0.0.0.0:9480 | | agent.conf:1: metrics is reached from elsewhere",
        "metrics = 127.0.0.1:@ | | cannot answer metrics: TCP 127.0.0.1:@",
        "metrics-token-file = token | | agent.conf:1: metrics-token-file must be an absolute path",
        "'' | --ports 9-1 | --ports must be ports like 60001-60999",
        "'' | --log-level loud | --log-level must be error, warn, info, debug or trace",
        "'' | --colour red | Unknown option",
        "'' | --metrics 127.0.0.1:9480 --metrics-token-file /none | /none does not exist",
      })
  void ofTheAgent(String file, String options, String words) throws IOException {
    String port = Integer.toString(taken.getLocalPort());
    Files.writeString(conf(), file.replace(";", "\n").replace("@", port));
    try {
      List<String> line = new ArrayList<>(List.of("run"));
      if (options != null) {
        line.addAll(List.of(options.split(" ")));
      }
      refused(agent(line.toArray(String[]::new)), words.replace("@", port));
    } finally {
      Files.delete(conf());
    }
  }

  @Test
  void ofTheAgentsEnvironmentAndFiles() throws IOException {
    List<String> line = new ArrayList<>(List.of("env", "MOSHPIT_PORTS=9-1"));
    line.addAll(programs.agent("den", "run"));
    refused(Shell.run(line, ""), "MOSHPIT_PORTS must be ports like");

    Files.createDirectory(conf());
    refused(agent("run"), conf() + " cannot be read");
    Files.delete(conf());

    Path key = programs.config("den").resolve("link_ed25519");
    withMode(key, "rw-r--r--", () -> refused(agent("run"), key + " can be read by others"));
    withOwner(key, () -> refused(agent("run"), key + " belongs to another user"));
    Path config = programs.config("den");
    withMode(
        config, "rwxrwxrwx", () -> refused(agent("run"), config + " can be written by others"));
    withOwner(config, () -> refused(agent("run"), config + " belongs to another user"));
  }

  /**
   * The same for the rendezvous, with another state so that the one that runs is not in the way.
   */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "colour = red | | .conf:1: unknown key 'colour'",
        "# x;listen = a:b:c | | .conf:2: 'a:b:c' is not HOST:PORT of this machine",
        "log-level | | .conf:1: a line is 'key = value'",
        "log-level = loud | | .conf:1: 'loud' is no log level",
        "state = /a;state = /b | | .conf:2: there is one state directory only",
        "log-level = info;log-level = warn | | .conf:2: there is one log-level only",
        "metrics = 0.0.0.0:9480 | | .conf:1: '0.0.0.0:9480' is reached from elsewhere",
        "metrics = 127.0.0.1:@ | | Cannot answer metrics: TCP 127.0.0.1:@",
        "'' | --listen 300.1.1.1 | --listen: '300.1.1.1' is not HOST:PORT of this machine",
        "'' | --listen 127.0.0.1:@ | Cannot listen: TCP 127.0.0.1:@",
        "'' | --public-address a:1 | --public-address: 'a:1' is not a host name or IP address",
        "'' | --colour red | Unknown option",
        "'' | --metrics 127.0.0.1:9480 --metrics-token-file /none | /none does not exist",
      })
  void ofTheRendezvous(String file, String options, String words) throws IOException {
    String port = Integer.toString(taken.getLocalPort());
    Path conf = directory.resolve("r.conf");
    Files.writeString(conf, file.replace(";", "\n").replace("@", port));
    refused(
        Shell.run(rendezvous(conf, options == null ? "" : options.replace("@", port)), ""),
        words.replace("@", port));
  }

  private static List<String> rendezvous(Path conf, String options) throws IOException {
    List<String> line =
        new ArrayList<>(
            List.of(Launchers.launcher("rendezvous-server"), "run", "--config", conf.toString()));
    if (!Files.isRegularFile(conf) || !Files.readString(conf).contains("state =")) {
      line.addAll(List.of("--state", directory.resolve("other").toString()));
    }
    boolean listens = Files.isRegularFile(conf) && Files.readString(conf).contains("listen =");
    if (!options.contains("--listen") && !listens) {
      try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
        line.addAll(List.of("--listen", "127.0.0.1:" + Math.min(65000, free.getLocalPort())));
      }
    }
    if (!options.contains("--public-address")) {
      line.addAll(List.of("--public-address", "127.0.0.1"));
    }
    if (!options.isEmpty()) {
      line.addAll(List.of(options.split(" ")));
    }
    return line;
  }

  @Test
  void ofTheRendezvousFiles() throws IOException {
    Path conf = directory.resolve("empty.conf");
    refused(Shell.run(rendezvous(conf, ""), ""), conf + " does not exist");
    refused(Shell.run(rendezvous(directory, ""), ""), directory + " cannot be read");
    Files.writeString(conf, "");
    Path state = directory.resolve("third");
    List<String> line = rendezvous(conf, "");
    line.set(line.indexOf("--state") + 1, state.toString());
    List<String> invite =
        List.of(
            Launchers.launcher("rendezvous-server"),
            "invite",
            "--state",
            state.toString(),
            "--config",
            Files.writeString(directory.resolve("p.conf"), "public-address = 127.0.0.1\n")
                .toString());
    Shell.run(invite, "").orFail();
    Path key = state.resolve("tls_key.pem");
    withMode(key, "rw-r-----", () -> refused(Shell.run(line, ""), "Others can read the TLS key"));
    withOwner(key, () -> refused(Shell.run(line, ""), key + " belongs to another user"));
    withMode(
        state,
        "rwxrwxrwx",
        () -> refused(Shell.run(line, ""), "Others may write to the state directory " + state));
  }

  /** A step that may throw. */
  private interface Step {
    void run() throws IOException;
  }

  private static void withMode(Path file, String mode, Step step) throws IOException {
    var before = Files.getPosixFilePermissions(file);
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString(mode));
    try {
      step.run();
    } finally {
      Files.setPosixFilePermissions(file, before);
    }
  }

  private static void withOwner(Path file, Step step) throws IOException {
    Object before = Files.getAttribute(file, "unix:uid");
    Files.setAttribute(file, "unix:uid", 54321);
    try {
      step.run();
    } finally {
      Files.setAttribute(file, "unix:uid", before);
    }
  }

  @Test
  void theAgentReadsItsFileAgainOnHangUp() throws IOException {
    programs.enroll("attic");
    Path conf = programs.config("attic").resolve("agent.conf");
    Launchers.Running agent =
        programs.start(programs.agent("attic", "run")).awaitOutput("registered at");
    try {
      Files.writeString(conf, "log-level = debug\nmax-sessions = 3\n");
      hangUp(agent);
      agent
          .awaitOutput("settings were read again, and some take effect only after a restart")
          .awaitOutput("changed=log-level needRestart=max-sessions");
      Files.writeString(conf, "log-level = loud\n");
      hangUp(agent);
      agent.awaitOutput("those of before stay").awaitOutput("agent.conf:1: log-level must be");
      assertThat(agent.output()).doesNotContain("Exception");
      Files.delete(conf);
      assertThat(Shell.run(programs.agent("attic", "status", "--json"), "").orFail())
          .contains("\"registered\":true");
    } finally {
      assertThat(agent.end()).isZero();
    }
  }

  @Test
  void theRendezvousReadsItsFileAgainOnHangUp() throws IOException {
    Path conf = Files.writeString(directory.resolve("live.conf"), "log-level = warn\n");
    List<String> line = rendezvous(conf, "");
    line.set(line.indexOf("--state") + 1, directory.resolve("fourth").toString());
    Launchers.Running server = programs.start(line);
    try {
      Path socket = directory.resolve("fourth/control.sock");
      org.awaitility.Awaitility.await().atMost(Launchers.LONG).until(() -> Files.exists(socket));
      assertThat(server.output()).doesNotContain("is ready");
      Files.writeString(conf, "log-level = info\nlisten = 127.0.0.1:1\n");
      hangUp(server);
      server.awaitOutput("settings were read again changed=log-level");
      Files.writeString(conf, "colour = red\n");
      hangUp(server);
      server.awaitOutput("those of before stay").awaitOutput("live.conf:1: unknown key 'colour'");
    } finally {
      assertThat(server.end()).isZero();
    }
  }

  @Test
  void nothingOfMetricsIsLoadedUnlessTheyAreWanted() throws IOException {
    programs.enroll("loft");
    assertThat(classesOfMetrics("")).isEmpty();
    try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      int port = free.getLocalPort();
      free.close();
      assertThat(classesOfMetrics("metrics = 127.0.0.1:" + port)).isNotEmpty();
    }
  }

  private static List<String> classesOfMetrics(String setting) throws IOException {
    Files.writeString(programs.config("loft").resolve("agent.conf"), setting);
    Path loaded = directory.resolve("loaded");
    Files.deleteIfExists(loaded);
    // after the launcher's own options, which turn the JVM's log off
    List<String> line =
        new ArrayList<>(List.of("env", "_JAVA_OPTIONS=-Xlog:class+load:file=" + loaded));
    line.addAll(programs.agent("loft", "run"));
    assertThat(programs.start(line).awaitOutput("registered at").end()).isZero();
    List<String> classes = Files.readAllLines(loaded);
    assertThat(classes).anyMatch(name -> name.contains(" org.moshpit.agent.cli.box.BoxRun "));
    return classes.stream()
        .filter(
            name ->
                name.contains(" io.netty.handler.codec.http.")
                    || name.contains(" org.moshpit.common.web.")
                    || name.contains(" org.moshpit.common.metrics.")
                    || name.contains(" org.moshpit.agent.metrics.AgentMetrics"))
        .toList();
  }

  private static void hangUp(Launchers.Running daemon) {
    Shell.run(List.of("kill", "-HUP", Long.toString(daemon.process().pid())), "").orFail();
  }
}
