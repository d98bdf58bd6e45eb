package org.moshpit.agent.auth;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.moshpit.agent.auth.Authorizer.Decision;
import org.moshpit.common.identity.SshFormatException;
import org.moshpit.common.identity.SshPublicKey;
import org.moshpit.common.identity.SshReader;
import org.moshpit.common.identity.SshWriter;

/** The door without root; sshd is a script that prints a configuration. */
class AuthorizerTest {
  private static final Clock CLOCK =
      Clock.fixed(Instant.parse("2026-01-17T12:00:00Z"), ZoneOffset.UTC);
  private static final SshPublicKey KEY = TestKeys.ed25519();
  private static final SshPublicKey OTHER = TestKeys.ed25519();

  @TempDir Path home;
  private Account account;
  private Path keys;

  @BeforeEach
  void start() throws Exception {
    Account self = Account.self();
    account = new Account(self.name(), self.uid(), self.gid(), home, self.shell(), self.password());
    Files.createDirectory(home.resolve(".ssh"));
    keys = home.resolve(".ssh/authorized_keys");
    mode(home, "rwxr-xr-x");
    mode(home.resolve(".ssh"), "rwx------");
    write(KEY.toText());
  }

  private void write(String text) throws Exception {
    Files.writeString(keys, text + "\n");
    mode(keys, "rw-r--r--");
  }

  private static void mode(Path path, String mode) throws Exception {
    Files.setPosixFilePermissions(path, PosixFilePermissions.fromString(mode));
  }

  private Authorizer ownUser() {
    return new OwnUserAuthorizer(account, CLOCK);
  }

  private static String reason(Decision decision) {
    return decision instanceof Decision.Refused refused ? refused.reason() : decision.toString();
  }

  @Test
  void anOrdinaryAgentServesItsUser() throws Exception {
    assertThat(ownUser().listed(account.name(), List.of(OTHER, KEY))).containsExactly(KEY);
    assertThat(ownUser().policy(account.name(), KEY, false))
        .isEqualTo(new Decision.Allowed(account, Optional.empty()));
    assertThat(ownUser().policy(account.name(), OTHER, false)).isEqualTo(new Decision.NotListed());
    write("command=\"uptime\" " + KEY.toText());
    assertThat(ownUser().policy(account.name(), KEY, false))
        .isEqualTo(new Decision.Allowed(account, Optional.of("uptime")));
    write("no-pty " + KEY.toText());
    assertThat(ownUser().listed(account.name(), List.of(KEY))).containsExactly(KEY);
    assertThat(reason(ownUser().policy(account.name(), KEY, false))).contains("no-pty");
  }

  @Test
  void andNobodyElse() {
    assertThat(ownUser().listed("someone-else", List.of(KEY))).isEmpty();
    assertThat(ownUser().policy("someone-else", KEY, false)).isEqualTo(new Decision.NotListed());
  }

  @Test
  void theOtherFileNameCountsToo() throws Exception {
    Files.move(keys, home.resolve(".ssh/authorized_keys2"));
    assertThat(ownUser().policy(account.name(), KEY, false)).isInstanceOf(Decision.Allowed.class);
    Files.delete(home.resolve(".ssh/authorized_keys2"));
    assertThat(ownUser().policy(account.name(), KEY, false)).isEqualTo(new Decision.NotListed());
  }

  @Test
  void filesOthersCouldHaveWrittenDoNotCount() throws Exception {
    for (Path path : List.of(keys, home.resolve(".ssh"), home)) {
      var before = Files.getPosixFilePermissions(path);
      for (String mode : List.of("rwx---rwx", "rwxr-xrwx")) {
        mode(path, mode);
        assertThat(ownUser().listed(account.name(), List.of(KEY))).as(path + mode).isEmpty();
      }
      Files.setPosixFilePermissions(path, before);
      assertThat(ownUser().listed(account.name(), List.of(KEY))).containsExactly(KEY);
    }
    Files.delete(keys);
    Files.createDirectory(keys);
    assertThat(ownUser().listed(account.name(), List.of(KEY))).isEmpty();
  }

