package org.moshpit.common.files;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import org.moshpit.common.process.KernelUser;

/** Whether a file of settings can be believed: whoever may write it says who is let in, and how. */
public final class SettingsFile {
  private static final Path NOTHING = Path.of("/dev/null");
  private static final int ALL_WRITE = 0002;
  private static final int GROUP_WRITES = 0020;

  private SettingsFile() {}

  /**
   * What speaks against it; a symbolic link is followed. It may be root's, or of the user this
   * process runs as, and its owner's {@linkplain GroupOfOne own group} may write it. Any thread.
   *
   * @param file of settings
   * @return a clause with what to do, such as {@code can be written by others (mode 0666); run:
   *     chmod go-w FILE}; empty if nobody else may write it
   * @throws IOException if it cannot be looked at
   */
  public static Optional<String> objection(Path file) throws IOException {
    if (file.equals(NOTHING)) {
      return Optional.empty();
    }
    Map<String, Object> is = Files.readAttributes(file, "unix:uid,gid,mode");
    long owner = number(is, "uid");
    int mode = ((Number) is.get("mode")).intValue() & 07777;
    if (owner != 0 && owner != KernelUser.uid()) {
      return Optional.of(
          "belongs to "
              + Files.getOwner(file).getName()
              + ", which is neither root nor the user who reads it; run: chown root "
              + file);
    }
    boolean byOthers =
        (mode & ALL_WRITE) != 0
            || ((mode & GROUP_WRITES) != 0 && !GroupOfOne.is(number(is, "gid"), owner));
    return byOthers
        ? Optional.of(
            String.format("can be written by others (mode %04o); run: chmod go-w %s", mode, file))
        : Optional.empty();
  }

  private static long number(Map<String, Object> attributes, String name) {
    return ((Number) attributes.get(name)).longValue() & 0xffffffffL;
  }
}
