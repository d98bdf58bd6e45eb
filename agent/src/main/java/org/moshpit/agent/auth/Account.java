package org.moshpit.agent.auth;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;

/**
 * A user of this machine, as {@code getent passwd} knows it (passwd(5)). Immutable.
 *
 * @param name login name
 * @param uid numeric user id
 * @param gid numeric id of the primary group
 * @param home home directory
 * @param shell login shell, never empty
 * @param password the field of passwd(5), most often {@code x}
 */
public record Account(String name, long uid, long gid, Path home, String shell, String password) {
  private static final Pattern NAME = Pattern.compile("[A-Za-z0-9_][A-Za-z0-9_.@-]{0,63}");
  private static final Duration LIMIT = Duration.ofSeconds(2);
  private static final int MAX_OUT = 1 << 16;
  private static final int FIELDS = 7;

  /** Without nulls. */
  public Account {
    Objects.requireNonNull(name);
    Objects.requireNonNull(home);
    Objects.requireNonNull(shell);
    Objects.requireNonNull(password);
  }

  /**
   * Whether this can be a user's name; says nothing on whether there is one. No comma or blank, for
   * such names are passed on in lists.
   */
  public static boolean isName(String name) {
    return NAME.matcher(name).matches();
  }

  /** The user of that name (one run of getent). */
  public static Optional<Account> byName(String name) throws IOException {
    return byName(name, Deadline.in(LIMIT));
  }

  static Optional<Account> byName(String name, Deadline deadline) throws IOException {
    // getent takes a number for a user id, so the answer's name must be compared.
    return isName(name)
        ? getent(name, deadline).filter(a -> a.name().equals(name))
        : Optional.empty();
  }

  /** The user this process runs as. */
  public static Account self() throws IOException {
    Object uid = Files.getAttribute(Path.of("/proc/self"), "unix:uid");
    return getent(uid.toString(), Deadline.in(LIMIT))
        .orElseThrow(() -> new IOException("user id " + uid + " has no entry in passwd"));
  }

  private static Optional<Account> getent(String key, Deadline deadline) throws IOException {
    Subprocess.Result result =
        Subprocess.run(
            List.of(Subprocess.require("getent"), "passwd", key), deadline.atMost(LIMIT), MAX_OUT);
    return result.ok() ? parse(result.text()) : Optional.empty();
  }

  static Optional<Account> parse(String line) {
    String[] fields = line.strip().split(":", -1);
    if (fields.length != FIELDS || !fields[5].startsWith("/")) {
      return Optional.empty();
    }
    try {
      return Optional.of(
          new Account(
              fields[0],
              Long.parseLong(fields[2]),
              Long.parseLong(fields[3]),
              Path.of(fields[5]),
              fields[6].isEmpty() ? "/bin/sh" : fields[6],
              fields[1]));
    } catch (IllegalArgumentException e) {
      return Optional.empty();
    }
  }

  /** The line of shadow(5), if there is one and we may see it (one run of getent). */
  Optional<String> shadow() throws IOException {
    Subprocess.Result result =
        Subprocess.run(List.of(Subprocess.require("getent"), "shadow", name), LIMIT, MAX_OUT);
    return result.ok() ? Optional.of(result.text().strip()) : Optional.empty();
  }

  /** The names of all its groups (one run of id). */
  Set<String> groups() throws IOException {
    Subprocess.Result result =
        Subprocess.run(List.of(Subprocess.require("id"), "-Gnz", "--", name), LIMIT, MAX_OUT);
    if (!result.ok()) {
      throw new IOException("the groups of " + name + " are unknown");
    }
    Set<String> groups = new TreeSet<>(List.of(result.text().split("\0", -1)));
    groups.remove("");
    return groups;
  }

  /** Whether it is a superuser, whatever its name. */
  public boolean isRoot() {
    return uid == 0;
  }
}