  @Test
  void aSecurityKeyMayHaveToCheckItsPin() throws Exception {
    SshPublicKey sk = securityKey();
    write("verify-required " + sk.toText() + "\nverify-required " + KEY.toText());
    assertThat(reason(ownUser().policy(account.name(), sk, false))).contains("verify-required");
    assertThat(ownUser().policy(account.name(), sk, true)).isInstanceOf(Decision.Allowed.class);
    // As with sshd, it says nothing of keys that cannot.
    assertThat(ownUser().policy(account.name(), KEY, false)).isInstanceOf(Decision.Allowed.class);
  }

  private static SshPublicKey securityKey() throws SshFormatException {
    SshReader in = new SshReader(OTHER.blob());
    in.string(64);
    return SshPublicKey.parse(
        new SshWriter()
            .string("sk-ssh-ed25519@openssh.com")
            .string(in.string(32))
            .string("ssh:")
            .toBytes());
  }

  private Decision rootAgent(String configuration, List<String> allowUsers, Boolean permitRoot)
      throws Exception {
    List<String> sshd = sshd(configuration);
    return rootAgent(
            new RootAuthorizer.Rules(allowUsers, Optional.ofNullable(permitRoot), () -> sshd))
        .policy(account.name(), KEY, false);
  }

  /** One that says this of everybody. */
  private List<String> sshd(String configuration) throws Exception {
    Path file = home.resolve("sshd-T");
    Files.writeString(
        file,
        "authorizedkeysfile "
            + keys
            + "\nstrictmodes no\npubkeyauthentication yes\npermitrootlogin yes\nusepam yes\n"
            + configuration);
    return List.of("/bin/sh", "-c", "cat '" + file + "'", "sshd");
  }

  private RootAuthorizer rootAgent(RootAuthorizer.Rules rules) throws Exception {
    Path etc = Files.createDirectories(home.resolve("etc"));
    Files.writeString(etc.resolve("shells"), account.shell() + "\n");
    return new RootAuthorizer(rules, account, CLOCK, etc);
  }

  @Test
  void aRootAgentAsksSshd() throws Exception {
    assertThat(rootAgent("", List.of(), null)).isInstanceOf(Decision.Allowed.class);
    assertThat(reason(rootAgent("denyusers *\n", List.of(), null))).contains("DenyUsers");
    assertThat(reason(rootAgent("allowgroups no-such-group\n", List.of(), null)))
        .contains("AllowGroups");
    assertThat(reason(rootAgent("revokedkeys " + keys + "\n", List.of(), null)))
        .contains("RevokedKeys");
    assertThat(reason(rootAgent("revokedkeys /nowhere\n", List.of(), null)))
        .contains("RevokedKeys");
    assertThat(reason(rootAgent("", List.of("nobody-here"), null))).contains("allow-users");
    Decision noRoot = rootAgent("", List.of(), false);
    assertThat(noRoot instanceof Decision.Refused).isEqualTo(account.isRoot());
  }

  @Test
  void anSshdThatDoesNotSayRefusesEverybody() throws Exception {
    for (List<String> sshd :
        List.of(List.of("/bin/false"), List.of("/bin/echo"), List.of("/bin/sh", "-c", "exit 0"))) {
      Authorizer authorizer =
          new RootAuthorizer(
              new RootAuthorizer.Rules(List.of(), Optional.empty(), () -> sshd),
              account,
              CLOCK,
              home);
      // The account as passwd has it: its own key files, of which nothing is assumed.
      assertThat(authorizer.policy(account.name(), KEY, false))
          .isNotInstanceOf(Decision.Allowed.class);
    }
    Authorizer missing =
        new RootAuthorizer(
            new RootAuthorizer.Rules(List.of(), Optional.empty(), () -> List.of("/no/such/sshd")),
            account,
            CLOCK,
            home);
    assertThat(missing.policy(account.name(), KEY, false)).isEqualTo(new Decision.NotListed());
  }

