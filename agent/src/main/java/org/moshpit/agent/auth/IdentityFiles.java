package org.moshpit.agent.auth;

import java.io.IOException;
import java.io.InputStream;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Optional;
import java.util.Set;
import org.moshpit.agent.config.WholeFile;

/**
 * The files identities stand in, this box's and those of known boxes: text, made 0600 and replaced
 * at once, never a link. A person may edit them, so that the mode they then have is not held
 * against them; what is wrong is an {@link IOException} and the caller's to word.
 */
final class IdentityFiles {
  private static final FileAttribute<Set<PosixFilePermission>> OWNER_ONLY =
      PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"));
  private static final FileAttribute<Set<PosixFilePermission>> OWNER_ONLY_DIRECTORY =
      PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------"));

  private IdentityFiles() {}

  /** The text, or empty if there is no such file; a link or a larger file is an error. */
  static Optional<String> read(Path file, int max) throws IOException {
    if (!Files.exists(file, LinkOption.NOFOLLOW_LINKS)) {
      return Optional.empty();
    }
    if (!Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS)) {
      throw new IOException(file + " is not a regular file");
    }
    try (InputStream in =
        Files.newInputStream(file, StandardOpenOption.READ, LinkOption.NOFOLLOW_LINKS)) {
      byte[] bytes = in.readNBytes(max + 1);
      if (bytes.length > max) {
        throw new IOException(file + " is larger than " + max + " bytes");
      }
      return Optional.of(new String(bytes, StandardCharsets.UTF_8));
    } catch (NoSuchFileException e) {
      return Optional.empty();
    }
  }

  /** Replaces the file in one step; after a crash there is the old text or the new. */
  static void write(Path file, String text) throws IOException {
    Path directory = file.toAbsolutePath().getParent();
    directory(directory);
    if (Files.isSymbolicLink(file)) {
      throw new IOException(file + " is a symbolic link");
    }
    WholeFile.write(file, text.getBytes(StandardCharsets.UTF_8));
  }

  /** Makes it, 0700, if it is not there. */
  static void directory(Path directory) throws IOException {
    if (!Files.isDirectory(directory)) {
      Files.createDirectories(directory, OWNER_ONLY_DIRECTORY);
    }
  }

  static Path temporaryDirectory(Path inside, String prefix) throws IOException {
    return Files.createTempDirectory(inside, prefix, OWNER_ONLY_DIRECTORY);
  }

  /** An empty file to lock, made if it is not there. */
  static FileChannel lockFile(Path file) throws IOException {
    directory(file.toAbsolutePath().getParent());
    return FileChannel.open(
        file,
        Set.of(StandardOpenOption.CREATE, StandardOpenOption.WRITE, LinkOption.NOFOLLOW_LINKS),
        OWNER_ONLY);
  }
}
