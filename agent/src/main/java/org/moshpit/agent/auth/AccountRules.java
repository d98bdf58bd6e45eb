package org.moshpit.agent.auth;

import java.util.List;
import java.util.Optional;

/**
 * What else keeps an account out: a locked or expired one (shadow(5)), nologin(5), a shell that is
 * none (shells(5)). runuser and systemd check none of it. Pure.
 */
final class AccountRules {
  private static final int FIELDS = 9;
  private static final List<String> DEFAULT_SHELLS = List.of("/bin/sh", "/bin/csh");

  private AccountRules() {}

  /**
   * Why the account is out; empty if it is not.
   *
   * @param shadow its line of shadow(5), if it has one
   * @param usePam sshd leaves locked accounts to PAM, which lets their keys in
   * @param today days since 1970-01-01
   */
  static Optional<String> expired(
      Account account, Optional<String> shadow, boolean usePam, long today) {
    String[] fields = shadow.map(line -> line.split(":", -1)).orElse(null);
    boolean known = fields != null && fields.length == FIELDS;
    if (shadow.isPresent() && !known) {
      return Optional.of("The shadow entry of " + account.name() + " cannot be read.");
    }
    String password = known ? fields[1] : account.password();
    if (!usePam && password.startsWith("!")) {
      return Optional.of(
          "The account "
              + account.name()
              + " is locked on the box, where usermod -p '*' "
              + account.name()
              + " lets its keys in again.");
    }
    if (!known) {
      return Optional.empty();
    }
    try {
      long expire = number(fields[7]);
      if (expire >= 0 && today >= expire) {
        return Optional.of("The account " + account.name() + " has expired on the box.");
      }
      return passwordExpired(account, fields, today);
    } catch (NumberFormatException e) {
      return Optional.of("The shadow entry of " + account.name() + " cannot be read.");
    }
  }

  /** sshd would let them in only to change it. */
  private static Optional<String> passwordExpired(Account account, String[] fields, long today) {
    long changed = number(fields[2]);
    long max = number(fields[4]);
    boolean tooOld = changed > 0 && max >= 0 && today - changed > max;
    return changed == 0 || tooOld
        ? Optional.of(
            "The password of "
                + account.name()
                + " has expired on the box, where it can be changed.")
        : Optional.empty();
  }

  private static long number(String field) {
    return field.isEmpty() ? -1 : Long.parseLong(field);
  }

  /**
   * Whether the shell is one.
   *
   * @param shells the text of /etc/shells, if it exists
   * @param executable whether the file can be run
   */
  static Optional<String> shell(Account account, Optional<String> shells, boolean executable) {
    List<String> listed =
        shells
            .map(text -> text.lines().map(String::strip).filter(s -> s.startsWith("/")).toList())
            .orElse(DEFAULT_SHELLS);
    if (!listed.contains(account.shell())) {
      return Optional.of(
          "The shell of " + account.name() + " (" + account.shell() + ") is not in /etc/shells.");
    }
    return executable
        ? Optional.empty()
        : Optional.of("The shell of " + account.name() + " cannot be run on the box.");
  }
}
