package org.moshpit.rendezvous.store;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFileAttributes;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.EnumSet;
import java.util.Set;
import org.moshpit.common.process.KernelUser;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The state directory: 0700, its files 0600 from creation, symbolic links refused. */
public final class StateFiles {
  private static final FileAttribute<Set<PosixFilePermission>> PRIVATE_FILE =
      PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"));
  private static final FileAttribute<Set<PosixFilePermission>> PRIVATE_DIRECTORY =
      PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------"));

  private static final int MAX_LINKS = 40;

  private static final Logger LOG = LoggerFactory.getLogger(StateFiles.class);

  private StateFiles() {}

  /**
   * Makes the directory if there is none; one of this user's that others may read is made 0700.
   *
   * @throws StoreException if it cannot be made or written, others may write to it, it is a
   *     symbolic link or another user's, or a link of others is on the way to it
   */
  public static void prepare(Path directory) throws StoreException {
    try {
      refuseOthersLinks(directory.toAbsolutePath(), directory, MAX_LINKS);
      if (Files.notExists(directory, LinkOption.NOFOLLOW_LINKS)) {
        Path parent = directory.toAbsolutePath().getParent();
        if (parent != null) {
          Files.createDirectories(parent);
        }
        Files.createDirectory(directory, PRIVATE_DIRECTORY);
      }
      check(directory);
    } catch (FileAlreadyExistsException e) {
      throw new StoreException(
          "The state directory " + directory + " is a file; choose another with --state.", e);
    } catch (IOException e) {
      throw unwritable(directory, e);
    }
    if (!Files.isWritable(directory)) {
      throw unwritable(directory, new AccessDeniedException(directory.toString()));
    }
  }

  /**
   * Whose link it is says which of this user's directories is meant.
   *
   * @param way absolute; what is not there yet has no links
   * @param more how many links there may be
   */
  private static void refuseOthersLinks(Path way, Path directory, int more)
      throws IOException, StoreException {
    for (int names = 1; names <= way.getNameCount(); names++) {
      Path at = way.getRoot().resolve(way.subpath(0, names));
      if (Files.isSymbolicLink(at)) {
        long owner =
            (Integer) Files.getAttribute(at, "unix:uid", LinkOption.NOFOLLOW_LINKS) & 0xffffffffL;
        if (owner != 0 && owner != KernelUser.uid()) {
          throw new StoreException(
              "The symbolic link "
                  + at
                  + " on the way to the state directory "
                  + directory
                  + " belongs to "
                  + Files.getOwner(at, LinkOption.NOFOLLOW_LINKS).getName()
                  + ", which is refused; name the directory itself with --state.",
              null);
        }
        Path target = at.getParent().resolve(Files.readSymbolicLink(at));
        if (more > 0) { // the kernel follows no more either
          refuseOthersLinks(target, directory, more - 1);
        }
      }
    }
  }

  private static void check(Path directory) throws IOException, StoreException {
    PosixFileAttributes is =
        Files.readAttributes(directory, PosixFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
    if (is.isSymbolicLink()) {
      throw new StoreException(
          "The state directory "
              + directory
              + " is a symbolic link, which is refused; name the directory itself with --state.",
          null);
    }
    if (!is.isDirectory()) {
      throw new FileAlreadyExistsException(directory.toString());
    }
    if (!is.owner().equals(KernelUser.self())) {
      throw new StoreException(
          "The state directory "
              + directory
              + " belongs to "
              + is.owner().getName()
              + "; run this as that user (sudo -u "
              + is.owner().getName()
              + "), or choose another with --state.",
          null);
    }
    Set<PosixFilePermission> permissions = is.permissions();
    if (permissions.contains(PosixFilePermission.GROUP_WRITE)
        || permissions.contains(PosixFilePermission.OTHERS_WRITE)) {
      throw new StoreException(
          "Others may write to the state directory "
              + directory
              + "; run 'chmod 700' on it, or choose another with --state.",
          null);
    }
    Set<PosixFilePermission> owners = EnumSet.copyOf(PRIVATE_DIRECTORY.value());
    owners.retainAll(permissions);
    if (!owners.equals(permissions)) {
      Files.setPosixFilePermissions(directory, owners);
      LOG.atWarn()
          .addKeyValue("directory", directory)
          .log("Others could look into the state directory; it is 0700 now");
    }
  }

  static StoreException unwritable(Path directory, IOException e) {
    return new StoreException(
        "The state directory "
            + directory
            + " cannot be written ("
            + e.getClass().getSimpleName().replace("Exception", "")
            + "); make it writable for this user, or choose another with --state.",
        e);
  }

  /** Opens a file of the directory, made 0600 if it is not there; a symbolic link is refused. */
  public static FileChannel open(Path file) throws IOException {
    return FileChannel.open(
        file,
        Set.of(
            StandardOpenOption.CREATE,
            StandardOpenOption.READ,
            StandardOpenOption.WRITE,
            LinkOption.NOFOLLOW_LINKS),
        PRIVATE_FILE);
  }

  /** Reads a small file of the directory; a symbolic link is refused. */
  public static byte[] read(Path file) throws IOException {
    try (FileChannel in =
        FileChannel.open(file, Set.of(StandardOpenOption.READ, LinkOption.NOFOLLOW_LINKS))) {
      ByteBuffer bytes = ByteBuffer.allocate((int) Math.min(in.size(), 1 << 20));
      while (bytes.hasRemaining() && in.read(bytes) >= 0) {}
      byte[] read = new byte[bytes.position()];
      bytes.flip().get(read);
      return read;
    }
  }

  /** Writes a file of the directory whole, 0600, so that no crash leaves half of it. */
  public static void write(Path file, byte[] content) throws IOException {
    Path fresh = file.resolveSibling(file.getFileName() + ".new");
    Files.deleteIfExists(fresh);
    try (FileChannel out = open(fresh)) {
      ByteBuffer bytes = ByteBuffer.wrap(content);
      while (bytes.hasRemaining()) {
        out.write(bytes);
      }
      out.force(true);
    }
    Files.move(fresh, file, StandardCopyOption.ATOMIC_MOVE);
    sync(file.toAbsolutePath().getParent());
  }

  /** Makes what was created or renamed in a directory survive the machine. */
  static void sync(Path directory) throws IOException {
    try (FileChannel channel = FileChannel.open(directory, StandardOpenOption.READ)) {
      channel.force(true);
    }
  }
}
