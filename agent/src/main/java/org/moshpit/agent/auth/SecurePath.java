package org.moshpit.agent.auth;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;

/**
 * sshd's StrictModes: a key file counts only if nobody but its user and root can have written it,
 * or can have put it or a directory above it where it is (up to the home directory, or to the root
 * for a file outside).
 */
final class SecurePath {
  private static final int WRITABLE_BY_OTHERS = 0022;

  private SecurePath() {}

  /** Why not; empty if it is secure. Follows links first and looks at what they lead to. */
  static Optional<String> problem(Path file, Account account) throws IOException {
    Path real = file.toRealPath();
    Path home = Files.exists(account.home()) ? account.home().toRealPath() : account.home();
    if (!Files.isRegularFile(real)) {
      return Optional.of(file + " is not a regular file");
    }
    for (Path at = real; at != null; at = at.getParent()) {
      Map<String, Object> attributes = Files.readAttributes(at, "unix:uid,mode");
      long owner = ((Number) attributes.get("uid")).longValue();
      int mode = ((Number) attributes.get("mode")).intValue();
      if ((owner != 0 && owner != account.uid()) || (mode & WRITABLE_BY_OTHERS) != 0) {
        return Optional.of("bad ownership or modes of " + at);
      }
      if (at.equals(home) && !at.equals(real)) {
        break;
      }
    }
    return Optional.empty();
  }
}
