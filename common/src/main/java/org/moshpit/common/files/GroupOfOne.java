package org.moshpit.common.files;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Groups that have one member. Where every user has a group of their own, the umask is often 002,
 * and what such a group may write nobody else may: sshd as Debian and Ubuntu have it counts that as
 * private, too. Only what is in passwd(5) and group(5) is known here; a group from elsewhere is
 * nobody's. Any thread; reads both files each time.
 */
public final class GroupOfOne {
  private static final Path PASSWD = Path.of("/etc/passwd");
  private static final Path GROUP = Path.of("/etc/group");
  private static final int PASSWD_FIELDS = 7;
  private static final int GROUP_FIELDS = 4;

  private GroupOfOne() {}

  /**
   * Whether that user is in the group, and nobody else.
   *
   * @return false also if it cannot be found out
   */
  public static boolean is(long gid, long uid) {
    return is(gid, uid, PASSWD, GROUP);
  }

  static boolean is(long gid, long uid, Path passwd, Path group) {
    try {
      List<String[]> users = entries(passwd, PASSWD_FIELDS);
      List<String[]> groups =
          entries(group, GROUP_FIELDS).stream().filter(one -> isNumber(one[2], gid)).toList();
      Set<String> names =
          users.stream()
              .filter(user -> isNumber(user[2], uid))
              .map(user -> user[0])
              .collect(Collectors.toSet());
      List<String[]> first = users.stream().filter(user -> isNumber(user[3], gid)).toList();
      Set<String> more =
          groups.stream()
              .flatMap(one -> Arrays.stream(one[3].split(",")))
              .filter(name -> !name.isEmpty())
              .collect(Collectors.toSet());
      return !groups.isEmpty()
          && first.stream().allMatch(user -> isNumber(user[2], uid))
          && names.containsAll(more)
          && !(first.isEmpty() && more.isEmpty());
    } catch (IOException e) {
      return false;
    }
  }

  private static List<String[]> entries(Path file, int fields) throws IOException {
    return Files.readAllLines(file, StandardCharsets.ISO_8859_1).stream()
        .map(line -> line.split(":", -1))
        .filter(entry -> entry.length == fields)
        .toList();
  }

  private static boolean isNumber(String field, long number) {
    return field.equals(Long.toString(number));
  }
}
