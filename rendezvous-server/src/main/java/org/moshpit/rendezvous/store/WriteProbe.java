package org.moshpit.rendezvous.store;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/**
 * Whether a state directory can still be written: it writes a block and deletes it, so that a full
 * disk or one mounted read-only is known before an agent wants to be remembered. Blocks on the
 * disk, without waiting for it to sync. For one thread.
 */
public final class WriteProbe {
  private static final int BLOCK = 4096;

  /** Whoever asks more often gets the last answer. */
  private static final long EVERY = TimeUnit.SECONDS.toNanos(1);

  private final Path file;
  private Optional<String> last = Optional.empty();
  private long lastAt;
  private boolean asked;

  /** For a state directory. */
  public WriteProbe(Path directory) {
    file = directory.resolve("probe.tmp");
  }

  /**
   * Why it cannot, one line; empty: it can.
   *
   * @param now monotonic nanoseconds
   */
  public Optional<String> problem(long now) {
    if (!asked || now - lastAt > EVERY) {
      asked = true;
      lastAt = now;
      last = probe();
    }
    return last;
  }

  private Optional<String> probe() {
    try {
      Files.deleteIfExists(file);
      try (FileChannel out = StateFiles.open(file)) {
        ByteBuffer block = ByteBuffer.allocate(BLOCK);
        while (block.hasRemaining()) {
          out.write(block);
        }
      } finally {
        Files.deleteIfExists(file);
      }
      return Optional.empty();
    } catch (IOException e) {
      return Optional.of("the state directory cannot be written");
    }
  }
}
