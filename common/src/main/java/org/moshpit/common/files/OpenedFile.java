package org.moshpit.common.files;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.DirectoryStream;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * A small regular file as it was opened. Whoever may write its directory can put something else
 * there at any moment, so owner and mode are those of the very file whose content this is; no
 * symbolic link is followed, and a pipe keeps nobody waiting. Any thread; blocks, 2 s at most
 * unless the disk takes longer to read.
 *
 * @param uid its owner's number
 * @param mode its permissions, the lower twelve bits
 * @param content at most the bytes that were asked for; null: it has more
 */
public record OpenedFile(long uid, int mode, byte[] content) {
  private static final long PATIENCE_SECONDS = 2;
  private static final Path OPEN_FILES = Path.of("/proc/self/fd");

  /** Opens a file, never through a link: the kernel, but for a test. */
  @FunctionalInterface
  interface Opener {
    /** Opens it for reading. */
    FileChannel open(Path file) throws IOException;
  }

  private record Identity(Object device, Object inode) {
    static Identity of(Map<String, Object> attributes) {
      return new Identity(attributes.get("dev"), attributes.get("ino"));
    }
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
    Map<String, Object> is =
        Files.readAttributes(file, "unix:dev,ino,uid,mode", LinkOption.NOFOLLOW_LINKS);
    if (!Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS)) {
      throw new NotRegularException(file);
    }
    try (FileChannel channel = open(file, opener)) {
      if (!isOpen(Identity.of(is), file)) {
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

  /** A pipe that has come there since it was looked at would never be open. */
  private static FileChannel open(Path file, Opener opener) throws IOException {
    CompletableFuture<FileChannel> opened = new CompletableFuture<>();
    Thread thread =
        new Thread(
            () -> {
              try {
                FileChannel channel = opener.open(file);
                if (!opened.complete(channel)) {
                  channel.close();
                }
              } catch (IOException | RuntimeException e) {
                opened.completeExceptionally(e);
              }
            },
            "open");
    thread.setDaemon(true);
    thread.start();
    try {
      return opened.get(PATIENCE_SECONDS, TimeUnit.SECONDS);
    } catch (ExecutionException e) {
      if (e.getCause() instanceof IOException failure) {
        throw failure;
      }
      throw new IOException(e.getCause());
    } catch (TimeoutException | InterruptedException e) {
      if (e instanceof InterruptedException) {
        Thread.currentThread().interrupt();
      }
      if (!opened.completeExceptionally(e) && !opened.isCompletedExceptionally()) {
        opened.join().close();
      }
      throw new FileSystemException(file.toString(), null, "it does not open");
    }
  }

  /**
   * Whether this process has that file open. It has the file that was looked at before it was
   * opened then, for nothing else here opens such files; where there is no such list, the name is
   * looked at once more.
   */
  private static boolean isOpen(Identity file, Path name) throws IOException {
    if (!Files.isDirectory(OPEN_FILES)) {
      return file.equals(
          Identity.of(Files.readAttributes(name, "unix:dev,ino", LinkOption.NOFOLLOW_LINKS)));
    }
    try (DirectoryStream<Path> numbers = Files.newDirectoryStream(OPEN_FILES)) {
      for (Path number : numbers) {
        try {
          if (file.equals(Identity.of(Files.readAttributes(number, "unix:dev,ino")))) {
            return true;
          }
        } catch (IOException e) {
          // closed meanwhile
        }
      }
    }
    return false;
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
