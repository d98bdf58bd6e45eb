package org.moshpit.agent.auth;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
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

  /**
   * What decides of one file or directory.
   *
   * @param mode as in stat(2)
   */
  record Facts(Path path, long owner, int mode) {}

  /** Why not; empty if it is secure. Follows links first and looks at what they lead to. */
  static Optional<String> problem(Path file, Account account) throws IOException {
    Path real = file.toRealPath();
    Path home = Files.exists(account.home()) ? account.home().toRealPath() : account.home();
    if (!Files.isRegularFile(real)) {
      return Optional.of(file + " is not a regular file");
    }
    List<Facts> chain = new ArrayList<>();
    for (Path at = real; at != null; at = at.getParent()) {
      Map<String, Object> attributes = Files.readAttributes(at, "unix:uid,mode");
      long owner = ((Number) attributes.get("uid")).longValue();
      chain.add(new Facts(at, owner, ((Number) attributes.get("mode")).intValue()));
      if (at.equals(home) && !at.equals(real)) {
        break;
      }
    }
    return problem(chain, account);
  }

  /** The same of a file and the directories above it that count, already looked at. */
  static Optional<String> problem(List<Facts> chain, Account account) {
    return chain.stream()
        .filter(
            at ->
                (at.owner() != 0 && at.owner() != account.uid())
                    || (at.mode() & WRITABLE_BY_OTHERS) != 0)
        .findFirst()
        .map(at -> "bad ownership or modes of " + at.path());
  }
}
