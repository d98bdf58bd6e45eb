package org.moshpit.deploy.documents;

import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import org.awaitility.core.ConditionTimeoutException;

/** A program that was left running in a {@link Scene}. */
final class Daemon implements AutoCloseable {
  private static final AtomicInteger NUMBER = new AtomicInteger();
  private static final Duration LONG = Duration.ofSeconds(30);

  private final Scene scene;
  private final Scene.Place place;
  private final String command;
  private final String files = "/tmp/daemon" + NUMBER.incrementAndGet();

  Daemon(Scene scene, Scene.Place place, String command) {
    this.scene = scene;
    this.place = place;
    this.command = command;
    String inner = "echo $$ > " + files + ".pid; exec env --default-signal " + command;
    String quoted = "'" + inner.replace("'", "'\\''") + "'";
    scene
        .script(
            place,
            "",
            String.format(
                "(e=0; bash -c %s > %s.out 2>&1 < /dev/null || e=$?; echo $e > %s.exit)"
                    + " > /dev/null 2>&1 &",
                quoted, files, files))
        .orFail();
  }

  /** All it has said so far. */
  String output() {
    return read(".out");
  }

  private String read(String kind) {
    return scene.script(place, "", "cat " + files + kind + " 2> /dev/null || true").orFail();
  }

  Daemon awaitOutput(String text) {
    try {
      await().atMost(LONG).until(() -> output().contains(text));
      return this;
    } catch (ConditionTimeoutException e) {
      throw new AssertionError("no \"" + text + "\" from " + command + ":\n" + output(), e);
    }
  }

  /** Asks it to end; its exit code. */
  int end() {
    scene.script(place, "", "kill $(cat " + files + ".pid)").orFail();
    await().atMost(LONG).until(() -> !read(".exit").isEmpty());
    return Integer.parseInt(read(".exit"));
  }

  @Override
  public void close() {
    if (read(".exit").isEmpty()) {
      end();
    }
  }
}
