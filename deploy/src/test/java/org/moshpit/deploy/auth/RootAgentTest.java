package org.moshpit.deploy.auth;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Clock;
import java.time.Duration;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.moshpit.agent.auth.Account;
import org.moshpit.agent.auth.Authorizer.Decision;
import org.moshpit.agent.auth.RootAuthorizer;
import org.moshpit.common.identity.SshPublicKey;

/**
 * A root agent obeys sshd: for each configuration a real sshd runs with it, the same key knocks at
 * both doors, and ours never opens where sshd's stays shut.
 */
@Tag("lab")
@Timeout(60)
class RootAgentTest {
  @TempDir Path directory;
  private final List<AutoCloseable> cleanUp = new ArrayList<>();
  private TestUser user;
  private Path privateKey;
  private SshPublicKey key;
  private Path etc;

  @BeforeEach
  void start() throws Exception {
    Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("rwxr-xr-x"));
    user = keep(TestUser.create("mproot", directory, "/bin/sh"));
    privateKey = directory.resolve("key");
    LoopbackSshd.keygen(privateKey);
    key = SshPublicKey.parseText(Files.readString(directory.resolve("key.pub")).strip());
    etc = Files.createDirectories(directory.resolve("etc"));
    Files.writeString(etc.resolve("shells"), "# shells\n/bin/sh\n/bin/bash\n");
    user.write(".ssh/authorized_keys", key.toText() + "\n", "600");
    TestUser.command(List.of("chmod", "755", user.home().toString()));
    TestUser.command(List.of("chmod", "700", user.home().resolve(".ssh").toString()));
  }

  @AfterEach
  void stop() throws Exception {
    for (int i = cleanUp.size() - 1; i >= 0; i--) {
      cleanUp.get(i).close();
    }
  }

  private <T extends AutoCloseable> T keep(T resource) {
    cleanUp.add(resource);
    return resource;
  }

  private String fill(String text) {
    return text.replace("USER", user.name())
        .replace("DIR", directory.toString())
        .replace("HOME", user.home().toString());
  }

  /** Both doors, same configuration: what sshd did, and what we decided. */
  private Decision knock(String name, boolean sshdLetsIn, String... configuration)
      throws Exception {
    List<String> lines = List.of(configuration).stream().map(this::fill).toList();
    Decision decision;
    try (LoopbackSshd sshd = LoopbackSshd.start(directory, name, lines)) {
      assertThat(sshd.login(privateKey, "true").in()).as("sshd lets in").isEqualTo(sshdLetsIn);
      decision = ask(name, sshd.commandLine(), List.of(), Optional.empty());
    }
    if (!sshdLetsIn) {
      assertThat(decision).isNotInstanceOf(Decision.Allowed.class);
    }
    return decision;
  }

  private Decision ask(
      String name, List<String> sshd, List<String> allowUsers, Optional<Boolean> permitRoot)
      throws Exception {
    return new RootAuthorizer(
            new RootAuthorizer.Rules(allowUsers, permitRoot, () -> sshd),
            Account.self(),
            Clock.system(ZoneId.systemDefault()),
            etc)
        .policy(name, key, false);
  }

  private static String reason(Decision decision) {
    return decision instanceof Decision.Refused refused ? refused.reason() : decision.toString();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "StrictModes yes",
        "AllowUsers USER",
        "AllowUsers nobody mproot*",
        "AllowUsers USER@*",
        "AllowGroups USER",
        "DenyUsers other",
        "AuthorizedKeysFile .ssh/authorized_keys",
        "AuthorizedKeysFile %h/.ssh/authorized_keys",
        "AuthorizedKeysFile HOME/.ssh/authorized_keys",
        "AuthenticationMethods publickey",
        "AuthenticationMethods password publickey",
        "PubkeyAcceptedAlgorithms ssh-ed25519",
        "UsePAM yes",
      })
  void whatSshdAllowsIsAllowed(String line) throws Exception {
    Decision decision = knock(user.name(), true, line);
    assertThat(decision).isInstanceOf(Decision.Allowed.class);
    Account account = ((Decision.Allowed) decision).account();
    assertThat(account.name()).isEqualTo(user.name());
    assertThat(account.home()).isEqualTo(user.home());
    assertThat(account.shell()).isEqualTo("/bin/sh");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "AllowUsers root                            | AllowUsers",
        "AllowUsers USER@192.168.*                  | AllowUsers",
        "DenyUsers USER                             | DenyUsers",
        "DenyUsers mproot?*                         | DenyUsers",
        "DenyGroups USER                            | DenyGroups",
        "AllowGroups wheel                          | AllowGroups",
        "PubkeyAuthentication no                    | PubkeyAuthentication",
        "AuthenticationMethods publickey,publickey  | AuthenticationMethods",
        "PubkeyAcceptedAlgorithms ecdsa-sha2-nistp256 | PubkeyAcceptedAlgorithms",
        "RevokedKeys DIR/key.pub                    | RevokedKeys",
        "RevokedKeys DIR/nothing-there              | RevokedKeys",
        "AuthorizedKeysFile none                    | NotListed",
        "AuthorizedKeysFile DIR/%u.keys             | NotListed",
      })
  void whatSshdRefusesIsRefused(String line, String reason) throws Exception {
    assertThat(reason(knock(user.name(), false, line))).contains(reason);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "ForceCommand echo forced      | ForceCommand",
        "PermitTTY no                  | PermitTTY",
        "MaxSessions 0                 | MaxSessions",
        "DenyUsers USER@192.168.*      | DenyUsers",
        "Match Address 127.0.0.1 | AllowUsers",
      })
  void whatCannotBeKeptIsRefused(String line, String reason) throws Exception {
    String[] configuration =
        line.startsWith("Match")
            ? new String[] {"AllowUsers root", line, "AllowUsers USER root"}
            : new String[] {line};
    if (line.startsWith("MaxSessions") || line.startsWith("Match")) {
      // The one opens no channel, the other no more than a different user list.
      try (LoopbackSshd sshd =
          LoopbackSshd.start(
              directory, user.name(), List.of(configuration).stream().map(this::fill).toList())) {
        Decision decision = ask(user.name(), sshd.commandLine(), List.of(), Optional.empty());
        assertThat(reason(decision)).contains(reason);
      }
      return;
    }
    assertThat(reason(knock(user.name(), true, configuration))).contains(reason);
  }

  @Test
  void chrootRefuses() throws Exception {
    try (LoopbackSshd sshd =
        LoopbackSshd.start(directory, user.name(), List.of("ChrootDirectory /var/empty"))) {
      assertThat(reason(ask(user.name(), sshd.commandLine(), List.of(), Optional.empty())))
          .contains("ChrootDirectory");
    }
  }

  @Test
  void matchUserApplies() throws Exception {
    assertThat(reason(knock(user.name(), false, "Match User USER", "PubkeyAuthentication no")))
        .contains("PubkeyAuthentication");
    assertThat(knock(user.name(), true, "Match User other", "PubkeyAuthentication no"))
        .isInstanceOf(Decision.Allowed.class);
  }

  @Test
  void revocationListsAreRead() throws Exception {
    Path list = directory.resolve("krl");
    TestUser.command(
        List.of(
            "ssh-keygen", "-q", "-k", "-f", list.toString(), directory.resolve("key.pub") + ""));
    assertThat(reason(knock(user.name(), false, "RevokedKeys DIR/krl"))).contains("RevokedKeys");
    Path other = directory.resolve("other");
    LoopbackSshd.keygen(other);
    TestUser.command(List.of("ssh-keygen", "-q", "-k", "-f", list.toString(), other + ".pub"));
    assertThat(knock(user.name(), true, "RevokedKeys DIR/krl"))
        .isInstanceOf(Decision.Allowed.class);
  }

  @ParameterizedTest
  @CsvSource({"777,.", "707,.ssh", "606,.ssh/authorized_keys"})
  void strictModes(String mode, String file) throws Exception {
    mode(mode, file);
    assertThat(knock(user.name(), true, "StrictModes no")).isInstanceOf(Decision.Allowed.class);
    try (LoopbackSshd sshd = LoopbackSshd.start(directory, user.name(), List.of())) {
      assertThat(ask(user.name(), sshd.commandLine(), List.of(), Optional.empty()))
          .isInstanceOf(Decision.NotListed.class);
      assertThat(sshd.login(privateKey, "true").in()).isFalse();
    }
  }

  /** As with this machine's sshd, Debian's. */
  @ParameterizedTest
  @CsvSource({"775,.", "770,.ssh", "660,.ssh/authorized_keys"})
  void aGroupOfOneMayWrite(String mode, String file) throws Exception {
    mode(mode, file);
    try (LoopbackSshd sshd = LoopbackSshd.start(directory, user.name(), List.of())) {
      assertThat(ask(user.name(), sshd.commandLine(), List.of(), Optional.empty()))
          .isInstanceOf(Decision.Allowed.class);
      assertThat(sshd.login(privateKey, "true").in()).isTrue();

      TestUser mate = keep(TestUser.create("mpmate", directory, "/bin/sh"));
      TestUser.command(List.of("usermod", "-a", "-G", user.name(), mate.name()));
      assertThat(ask(user.name(), sshd.commandLine(), List.of(), Optional.empty()))
          .isInstanceOf(Decision.NotListed.class);
      assertThat(sshd.login(privateKey, "true").in()).isFalse();
    }
  }

  private void mode(String mode, String file) throws Exception {
    Path path = user.home().resolve(file).normalize();
    TestUser.command(List.of("chmod", mode, path.toString()));
  }

  @Test
  void anotherUsersKeysFileIsNotRead() throws Exception {
    Path secret = directory.resolve("secret");
    Files.writeString(secret, key.toText() + "\n");
    TestUser.command(List.of("chmod", "600", secret.toString()));
    Path link = user.home().resolve(".ssh/authorized_keys");
    Files.delete(link);
    Files.createSymbolicLink(link, secret);
    assertThat(knock(user.name(), false, "StrictModes no")).isInstanceOf(Decision.NotListed.class);
  }

  @Test
  @Timeout(30)
  void neitherFifoNorDeviceHoldsUsUp() throws Exception {
    Path file = user.home().resolve(".ssh/authorized_keys");
    Files.delete(file);
    TestUser.command(List.of("mkfifo", "-m", "666", file.toString()));
    assertThat(ask(user.name(), List.of(), List.of(), Optional.empty()))
        .isInstanceOf(Decision.NotListed.class);
    Files.delete(file);
    Files.createSymbolicLink(file, Path.of("/dev/zero"));
    assertThat(ask(user.name(), List.of(), List.of(), Optional.empty()))
        .isInstanceOf(Decision.NotListed.class);
  }

  @Test
  void aFileAboveOneMebibyteIsNotRead() throws Exception {
    String padding = ("#" + "x".repeat(1022) + "\n").repeat(1024);
    user.write(".ssh/authorized_keys", padding.substring(200) + key.toText() + "\n", "600");
    assertThat(ask(user.name(), List.of(), List.of(), Optional.empty()))
        .isInstanceOf(Decision.Allowed.class);
    user.write(".ssh/authorized_keys", padding + key.toText() + "\n", "600");
    assertThat(ask(user.name(), List.of(), List.of(), Optional.empty()))
        .isInstanceOf(Decision.NotListed.class);
  }

  @Test
  void accountsThatAreExpiredOrLocked() throws Exception {
    TestUser.command(List.of("usermod", "-e", "1", user.name()));
    assertThat(reason(knock(user.name(), false, "UsePAM no"))).contains("expired");
    assertThat(reason(ask(user.name(), List.of(), List.of(), Optional.empty())))
        .contains("expired");
    TestUser.command(List.of("usermod", "-e", "", user.name()));
    TestUser.command(List.of("usermod", "-L", user.name()));
    assertThat(reason(knock(user.name(), false, "UsePAM no"))).contains("locked");
    assertThat(knock(user.name(), true, "UsePAM yes")).isInstanceOf(Decision.Allowed.class);
    TestUser.command(List.of("usermod", "-U", user.name()));
  }

  @Test
  void nologinAndShells() throws Exception {
    Files.writeString(etc.resolve("nologin"), "closed\n");
    assertThat(reason(ask(user.name(), List.of(), List.of(), Optional.empty())))
        .contains("nologin");
    Files.delete(etc.resolve("nologin"));
    TestUser.command(List.of("usermod", "-s", "/usr/sbin/nologin", user.name()));
    assertThat(reason(ask(user.name(), List.of(), List.of(), Optional.empty())))
        .contains("/etc/shells");
  }

  @Test
  void theAgentsOwnRules() throws Exception {
    assertThat(reason(ask(user.name(), List.of(), List.of("other"), Optional.empty())))
        .contains("allow-users");
    assertThat(ask(user.name(), List.of(), List.of("x", "mproot*"), Optional.empty()))
        .isInstanceOf(Decision.Allowed.class);
    assertThat(ask("no-such-user", List.of(), List.of(), Optional.empty()))
        .isInstanceOf(Decision.NotListed.class);
    assertThat(ask(user.name() + ",addr=10.0.0.1", List.of(), List.of(), Optional.empty()))
        .isInstanceOf(Decision.NotListed.class);
    assertThat(ask("0", List.of(), List.of(), Optional.empty()))
        .isInstanceOf(Decision.NotListed.class);
  }

  @Test
  void rootComesInAsSshdHasIt() throws Exception {
    Path keys = directory.resolve("root.keys");
    Files.writeString(keys, key.toText() + "\n");
    String file = "AuthorizedKeysFile DIR/root.keys";
    Files.setPosixFilePermissions(keys, PosixFilePermissions.fromString("rw-r--r--"));
    assertThat(reason(knock("root", false, file, "StrictModes no", "PermitRootLogin no")))
        .contains("PermitRootLogin");
    assertThat(knock("root", true, file, "StrictModes no", "PermitRootLogin prohibit-password"))
        .isInstanceOf(Decision.Allowed.class);
    assertThat(knock("root", true, file, "StrictModes no", "PermitRootLogin yes"))
        .isInstanceOf(Decision.Allowed.class);
    String only = "PermitRootLogin forced-commands-only";
    assertThat(reason(knock("root", false, file, "StrictModes no", only)))
        .contains("forced-commands-only");
    Files.writeString(keys, "command=\"echo forced\" " + key.toText() + "\n");
    Decision forced = knock("root", true, file, "StrictModes no", only);
    assertThat(forced).isInstanceOf(Decision.Allowed.class);
    assertThat(((Decision.Allowed) forced).forcedCommand()).contains("echo forced");
  }

  @Test
  void keysMayComeFromACommand() throws Exception {
    Path program = directory.resolve("keys-of");
    Path place = Path.of("/usr/local/bin/mproot-keys-" + ProcessHandle.current().pid());
    Files.writeString(
        program,
        "#!/bin/sh\n[ \"$1\" = a\\ b ] && [ \"$2\" = "
            + user.name()
            + " ] && echo 'command=\"echo asked\" "
            + key.toText()
            + "'\n");
    TestUser.command(List.of("install", "-m", "755", program.toString(), place.toString()));
    keep(() -> Files.deleteIfExists(place));
    Decision decision =
        knock(
            user.name(),
            true,
            "AuthorizedKeysCommand " + place + " \"a b\" %u",
            "AuthorizedKeysCommandUser nobody");
    assertThat(decision).isInstanceOf(Decision.Allowed.class);
    // The same key stands in the user's file without a command; the program's word counts.
    assertThat(((Decision.Allowed) decision).forcedCommand()).contains("echo asked");
  }

  @Test
  void aBrokenConfigurationRefuses() throws Exception {
    Path broken = directory.resolve("broken");
    Files.writeString(broken, "NoSuchKeyword yes\n");
    assertThat(
            reason(
                ask(
                    user.name(),
                    List.of("/usr/sbin/sshd", "-f", broken.toString()),
                    List.of(),
                    Optional.empty())))
        .contains("sshd -T");
  }

  @Test
  @Tag("alone")
  void oneDecisionTakesWellUnderASecond() throws Exception {
    try (LoopbackSshd sshd = LoopbackSshd.start(directory, user.name(), List.of())) {
      long start = System.nanoTime();
      int rounds = 10;
      for (int i = 0; i < rounds; i++) {
        assertThat(ask(user.name(), sshd.commandLine(), List.of(), Optional.empty()))
            .isInstanceOf(Decision.Allowed.class);
      }
      Duration each = Duration.ofNanos((System.nanoTime() - start) / rounds);
      System.out.println("one decision of a root agent: " + each.toMillis() + " ms");
      assertThat(each).isLessThan(Duration.ofSeconds(1));
    }
  }
}
