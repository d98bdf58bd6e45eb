package org.moshpit.agent.config;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Files of mode 0600 that are replaced whole or not at all. Blocks until it is true after a power
 * cut; safe from any thread and process, of which the last one wins.
 */
public final class WholeFile {
  private static final FileAttribute<Set<PosixFilePermission>> OWNER_ONLY =
      PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"));
  private static final AtomicLong COUNT = new AtomicLong();

  private WholeFile() {}

  /** The steps of a write, one call to the system or so each: a test ends after any of them. */
  interface Disk {
    /** The kernel's. */
    Disk REAL = new Disk() {};

    /** Makes a file that is not there, of mode 0600. */
    default FileChannel create(Path file) throws IOException {
      return FileChannel.open(
          file, Set.of(StandardOpenOption.WRITE, StandardOpenOption.CREATE_NEW), OWNER_ONLY);
    }

    /** Writes some of the bytes. */
    default void write(FileChannel channel, ByteBuffer bytes) throws IOException {
      channel.write(bytes);
    }

    /** Brings what was written to the disk. */
    default void sync(FileChannel channel) throws IOException {
      channel.force(true);
    }

    /** Puts one file in the place of another. */
    default void rename(Path from, Path to) throws IOException {
      Files.move(from, to, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    }

    /** Brings the names in a directory to the disk. */
    default void syncDirectory(Path directory) throws IOException {
      try (FileChannel channel = FileChannel.open(directory, StandardOpenOption.READ)) {
        channel.force(true);
      }
    }

    /** Deletes a file, if it is there. */
    default void delete(Path file) throws IOException {
      Files.deleteIfExists(file);
    }
  }

  /**
   * Writes a new file beside it, synced, and renames it over it; a symbolic link there is replaced,
   * not followed. Its name begins with a dot, and only a crash leaves it behind.
   *
   * @throws IOException if the directory does not allow it; what was there is there still
   */
  public static void write(Path file, byte[] content) throws IOException {
    write(Disk.REAL, file, content);
  }

  static void write(Disk disk, Path file, byte[] content) throws IOException {
    Path directory = file.toAbsolutePath().getParent();
    Path fresh =
        directory.resolve(
            "."
                + file.getFileName()
                + "."
                + ProcessHandle.current().pid()
                + "."
                + COUNT.incrementAndGet());
    // left by a process that had this number before
    disk.delete(fresh);
    try {
      try (FileChannel channel = disk.create(fresh)) {
        ByteBuffer bytes = ByteBuffer.wrap(content);
        while (bytes.hasRemaining()) {
          disk.write(channel, bytes);
        }
        disk.sync(channel);
      }
      disk.rename(fresh, file);
      disk.syncDirectory(directory);
    } finally {
      disk.delete(fresh);
    }
  }
}
