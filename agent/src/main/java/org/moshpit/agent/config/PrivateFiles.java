package org.moshpit.agent.config;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFileAttributes;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Map;
import java.util.Set;
import org.moshpit.common.files.OpenedFile;

/**
 * Directories of mode 0700 and files of mode 0600, so from the moment they exist; a symbolic link
 * in their place, or a file others can read, is refused with a sentence for the person. All calls
 * block on the disk and are safe from any thread.
 */
public final class PrivateFiles {
  private static final int ANYTHING = 7;
  private static final Set<PosixFilePermission> DIR_MODE =
      PosixFilePermissions.fromString("rwx------");
  private static final FileAttribute<Set<PosixFilePermission>> DIR_ATTRIBUTE =
      PosixFilePermissions.asFileAttribute(DIR_MODE);

  private PrivateFiles() {}

  /**
   * Makes the directory, and its parents, with mode 0700, or checks the one that is there: a real
   * directory, owned by this user, writable by nobody else.
   *
   * @throws UserError exit 2, if it cannot be had or used so
   */
  public static void directory(Path directory) {
    try {
      create(directory);
    } catch (FileSystemException e) {
      throw new UserError(
          ExitCode.USAGE,
          "the directory "
              + directory
              + " cannot be made: "
              + reason(e)
              + "; make it yourself or name another",
          e);
    } catch (IOException e) {
      throw new UserError(ExitCode.USAGE, "the directory " + directory + " cannot be made", e);
    }
    checkDirectory(directory);
  }

  /**
   * Checks a directory that must be there already.
   *
   * @throws UserError exit 2, if it is a symbolic link, no directory, someone else's, or not
   *     writable
   */
  static void checkDirectory(Path directory) {
    PosixFileAttributes attributes;
    long owner;
    try {
      attributes =
          Files.readAttributes(directory, PosixFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
      owner = ownerOf(directory);
    } catch (IOException e) {
      throw new UserError(
          ExitCode.USAGE, "the directory " + directory + " cannot be used: " + reason(e), e);
    }
    if (attributes.isSymbolicLink()) {
      throw new UserError(
          ExitCode.USAGE,
          directory + " is a symbolic link, which is refused; name the real directory");
    }
    if (!attributes.isDirectory()) {
      throw new UserError(ExitCode.USAGE, directory + " is not a directory");
    }
    if (owner != ThisUser.uid()) {
      throw new UserError(
          ExitCode.USAGE,
          "the directory " + directory + " belongs to another user; give it to " + ThisUser.name());
    }
    if (attributes.permissions().contains(PosixFilePermission.GROUP_WRITE)
        || attributes.permissions().contains(PosixFilePermission.OTHERS_WRITE)) {
      throw new UserError(
          ExitCode.USAGE,
          "the directory " + directory + " can be written by others; run: chmod 700 " + directory);
    }
    if (!Files.isWritable(directory)) {
      throw new UserError(
          ExitCode.USAGE, "the directory " + directory + " cannot be written; check its mode");
    }
  }

  /**
   * Reads a private file.
   *
   * @param limit the most bytes it may have
   * @throws NoSuchFileException if it is not there
   * @throws UserError exit 2, if it is a symbolic link, no regular file, readable by others,
   *     another user's (other than root's), or too long
   */
  public static byte[] read(Path file, int limit) throws IOException {
    OpenedFile opened;
    try {
      opened = OpenedFile.read(file, limit);
    } catch (OpenedFile.NotRegularException e) {
      throw new UserError(ExitCode.USAGE, file + " is not a regular file, which is refused", e);
    }
    if (opened.othersMay(ANYTHING)) {
      throw new UserError(ExitCode.USAGE, file + " can be read by others; run: chmod 600 " + file);
    }
    if (opened.uid() != ThisUser.uid() && opened.uid() != 0) {
      throw new UserError(
          ExitCode.USAGE, file + " belongs to another user; give it to " + ThisUser.name());
    }
    if (opened.content() == null) {
      throw new UserError(ExitCode.USAGE, file + " is longer than such a file can be");
    }
    return opened.content();
  }

  /**
   * Writes a private file as {@link WholeFile} does.
   *
   * @throws UserError exit 2, if the directory cannot be written
   */
  public static void write(Path file, byte[] content) {
    try {
      WholeFile.write(file, content);
    } catch (InterruptedIOException e) {
      Thread.currentThread().interrupt();
      throw new UserError(ExitCode.FAILURE, "interrupted while writing " + file, e);
    } catch (IOException e) {
      throw new UserError(ExitCode.USAGE, file + " cannot be written: " + reason(e), e);
    }
  }

  /** The words of a file system's refusal, without the file's name. */
  public static String reason(IOException e) {
    if (e instanceof NoSuchFileException) {
      return "no such file or directory";
    }
    if (e instanceof java.nio.file.AccessDeniedException) {
      return "permission denied";
    }
    if (e instanceof FileAlreadyExistsException) {
      return "something else has that name";
    }
    if (e instanceof FileSystemException f && f.getReason() != null) {
      return f.getReason();
    }
    return e.getMessage() == null ? e.getClass().getSimpleName() : e.getMessage();
  }

  private static void create(Path directory) throws IOException {
    if (Files.exists(directory, LinkOption.NOFOLLOW_LINKS)) {
      return;
    }
    Path parent = directory.toAbsolutePath().getParent();
    if (parent != null && !Files.exists(parent)) {
      create(parent);
    }
    try {
      Files.createDirectory(directory, DIR_ATTRIBUTE);
    } catch (FileAlreadyExistsException e) {
      // another process made it meanwhile; it is checked next
      if (!Files.isDirectory(directory, LinkOption.NOFOLLOW_LINKS)) {
        throw e;
      }
    }
  }

  private static long ownerOf(Path path) throws IOException {
    Map<String, Object> unix = Files.readAttributes(path, "unix:uid", LinkOption.NOFOLLOW_LINKS);
    return ((Number) unix.get("uid")).longValue() & 0xffffffffL;
  }
}
