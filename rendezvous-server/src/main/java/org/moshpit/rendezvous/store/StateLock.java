package org.moshpit.rendezvous.store;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Path;
import org.moshpit.common.process.LockHolder;

/**
 * The right to use a state directory, for one process at a time; it ends with the process.
 *
 * <p>{@code STATE/lock} has two bytes to lock. The first is the daemon's, so that a second daemon
 * sees at once that there is one. The second is that of whoever uses the registry: a daemon waits
 * for a command to be done with it, which takes a moment, and does not fail to start because of
 * one.
 */
public final class StateLock implements AutoCloseable {
  private static final long DAEMON = 0;
  private static final long USE = 1;

  private final Path directory;
  private final FileChannel channel;

  private StateLock(Path directory, FileChannel channel) {
    this.directory = directory;
    this.channel = channel;
  }

  /**
   * Prepares the directory and takes the lock for a daemon, waiting for commands.
   *
   * @throws StateInUseException if another daemon has it
   * @throws StoreException if the directory cannot be used
   */
  public static StateLock forDaemon(Path directory) throws StoreException {
    return acquire(directory, true);
  }

  /**
   * Prepares the directory and takes the lock for one command, waiting for other commands.
   *
   * @throws StateInUseException if a daemon has it
   * @throws StoreException if the directory cannot be used
   */
  public static StateLock forCommand(Path directory) throws StoreException {
    return acquire(directory, false);
  }

  private static StateLock acquire(Path directory, boolean daemon) throws StoreException {
    StateFiles.prepare(directory);
    FileChannel channel = null;
    boolean locked = false;
    try {
      channel = StateFiles.open(directory.resolve("lock"));
      FileLock first = channel.tryLock(DAEMON, 1, false);
      if (first != null) {
        if (daemon) {
          LockHolder.write(channel);
        } else {
          first.release();
        }
        locked = channel.lock(USE, 1, false).isValid();
      }
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
      throw new StateInUseException(inUse(directory, daemon));
    }
    return new StateLock(directory, channel);
  }

  private static String inUse(Path directory, boolean daemon) {
    if (!daemon) {
      return "The rendezvous-server on the state directory "
          + directory
          + " is just starting or stopping; try again in a moment.";
    }
    LockHolder.Words holder = LockHolder.words(directory.resolve("lock"));
    return "Another rendezvous-server uses the state directory "
        + directory
        + holder.who()
        + "; stop it first"
        + (holder.stop().isEmpty() ? "" : " (" + holder.stop() + ")")
        + ", or choose another with --state.";
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
