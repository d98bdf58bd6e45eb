package org.moshpit.agent.auth;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.moshpit.common.identity.SshPublicKey;

class SshdPolicyTest {
  private static final Account BOB =
      new Account("bob", 1000, 1000, Path.of("/home/bob"), "/bin/sh", "x");
  private static final Account ROOT = new Account("toor", 0, 0, Path.of("/root"), "/bin/sh", "x");
  private static final SshPublicKey KEY = TestKeys.ed25519();
  private static final String DEFAULTS =
      """
      authorizedkeysfile .ssh/authorized_keys .ssh/authorized_keys2
      permitrootlogin without-password
      pubkeyauthentication yes
      strictmodes yes
      usepam yes
      authenticationmethods any
      forcecommand none
      chrootdirectory none
      revokedkeys none
      authorizedkeyscommand none
      maxsessions 10
      permittty yes
      """;

  /** sshd prints each keyword once; ours replace the defaults. */
  private static SshdPolicy with(String... lines) {
    StringBuilder text = new StringBuilder();
    for (String line : lines) {
      text.append(line).append('\n');
    }
    DEFAULTS
        .lines()
        .filter(
            line ->
                List.of(lines).stream()
                    .noneMatch(l -> l.startsWith(line.substring(0, line.indexOf(' ') + 1))))
        .forEach(line -> text.append(line).append('\n'));
    return SshdPolicy.parse(text.toString());
  }

