package org.moshpit.agent.auth;

import java.nio.file.Path;
import java.security.interfaces.RSAPublicKey;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.moshpit.common.identity.KeyType;
import org.moshpit.common.identity.SshPublicKey;

/**
 * The part of sshd's configuration that decides who comes in, as {@code sshd -T} prints it after
 * applying the Match blocks for one user (sshd_config(5)). Whatever would restrict a session in a
 * way that is not done here refuses it. Pure and immutable.
 */
final class SshdPolicy {
  /** What holds where no sshd is installed; PermitRootLogin is then the agent's own affair. */
  static final SshdPolicy ABSENT =
      parse(
          """
          authorizedkeysfile .ssh/authorized_keys .ssh/authorized_keys2
          strictmodes yes
          pubkeyauthentication yes
          permitrootlogin without-password
          usepam no
          """);

  private static final String NONE = "none";
  private final Map<String, List<String>> values;

  private SshdPolicy(Map<String, List<String>> values) {
    this.values = values;
  }

  /** Lines of {@code keyword value}, keywords in lower case, some several times. */
  static SshdPolicy parse(String text) {
    Map<String, List<String>> values = new HashMap<>();
    for (String line : text.lines().toList()) {
      int space = line.indexOf(' ');
      String keyword = space < 0 ? line : line.substring(0, space);
      String value = space < 0 ? "" : line.substring(space + 1).strip();
      values.computeIfAbsent(keyword.toLowerCase(Locale.ROOT), k -> new ArrayList<>()).add(value);
    }
    return new SshdPolicy(values);
  }

  /** Whether this is the output of sshd -T at all. */
  boolean isComplete() {
    return values.containsKey("authorizedkeysfile")
        && values.containsKey("permitrootlogin")
        && values.containsKey("pubkeyauthentication")
        && values.containsKey("strictmodes");
  }

  private String value(String keyword, String otherwise) {
    List<String> all = values.get(keyword);
    return all == null ? otherwise : all.get(0);
  }

  private boolean isYes(String keyword) {
    return value(keyword, "no").equals("yes");
  }

  private boolean isSet(String keyword) {
    String value = value(keyword, NONE);
    return !value.isEmpty() && !value.equalsIgnoreCase(NONE);
  }

  private List<String> words(String keyword) {
    return values.getOrDefault(keyword, List.of()).stream()
        .flatMap(value -> Arrays.stream(value.split(" +", -1)))
        .filter(word -> !word.isEmpty())
        .toList();
  }

  boolean strictModes() {
    return !value("strictmodes", "yes").equals("no");
  }

  boolean usePam() {
    return isYes("usepam");
  }

  /** AuthorizedKeysFile: tokens expanded, relative names below the home directory. */
  List<Path> keyFiles(Account account) {
    Map<Character, String> tokens =
        Map.of(
            'h', account.home().toString(),
            'u', account.name(),
            'U', Long.toString(account.uid()));
    return words("authorizedkeysfile").stream()
        .filter(word -> !word.equalsIgnoreCase(NONE))
        .flatMap(word -> Tokens.expand(word, tokens).stream())
        .map(name -> account.home().resolve(name))
        .toList();
  }

  /** AuthorizedKeysCommand as written, if there is one. */
  Optional<String> keyCommand() {
    return isSet("authorizedkeyscommand")
        ? Optional.of(value("authorizedkeyscommand", NONE))
        : Optional.empty();
  }

  /** AuthorizedKeysCommandUser. */
  Optional<String> keyCommandUser() {
    return isSet("authorizedkeyscommanduser")
        ? Optional.of(value("authorizedkeyscommanduser", NONE))
        : Optional.empty();
  }

  /** RevokedKeys. */
  Optional<Path> revokedKeys() {
    return isSet("revokedkeys")
        ? Optional.of(Path.of("/").resolve(value("revokedkeys", NONE)))
        : Optional.empty();
  }

  /** Whether {@link #refusesAccount} needs the groups, which cost a program run. */
  boolean asksForGroups() {
    return values.containsKey("allowgroups") || values.containsKey("denygroups");
  }

