package org.moshpit.deploy.link;

import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.moshpit.testkit.FreePort;

/** Runs our two programs from the classes under test, without a distribution. */
final class Programs {
  /** How a command ended. */
  record Outcome(int exit, String out, String err) {}

  private final Path directory;
  private final int port;
  private Process server;
  private int logs;

  Programs(Path directory) throws IOException {
    this.directory = directory;
    this.port = FreePort.next();
  }

  private static List<String> java(String mainClass) {
    String classPath =
        System.getProperty("surefire.test.class.path", System.getProperty("java.class.path"));
    return new ArrayList<>(
        List.of(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-XX:+UseSerialGC",
            "-XX:TieredStopAtLevel=1",
            "-cp",
            classPath,
            mainClass));
  }

  /** Starts the rendezvous, or starts it again on the same state, and waits until it listens. */
  void startRendezvous() throws IOException {
    List<String> command = java("org.moshpit.rendezvous.cli.Main");
    command.addAll(
        List.of(
            "run",
            "--state",
            rendezvousState(),
            "--listen",
            "127.0.0.1:" + port,
            "--public-address",
            "127.0.0.1"));
    Path log = directory.resolve("rendezvous-" + logs++ + ".log");
    server =
        new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(log.toFile()).start();
    await()
        .atMost(Duration.ofSeconds(30))
        .failFast("the rendezvous ended", () -> !server.isAlive())
        .until(() -> Files.readString(log).contains("is ready"));
  }

  /** Ends it as a crash would. */
  void killRendezvous() throws InterruptedException {
    server.destroyForcibly();
    server.waitFor(10, TimeUnit.SECONDS);
  }

  String rendezvousState() {
    return directory.resolve("rendezvous").toString();
  }

  Path config(String agent) {
    return directory.resolve(agent).resolve("config");
  }

  /** One command of rendezvous-server on its state. */
  Outcome rendezvous(String... arguments) throws IOException, InterruptedException {
    List<String> command = java("org.moshpit.rendezvous.cli.Main");
    command.addAll(List.of(arguments));
    command.addAll(List.of("--state", rendezvousState()));
    return run(Map.of(), command);
  }

  int port() {
    return port;
  }

  /** One command of the agent with its own directories. */
  Outcome agent(String agent, String... arguments) throws IOException, InterruptedException {
    return agent(Map.of(), agent, arguments);
  }

  /** The same with more in its environment. */
  Outcome agent(Map<String, String> environment, String agent, String... arguments)
      throws IOException, InterruptedException {
    List<String> command = java("org.moshpit.agent.cli.Main");
    command.addAll(List.of(arguments));
    command.addAll(
        List.of(
            "--config-dir",
            config(agent).toString(),
            "--state-dir",
            directory.resolve(agent).resolve("state").toString()));
    return run(environment, command);
  }

  private Outcome run(Map<String, String> environment, List<String> command)
      throws IOException, InterruptedException {
    Path out = Files.createTempFile(directory, "out", "");
    Path err = Files.createTempFile(directory, "err", "");
    ProcessBuilder builder =
        new ProcessBuilder(command).redirectOutput(out.toFile()).redirectError(err.toFile());
    builder.environment().putAll(environment);
    Process process = builder.start();
    process.getOutputStream().close();
    if (!process.waitFor(60, TimeUnit.SECONDS)) {
      process.destroyForcibly();
      throw new AssertionError("still running after a minute: " + command);
    }
    return new Outcome(
        process.exitValue(),
        Files.readString(out, StandardCharsets.UTF_8),
        Files.readString(err, StandardCharsets.UTF_8));
  }

  /** Ends the rendezvous if one runs. */
  void stop() throws InterruptedException {
    if (server != null) {
      server.destroy();
      if (!server.waitFor(10, TimeUnit.SECONDS)) {
        server.destroyForcibly();
      }
    }
  }
}
