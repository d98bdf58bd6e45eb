package org.moshpit.agent.auth;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.awaitility.Awaitility;

/** A real ssh-agent of the test's own. */
final class TestAgent implements AutoCloseable {
  private final Process process;
  private final Path socket;

  private TestAgent(Process process, Path socket) {
    this.process = process;
    this.socket = socket;
  }

  static TestAgent start(Path directory) {
    Path socket = directory.resolve("agent.sock");
    try {
      Process process =
          new ProcessBuilder("ssh-agent", "-D", "-a", socket.toString())
              .redirectErrorStream(true)
              .redirectOutput(ProcessBuilder.Redirect.DISCARD)
              .start();
      Awaitility.await("ssh-agent")
          .atMost(Duration.ofSeconds(20))
          .pollInterval(Duration.ofMillis(10))
          .until(() -> Files.exists(socket));
      return new TestAgent(process, socket);
    } catch (IOException e) {
      throw new AssertionError("ssh-agent is needed by this test: install openssh-client", e);
    }
  }

  Path socket() {
    return socket;
  }

  void add(Path key, String... options) throws Exception {
    List<String> argv = new ArrayList<>(List.of("ssh-add", "-q"));
    argv.addAll(List.of(options));
    argv.add(key.toString());
    TestKeys.run(Map.of("SSH_AUTH_SOCK", socket.toString()), argv);
  }

  @Override
  public void close() {
    process.destroy();
  }
}