  private RootAuthorizer withSshd(String script, String configuration) throws Exception {
    Path file = home.resolve("sshd-T");
    Files.writeString(
        file,
        "authorizedkeysfile "
            + keys
            + "\nstrictmodes no\npubkeyauthentication yes\npermitrootlogin yes\n"
            + configuration);
    List<String> sshd = List.of("/bin/sh", "-c", script + "; cat '" + file + "'", "sshd");
    return new RootAuthorizer(
        new RootAuthorizer.Rules(List.of(), Optional.empty(), () -> sshd), account, CLOCK, home);
  }

  @Test
  void anSshdCountsFromWhenItIsInstalledOn() throws Exception {
    List<String> installed = new ArrayList<>();
    RootAuthorizer authorizer =
        rootAgent(
            new RootAuthorizer.Rules(List.of(), Optional.of(true), () -> List.copyOf(installed)));
    assertThat(refusal(authorizer)).doesNotContain("DenyUsers");

    installed.addAll(sshd("denyusers *\n"));
    assertThat(refusal(authorizer)).contains("DenyUsers");

    installed.clear();
    assertThat(refusal(authorizer)).doesNotContain("DenyUsers");
  }

  private String refusal(RootAuthorizer authorizer) throws Exception {
    return authorizer.report(account.name()).orElseThrow().refusal().orElse("");
  }

  @Test
  void sshdIsAskedOnceForManyOffers() throws Exception {
    Path asked = home.resolve("asked");
    RootAuthorizer authorizer = withSshd("echo >> '" + asked + "'", "");
    for (int i = 0; i < 5; i++) {
      assertThat(authorizer.listed(account.name(), List.of(KEY))).containsExactly(KEY);
    }
    // a slow computer may need more than the three seconds that it is remembered
    assertThat(Files.readAllLines(asked)).hasSizeLessThan(5);
  }

  @Test
  @Timeout(60)
  void offersAtOnceRunOneSshd() throws Exception {
    Path asked = home.resolve("asked");
    Path go = home.resolve("go");
    RootAuthorizer authorizer =
        withSshd("echo >> '" + asked + "'; until [ -e '" + go + "' ]; do sleep 0.05; done", "");
    ExecutorService laptops = Executors.newFixedThreadPool(8);
    try {
      List<Future<List<SshPublicKey>>> looks = new ArrayList<>();
      for (int i = 0; i < 8; i++) {
        looks.add(laptops.submit(() -> authorizer.listed(account.name(), List.of(KEY))));
      }
      Awaitility.await().until(() -> Files.exists(asked));
      Files.createFile(go);
      for (Future<List<SshPublicKey>> look : looks) {
        look.get();
      }
      // one that comes when the answer is older than three seconds asks again
      assertThat(Files.readAllLines(asked)).hasSizeLessThan(8);
    } finally {
      laptops.shutdownNow();
    }
    assertThat(authorizer.listed(account.name(), List.of(KEY))).containsExactly(KEY);
  }

  /** Each of these programs alone may take 5 s. */
  @Test
  @Timeout(60)
  void aKeyCommandThatHangsIsEndedForAllKeysTogether() throws Exception {
    RootAuthorizer authorizer =
        withSshd(
            "true",
            "authorizedkeyscommand /bin/sleep 100\nauthorizedkeyscommanduser "
                + account.name()
                + "\n");
    List<SshPublicKey> offered =
        Stream.generate(TestKeys::ed25519).limit(UserKeys.MAX_KEYS).toList();
    long begun = System.nanoTime();
    assertThat(authorizer.listed(account.name(), offered)).isEmpty();
    assertThat(Duration.ofNanos(System.nanoTime() - begun)).isLessThan(Duration.ofSeconds(12));
  }
}
