package org.moshpit.deploy.session;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.moshpit.deploy.lab.Host;
import org.moshpit.deploy.lab.Lab;
import org.moshpit.deploy.lab.Shell;
import org.moshpit.deploy.lab.Terminal;

/** Asks for sessions on a lab's box, each of which is expected to come to nothing. */
final class Refusals {
  static final Duration LONGEST = Duration.ofSeconds(40);

  private final Lab lab;

  Refusals(Lab lab) {
    this.lab = lab;
  }

  /** Exit status, the one sentence, and how long it took. */
  record Ending(int exit, String sentence, Duration took) {}

  Ending connectBox() {
    return connect("--host-key", lab.hostKey("box"), "box");
  }

  Ending connect(String... words) {
    String[] command = new String[words.length + 2];
    command[0] = "agent";
    command[1] = "connect";
    System.arraycopy(words, 0, command, 2, words.length);
    return run(command);
  }

  Ending run(String... command) {
    long begin = System.nanoTime();
    try (Terminal terminal = lab.laptop().terminal(command)) {
      int exit = terminal.awaitExit(LONGEST);
      Duration took = Duration.ofNanos(System.nanoTime() - begin);
      String sentence = terminal.leftBehind();
      assertThat(sentence).startsWith("agent: ").hasLineCount(1).doesNotContain("Exception");
      return new Ending(exit, sentence, took);
    }
  }

  static void assertRefused(Shell.Result ended, int exit, String word) {
    assertThat(ended.exit()).as(ended.err()).isEqualTo(exit);
    assertThat(ended.err().strip()).contains(word).doesNotContain("Exception").hasLineCount(1);
  }

  Shell.Result enroll(String url, String name) {
    String directory = lab.laptop().home().resolve("config-" + name).toString();
    return lab.laptop().run("agent", "--config-dir", directory, "enroll", url, "--name", name);
  }

  String rendezvousServer(String verb, String... words) {
    String[] command = new String[words.length + 4];
    command[0] = "rendezvous-server";
    command[1] = verb;
    command[2] = "--state";
    command[3] = lab.rendezvous().home().resolve("state").toString();
    System.arraycopy(words, 0, command, 4, words.length);
    return lab.rendezvous().output(command);
  }

  boolean online(String name) {
    return rendezvousServer("agents", "--json")
        .replaceAll("\\s", "")
        .matches("(?s).*\"name\":\"" + name + "\"[^{}]*\"online\":true.*");
  }

  String publicKey() {
    try {
      return Files.readString(lab.laptop().home().resolve(".ssh/id_ed25519.pub"));
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  static String read(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  static void write(Host host, String file, String text) {
    host.runWithInput(text, "sh", "-c", "umask 077; cat > \"$1\"", "write", file).orFail();
  }

  static void end(ProcessHandle process) {
    process.destroy();
    await().atMost(LONGEST).until(() -> !process.isAlive());
  }
}