  private static Optional<String> bob(String... lines) {
    return with(lines).refusesAccount(BOB, Set.of("bob", "users"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "allowusers bob",
        "allowusers b*",
        "allowusers ?ob",
        "allowusers bob@*",
        "denyusers alice",
        "denyusers bo",
        "allowgroups users",
        "allowgroups us*",
        "denygroups wheel",
        "authenticationmethods publickey",
        "authenticationmethods publickey,password publickey",
        "permitrootlogin no",
      })
  void letsIn(String line) {
    assertThat(bob(line)).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({
    "allowusers alice, AllowUsers",
    "allowusers bob@10.*, AllowUsers",
    "allowusers !bob, AllowUsers",
    "denyusers bob, DenyUsers",
    "denyusers *, DenyUsers",
    "denyusers bob@10.*, DenyUsers",
    "allowgroups wheel, AllowGroups",
    "denygroups user?, DenyGroups",
    "pubkeyauthentication no, PubkeyAuthentication",
    "forcecommand internal-sftp, ForceCommand",
    "chrootdirectory /srv, ChrootDirectory",
    "permittty no, PermitTTY",
    "maxsessions 0, MaxSessions",
    "refuseconnection yes, RefuseConnection",
    "'authenticationmethods publickey,password', AuthenticationMethods",
    "'authenticationmethods publickey,publickey', AuthenticationMethods",
    "authenticationmethods password, AuthenticationMethods",
  })
  void refuses(String line, String name) {
    assertThat(bob(line).orElseThrow())
        .startsWith("The box's sshd does not allow it: " + name)
        .endsWith(".");
  }

  @Test
  void severalLinesAddUp() {
    assertThat(bob("allowusers alice", "allowusers bob")).isEmpty();
    assertThat(bob("denyusers alice", "denyusers bob")).isPresent();
    assertThat(bob("allowusers bob", "denyusers bob")).isPresent();
    assertThat(with("allowgroups x").asksForGroups()).isTrue();
    assertThat(with().asksForGroups()).isFalse();
  }

  @Test
  void rootIsWhoeverHasUidZero() {
    assertThat(with("permitrootlogin no").refusesAccount(ROOT, Set.of())).isPresent();
    for (String value : new String[] {"yes", "without-password", "prohibit-password"}) {
      SshdPolicy policy = with("permitrootlogin " + value);
      assertThat(policy.refusesAccount(ROOT, Set.of())).as(value).isEmpty();
      assertThat(policy.refusesKey(ROOT, KEY, false, false)).as(value).isEmpty();
    }
    SshdPolicy commands = with("permitrootlogin forced-commands-only");
    assertThat(commands.refusesAccount(ROOT, Set.of())).isEmpty();
    assertThat(commands.refusesKey(ROOT, KEY, false, false)).isPresent();
    assertThat(commands.refusesKey(ROOT, KEY, true, false)).isEmpty();
    assertThat(commands.refusesKey(BOB, KEY, false, false)).isEmpty();
    assertThat(with("permitrootlogin perhaps").refusesAccount(ROOT, Set.of())).isPresent();
  }

  @Test
  void keysMustBeOfAnAcceptedKind() throws Exception {
    SshdPolicy some = with("pubkeyacceptedalgorithms ecdsa-*,rsa-sha2-256");
    assertThat(some.refusesKey(BOB, KEY, false, false)).isPresent();
    assertThat(
            with("pubkeyacceptedalgorithms rsa-sha2-512,ssh-ed25519")
                .refusesKey(BOB, KEY, false, false))
        .isEmpty();
    assertThat(with("pubkeyacceptedkeytypes ecdsa-*").refusesKey(BOB, KEY, false, false))
        .isPresent();
  }

  @Test
  void keyFilesAreExpanded() {
    assertThat(with().keyFiles(BOB))
        .containsExactly(
            Path.of("/home/bob/.ssh/authorized_keys"), Path.of("/home/bob/.ssh/authorized_keys2"));
    assertThat(with("authorizedkeysfile /k/%u /k/%U.%% %h/x none /k/%z /k/%").keyFiles(BOB))
        .containsExactly(Path.of("/k/bob"), Path.of("/k/1000.%"), Path.of("/home/bob/x"));
    assertThat(with("authorizedkeysfile none").keyFiles(BOB)).isEmpty();
  }

  @Test
  void whatIsSetIsSeen() {
    assertThat(with().revokedKeys()).isEmpty();
    assertThat(with("revokedkeys /etc/revoked").revokedKeys()).contains(Path.of("/etc/revoked"));
    assertThat(with().keyCommand()).isEmpty();
    assertThat(with("authorizedkeyscommand /bin/k %u").keyCommand()).contains("/bin/k %u");
    assertThat(with().usePam()).isTrue();
    assertThat(with().strictModes()).isTrue();
    assertThat(with("strictmodes no").strictModes()).isFalse();
    assertThat(with().isComplete()).isTrue();
    assertThat(SshdPolicy.parse("sshd: no hostkeys available").isComplete()).isFalse();
  }

  @Test
  void withoutAnSshd() {
    assertThat(SshdPolicy.ABSENT.isComplete()).isTrue();
    assertThat(SshdPolicy.ABSENT.strictModes()).isTrue();
    assertThat(SshdPolicy.ABSENT.refusesAccount(BOB, Set.of())).isEmpty();
    assertThat(SshdPolicy.ABSENT.refusesKey(BOB, KEY, false, false)).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({
    "*, anything, true",
    "*, '', true",
    "?, '', false",
    "a*c, abbbc, true",
    "a*c, abbbd, false",
    "a**?c, axc, true",
    "a?c, ac, false",
    "*a*b*, xxaxxbxx, true",
    "*a*b*, xxbxxaxx, false",
    "abc, abc, true",
    "abc, abcd, false",
    "'', '', true",
    "'', a, false",
  })
  void patterns(String pattern, String text, boolean matches) {
    assertThat(SshPattern.matches(pattern, text)).isEqualTo(matches);
  }

  @Test
  void patternsCannotBeMadeSlow() {
    String text = "a".repeat(20_000);
    assertThat(SshPattern.matches("a*".repeat(50) + "b", text)).isFalse();
  }

  @Test
  void commandsForKeysAreSplitAsSshdDoes() throws Exception {
    assertThat(KeyCommand.argv("/bin/keys", BOB, KEY)).containsExactly("/bin/keys", "bob");
    assertThat(KeyCommand.argv("/bin/keys \"a b\" 'c \"d' e\\ f %u:%U %% %h", BOB, KEY))
        .containsExactly("/bin/keys", "a b", "c \"d", "e f", "bob:1000", "%", "/home/bob");
    assertThat(KeyCommand.argv("/k %t %f %k", BOB, KEY))
        .containsExactly(
            "/k",
            "ssh-ed25519",
            KEY.fingerprint().text(),
            KEY.toText().substring("ssh-ed25519 ".length()));
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "/bin/k \"open", "/bin/k %q", "/bin/k %"})
  void commandsForKeysThatAreNone(String command) {
    assertThatThrownBy(() -> KeyCommand.argv(command, BOB, KEY)).isInstanceOf(IOException.class);
  }
}
