package org.moshpit.deploy.robust;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.moshpit.deploy.lab.Shell;

/** The two programs by their launchers, on loopback, everything of theirs below one directory. */
final class Launchers {
  static final Duration LONG = Duration.ofSeconds(30);

  /** A daemon and all it has said. */
  record Running(Process process, Path log) {
    String output() {
      try {
        return Files.readString(log);
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }

    Running awaitOutput(String words) {
      await()
          .atMost(LONG)
          .failFast(() -> assertThat(process.isAlive()).as(output()).isTrue())
          .until(() -> output().contains(words));
      return this;
    }

    /** Asks it to end; its exit status. */
    int end() {
      process.destroy();
      await().atMost(LONG).until(() -> !process.isAlive());
      return process.exitValue();
    }
  }

  private final Path directory;
  private final List<Process> started = new ArrayList<>();
  private int port;

  Launchers(Path directory) {
    this.directory = directory;
  }

  Path state() {
    return directory.resolve("rendezvous");
  }

  Path config(String agent) {
    return directory.resolve(agent).resolve("config");
  }

  Path state(String agent) {
    return directory.resolve(agent).resolve("state");
  }

  static String launcher(String program) {
    String module = program.equals("agent") ? "agent" : program;
    return Shell.repository().resolve(module + "/target/dist/bin/" + program).toString();
  }

  /** A command of rendezvous-server on its state. */
  Shell.Result rendezvous(String verb, String... words) {
    return Shell.run(rendezvousCommand(verb, words), "");
  }

  private List<String> rendezvousCommand(String verb, String... words) {
    List<String> command =
        new ArrayList<>(
            List.of(launcher("rendezvous-server"), verb, "--state", state().toString()));
    command.addAll(List.of(words));
    return command;
  }

  /** {@code rendezvous-server run}, on the same port every time. */
  List<String> serve() throws IOException {
    if (port == 0) {
      port = freePort();
    }
    return rendezvousCommand(
        "run", "--listen", "127.0.0.1:" + port, "--public-address", "127.0.0.1");
  }

  /** An agent's command with directories of its own. */
  List<String> agent(String name, String... words) {
    List<String> command = new ArrayList<>(List.of(launcher("agent")));
    command.addAll(List.of("--config-dir", config(name).toString()));
    command.addAll(List.of("--state-dir", state(name).toString()));
    command.addAll(List.of(words));
    return command;
  }

  /** Invites and enrolls an agent; what enroll printed. */
  String enroll(String name, String... options) {
    List<String> words = new ArrayList<>(List.of("--name", name));
    words.addAll(List.of(options));
    String url = rendezvous("invite", words.toArray(String[]::new)).orFail();
    return Shell.run(agent(name, "enroll", url), "").orFail();
  }

  Running start(List<String> command) throws IOException {
    Path log = directory.resolve("log-" + started.size());
    // a JVM takes SIGHUP as ignored if it was started so, as beneath nohup
    List<String> line = new ArrayList<>(List.of("env", "--default-signal=HUP"));
    line.addAll(command);
    Process process =
        new ProcessBuilder(line).redirectErrorStream(true).redirectOutput(log.toFile()).start();
    started.add(process);
    return new Running(process, log);
  }

  Running startRendezvous() throws IOException {
    return start(serve()).awaitOutput("is ready");
  }

  /** Ends what still runs. */
  void stop() {
    started.forEach(Process::destroyForcibly);
  }

  /** Free on TCP and UDP, with the one after it free on UDP. */
  static int freePort() throws IOException {
    InetAddress loopback = InetAddress.getLoopbackAddress();
    for (int attempt = 0; ; attempt++) {
      try (ServerSocket tcp = new ServerSocket(0, 1, loopback);
          DatagramSocket first = new DatagramSocket(tcp.getLocalPort(), loopback);
          DatagramSocket second = new DatagramSocket(tcp.getLocalPort() + 1, loopback)) {
        return Math.min(first.getLocalPort(), second.getLocalPort());
      } catch (IOException | IllegalArgumentException e) {
        if (attempt == 20) {
          throw e;
        }
      }
    }
  }
}
