package org.moshpit.common.files;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Groups that have one member. Where every user has a group of their own, the umask is often 002,
 * and what such a group may write nobody else may: sshd as Debian and Ubuntu have it counts that as
 * private, too. Only what is in passwd(5) and group(5) is known here; a group from elsewhere is
 * nobody's, and no group is private where a line there cannot be read, or stands for people from
 * elsewhere. Any thread; reads both files each time.
 */
public final class GroupOfOne {
  private static final Path PASSWD = Path.of("/etc/passwd");
  private static final Path GROUP = Path.of("/etc/group");

  private GroupOfOne() {}

  /**
   * A line, as the C library reads it: further fields may be missing.
   *
   * @param name whose it is
   * @param number in the third field
   * @param rest what follows
   */
  private record Entry(String name, long number, String rest) {
    static Entry of(String line) {
      String[] fields = line.split(":", 4);
      if (fields[0].startsWith("+") || fields[0].startsWith("-")) {
        throw new IllegalArgumentException("people from elsewhere");
      }
      return new Entry(fields[0], number(fields[2]), fields.length == 3 ? "" : fields[3]);
    }

    /** Blanks and zeros may stand before it. */
    static long number(String field) {
      return Long.parseLong(field.strip());
    }

    /** Of a user. */
    long firstGroup() {
      return number(rest.split(":", 2)[0]);
    }

    /** Of a group. */
    Stream<String> members() {
      return Arrays.stream(rest.split(",")).map(String::strip).filter(name -> !name.isEmpty());
    }
  }

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
      List<Entry> users = entries(passwd);
      List<Entry> groups = entries(group).stream().filter(one -> one.number() == gid).toList();
      Set<String> names =
          users.stream()
              .filter(user -> user.number() == uid)
              .map(Entry::name)
              .collect(Collectors.toSet());
      List<Entry> first = users.stream().filter(user -> user.firstGroup() == gid).toList();
      Set<String> more = groups.stream().flatMap(Entry::members).collect(Collectors.toSet());
      return !groups.isEmpty()
          && first.stream().allMatch(user -> user.number() == uid)
          && names.containsAll(more)
          && !(first.isEmpty() && more.isEmpty());
    } catch (IOException | IllegalArgumentException | IndexOutOfBoundsException e) {
      return false;
    }
  }

  private static List<Entry> entries(Path file) throws IOException {
    return Files.readAllLines(file, StandardCharsets.ISO_8859_1).stream()
        .map(String::strip)
        .filter(line -> !line.isEmpty() && !line.startsWith("#"))
        .map(Entry::of)
        .toList();
  }
}
