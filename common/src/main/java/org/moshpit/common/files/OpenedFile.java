package org.moshpit.common.files;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Map;
import java.util.Set;

/**
 * A small regular file: what it holds, and whose it is. It is looked at before and after it is
 * opened, and has to be the same one, unchanged and not moved meanwhile, so that owner and mode are
 * those of the file whose content this is. That is as good as the file system's clock: where ctime
 * goes on in steps of milliseconds, whoever owns the directory may exchange two files and back
 * within one. No symbolic link is followed. Any thread; blocks on the disk.
 *
 * @param uid its owner's number
 * @param mode its permissions, the lower twelve bits
 * @param content at most the bytes that were asked for; null: it has more
 */
public record OpenedFile(long uid, int mode, byte[] content) {
  // moving a file away and back changes its ctime
  private static final String IDENTITY = "unix:dev,ino,ctime,uid,mode";

  /** Opens a file, never through a link: the kernel, but for a test. */
  @FunctionalInterface
  interface Opener {
    /** Opens it for reading. */
    FileChannel open(Path file) throws IOException;
  }

  /**
   * Opens it once and reads it.
   *
   * @param limit the most bytes it may have
   * @throws NoSuchFileException if it is not there
   * @throws NotRegularException if it is a link, a directory, a pipe or a device
   * @throws IOException if it cannot be read, or something else was put there meanwhile
   */
  public static OpenedFile read(Path file, int limit) throws IOException {
    return read(
        file,
        limit,
        name -> FileChannel.open(name, Set.of(StandardOpenOption.READ, LinkOption.NOFOLLOW_LINKS)));
  }

  static OpenedFile read(Path file, int limit, Opener opener) throws IOException {
    Map<String, Object> is = identity(file);
    if (!Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS)) {
      throw new NotRegularException(file);
    }
    try (FileChannel channel = opener.open(file)) {
      if (!is.equals(identity(file))) {
        throw new FileSystemException(file.toString(), null, "it is being replaced");
      }
      ByteBuffer bytes = ByteBuffer.allocate((int) Math.min(channel.size(), limit) + 1);
      while (bytes.hasRemaining() && channel.read(bytes) >= 0) {
        // until the end of the file
      }
      byte[] content = new byte[bytes.position()];
      bytes.flip().get(content);
      return new OpenedFile(
          ((Number) is.get("uid")).longValue() & 0xffffffffL,
          ((Number) is.get("mode")).intValue() & 07777,
          content.length > limit ? null : content);
    }
  }

  private static Map<String, Object> identity(Path file) throws IOException {
    return Files.readAttributes(file, IDENTITY, LinkOption.NOFOLLOW_LINKS);
  }

  /** Whether a group or everybody else has any of these permissions: 4 read, 2 write, 1 execute. */
  public boolean othersMay(int permissions) {
    return (mode & (permissions * 011)) != 0;
  }

  /** Something that is no regular file is where one should be. */
  public static final class NotRegularException extends FileSystemException {
    private static final long serialVersionUID = 1;

    NotRegularException(Path file) {
      super(file.toString(), null, "not a regular file");
    }
  }
}
