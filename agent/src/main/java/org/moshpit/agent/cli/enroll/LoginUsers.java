package org.moshpit.agent.cli.enroll;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** The people of this machine, as far as {@code /etc/passwd} has them; no directory is asked. */
final class LoginUsers {
  private static final int MOST = 12;
  private static final int FIELDS = 7;

  /** As login.defs(5) has UID_MIN and UID_MAX where nobody changed them. */
  private static final long FIRST_PERSON = 1000;

  private static final long LAST_PERSON = 60_000;

  private LoginUsers() {}

  /**
   * Root, and who has a number of a person; at most twelve, those without a shell last.
   *
   * @throws IOException if the file cannot be read
   */
  static List<String> of(Path passwd) throws IOException {
    List<String> users = new ArrayList<>();
    List<String> shut = new ArrayList<>();
    for (String line : Files.readAllLines(passwd, StandardCharsets.ISO_8859_1)) {
      String[] fields = line.split(":", -1);
      if (fields.length == FIELDS && isPerson(fields[2])) {
        (DoorWords.isNoShell(fields[6]) ? shut : users).add(fields[0]);
      }
    }
    users.addAll(shut);
    return users.size() <= MOST ? users : users.subList(0, MOST);
  }

  private static boolean isPerson(String uid) {
    if (!uid.matches("\\d{1,9}")) {
      return false;
    }
    long number = Long.parseLong(uid);
    return number == 0 || (number >= FIRST_PERSON && number <= LAST_PERSON);
  }
}
