package org.moshpit.agent.config;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.LinkOption;
import java.nio.file.OpenOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Set;
import org.moshpit.common.process.LockHolder;

/** One daemon per state directory: a lock that the kernel lets go of when the process ends. */
public final class StateLock implements AutoCloseable {
  private final FileChannel channel;
  private final FileLock lock;

  private StateLock(FileChannel channel, FileLock lock) {
    this.channel = channel;
    this.lock = lock;
  }

  /**
   * Takes the lock of a prepared state directory.
   *
   * @throws UserError exit 1 if another daemon has it, exit 2 if it cannot be made
   */
  public static StateLock acquire(AgentPaths paths) {
    FileChannel channel = null;
    try {
      channel =
          FileChannel.open(
              paths.lock(),
              Set.<OpenOption>of(
                  StandardOpenOption.CREATE, StandardOpenOption.WRITE, LinkOption.NOFOLLOW_LINKS),
              PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
      FileLock lock = channel.tryLock();
      if (lock != null) {
        LockHolder.write(channel);
        StateLock held = new StateLock(channel, lock);
        channel = null;
        return held;
      }
      throw taken(paths, null);
    } catch (OverlappingFileLockException e) {
      throw taken(paths, e);
    } catch (IOException e) {
      throw new UserError(
          ExitCode.USAGE, paths.lock() + " cannot be made: " + PrivateFiles.reason(e), e);
    } finally {
      closeQuietly(channel);
    }
  }

  /** Whether a daemon runs on that state directory now; false also where that cannot be seen. */
  public static boolean isHeld(AgentPaths paths) {
    try (FileChannel channel =
        FileChannel.open(paths.lock(), StandardOpenOption.WRITE, LinkOption.NOFOLLOW_LINKS)) {
      return channel.tryLock() == null;
    } catch (OverlappingFileLockException e) {
      return true;
    } catch (IOException e) {
      return false;
    }
  }

  private static UserError taken(AgentPaths paths, Throwable cause) {
    LockHolder.Words holder = LockHolder.words(paths.lock());
    return new UserError(
        ExitCode.FAILURE,
        "another agent already runs on "
            + paths.state()
            + holder.who()
            + "; end it first"
            + (holder.stop().isEmpty() ? "" : ": " + holder.stop()),
        cause);
  }

  private static void closeQuietly(FileChannel channel) {
    if (channel == null) {
      return;
    }
    try {
      channel.close();
    } catch (IOException e) {
      // nothing was written through it
      return;
    }
  }

  /** Lets another daemon have the directory. */
  @Override
  public void close() {
    try {
      lock.release();
    } catch (IOException e) {
      // closing the channel below lets go of it as well
      closeQuietly(channel);
      return;
    }
    closeQuietly(channel);
  }
}