  /**
   * Why sshd lets nobody in as this user, or not as plainly as we would; empty if it does.
   *
   * @param groups names of all its groups, if {@link #asksForGroups}
   */
  Optional<String> refusesAccount(Account account, Set<String> groups) {
    String user = account.name();
    if (!isYes("pubkeyauthentication")) {
      return refused("PubkeyAuthentication no");
    }
    if (words("denyusers").stream().anyMatch(pattern -> userPart(pattern, user))) {
      return refused("DenyUsers names " + user);
    }
    if (values.containsKey("allowusers")
        && words("allowusers").stream().noneMatch(pattern -> fromAnywhere(pattern, user))) {
      return refused("AllowUsers does not name " + user + " from any address");
    }
    if (words("denygroups").stream().anyMatch(pattern -> anyMatch(pattern, groups))) {
      return refused("DenyGroups names a group of " + user);
    }
    if (values.containsKey("allowgroups")
        && words("allowgroups").stream().noneMatch(pattern -> anyMatch(pattern, groups))) {
      return refused("AllowGroups names no group of " + user);
    }
    if (account.isRoot() && !rootLogin().equals("yes") && !rootByKey() && !rootByCommand()) {
      return refused("PermitRootLogin no");
    }
    for (String keyword : List.of("forcecommand", "chrootdirectory")) {
      if (isSet(keyword)) {
        return refused(keyword.equals("forcecommand") ? "ForceCommand" : "ChrootDirectory");
      }
    }
    return refusesSessions();
  }

  private Optional<String> refusesSessions() {
    if (value("permittty", "yes").equals("no")) {
      return refused("PermitTTY no");
    }
    if (value("maxsessions", "10").equals("0")) {
      return refused("MaxSessions 0");
    }
    if (isYes("refuseconnection")) {
      return refused("RefuseConnection yes");
    }
    List<String> methods = words("authenticationmethods");
    boolean keyIsEnough =
        methods.isEmpty() || methods.contains("any") || methods.contains("publickey");
    return keyIsEnough ? Optional.empty() : refused("AuthenticationMethods beyond publickey");
  }

  private String rootLogin() {
    return value("permitrootlogin", "no");
  }

  private boolean rootByKey() {
    return rootLogin().equals("without-password") || rootLogin().equals("prohibit-password");
  }

  private boolean rootByCommand() {
    return rootLogin().equals("forced-commands-only");
  }

  /** A pattern with a host: where somebody comes from is not known, so only the user counts. */
  private static boolean userPart(String pattern, String user) {
    int at = pattern.indexOf('@');
    return SshPattern.matches(pattern, user)
        || (at >= 0 && SshPattern.matches(pattern.substring(0, at), user));
  }

  /** The other way round: a pattern that wants a certain host is not fulfilled. */
  private static boolean fromAnywhere(String pattern, String user) {
    int at = pattern.indexOf('@');
    return at < 0
        ? SshPattern.matches(pattern, user)
        : pattern.substring(at + 1).equals("*")
            && SshPattern.matches(pattern.substring(0, at), user);
  }

  private static boolean anyMatch(String pattern, Set<String> groups) {
    return groups.stream().anyMatch(group -> SshPattern.matches(pattern, group));
  }

  /** Why sshd refuses this key although it is listed; empty if it does not. */
  Optional<String> refusesKey(
      Account account, SshPublicKey key, boolean forcedCommand, boolean userVerified) {
    if (account.isRoot() && rootByCommand() && !forcedCommand) {
      return refused("PermitRootLogin forced-commands-only");
    }
    if (key.type().isSecurityKey()
        && !userVerified
        && value("pubkeyauthoptions", NONE).contains("verify-required")) {
      return refused("PubkeyAuthOptions verify-required, and your security key asked for no PIN");
    }
    String accepted = value("pubkeyacceptedalgorithms", value("pubkeyacceptedkeytypes", ""));
    if (!accepted.isEmpty() && algorithms(key).stream().noneMatch(a -> accepts(accepted, a))) {
      return refused("PubkeyAcceptedAlgorithms without " + key.type().sshName());
    }
    if (key.jdkKey() instanceof RSAPublicKey rsa
        && rsa.getModulus().bitLength() < Integer.parseInt(value("requiredrsasize", "0"))) {
      return refused("RequiredRSASize above the size of your key");
    }
    return Optional.empty();
  }

  private static List<String> algorithms(SshPublicKey key) {
    return key.type() == KeyType.RSA
        ? List.of("rsa-sha2-512", "rsa-sha2-256")
        : List.of(key.type().sshName());
  }

  private static boolean accepts(String patterns, String algorithm) {
    return Arrays.stream(patterns.split(",", -1))
        .anyMatch(pattern -> SshPattern.matches(pattern, algorithm));
  }

  private static Optional<String> refused(String what) {
    return Optional.of("The box's sshd does not allow it: " + what + ".");
  }
}
