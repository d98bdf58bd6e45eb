package org.moshpit.rendezvous.store;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Path;

/** The right to use a state directory, for one process at a time; it ends with the process. */
public final class StateLock implements AutoCloseable {
  private final Path directory;
  private final FileChannel channel;

  private StateLock(Path directory, FileChannel channel) {
    this.directory = directory;
    this.channel = channel;
  }

  /**
   * Prepares the directory and takes the lock.
   *
   * @throws StateInUseException if another process has it
   * @throws StoreException if the directory cannot be used
   */
  public static StateLock acquire(Path directory) throws StoreException {
    StateFiles.prepare(directory);
    FileChannel channel = null;
    boolean locked = false;
    try {
      channel = StateFiles.open(directory.resolve("lock"));
      locked = channel.tryLock() != null;
    } catch (OverlappingFileLockException e) {
      locked = false; // held by this very process
    } catch (IOException e) {
      throw StateFiles.unwritable(directory, e);
    } finally {
      if (!locked) {
        close(channel);
      }
    }
    if (!locked) {
      throw new StateInUseException(
          "Another rendezvous-server uses the state directory "
              + directory
              + "; stop it first, or choose another with --state.");
    }
    return new StateLock(directory, channel);
  }

  /** The directory. */
  public Path directory() {
    return directory;
  }

  @Override
  public void close() {
    close(channel);
  }

  private static void close(FileChannel channel) {
    try {
      if (channel != null) {
        channel.close();
      }
    } catch (IOException e) {
      // The lock goes with the process.
    }
  }
}
