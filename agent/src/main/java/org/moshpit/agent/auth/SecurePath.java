package org.moshpit.agent.auth;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.moshpit.common.files.GroupOfOne;

/**
 * sshd's StrictModes: a key file counts only if nobody but its user and root can have written it,
 * or can have put it or a directory above it where it is (up to the home directory, or to the root
 * for a file outside). A group that has no member but the user is nobody else, as Debian's sshd has
 * it.
 */
final class SecurePath {
  private static final int ALL_WRITE = 0002;
  private static final int GROUP_WRITES = 0020;

  private SecurePath() {}

  /**
   * What decides of one file or directory.
   *
   * @param owner number of the user
   * @param group number of the group
   * @param mode as in stat(2)
   */
  record Facts(Path path, long owner, long group, int mode) {
    /** Of these attributes: {@code unix:uid,gid,mode}. */
    static Facts of(Path path, Map<String, Object> attributes) {
      return new Facts(
          path,
          number(attributes, "uid"),
          number(attributes, "gid"),
          ((Number) attributes.get("mode")).intValue());
    }

    private static long number(Map<String, Object> attributes, String name) {
      return ((Number) attributes.get(name)).longValue() & 0xffffffffL;
    }
  }

  /** Why not; empty if it is secure. Follows links first and looks at what they lead to. */
  static Optional<String> problem(Path file, Account account) throws IOException {
    Path real = file.toRealPath();
    Path home = Files.exists(account.home()) ? account.home().toRealPath() : account.home();
    if (!Files.isRegularFile(real)) {
      return Optional.of(file + " is not a regular file");
    }
    List<Facts> chain = new ArrayList<>();
    for (Path at = real; at != null; at = at.getParent()) {
      Map<String, Object> attributes = Files.readAttributes(at, "unix:uid,gid,mode");
      chain.add(Facts.of(at, attributes));
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
                    || (at.mode() & ALL_WRITE) != 0
                    || ((at.mode() & GROUP_WRITES) != 0
                        && !GroupOfOne.is(at.group(), account.uid())))
        .findFirst()
        .map(at -> "bad ownership or modes of " + at.path());
  }
}
