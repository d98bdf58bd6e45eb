package org.moshpit.agent.auth;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.moshpit.common.identity.SshPublicKey;

/** What the doors say of themselves to whoever sets the box up. */
class DoorReportTest {
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
    keys = home.resolve(".ssh/authorized_keys");
    mode(home, "rwxr-xr-x");
  }

  private void write(String... lines) throws Exception {
    Files.createDirectories(keys.getParent());
    mode(keys.getParent(), "rwx------");
    Files.writeString(keys, String.join("\n", lines) + "\n");
    mode(keys, "rw-r--r--");
  }

  private static void mode(Path path, String mode) throws Exception {
    Files.setPosixFilePermissions(path, PosixFilePermissions.fromString(mode));
  }

  private DoorReport own() {
    return new OwnUserAuthorizer(account, CLOCK).report();
  }

  @Test
  void withoutAFileTheDoorIsShut() {
    assertThat(own())
        .isEqualTo(
            new DoorReport(
                account,
                List.of(keys, home.resolve(".ssh/authorized_keys2")),
                0,
                List.of(),
                Optional.empty(),
                false));
    assertThat(own().open()).isFalse();
  }

  @Test
  void everyKeyCountsOnceWithItsOptionsAndTheOthersSayWhyNot() throws Exception {
    write(
        "# nobody",
        "nonsense",
        KEY.toText() + " ann",
        "command=\"a b\" " + KEY.toText(),
        "from=\"10.0.0.1\" " + OTHER.toText());
    DoorReport report = own();
    assertThat(report.keys()).isEqualTo(1);
    assertThat(report.problems()).singleElement().asString().contains("from");
    assertThat(report.open()).isTrue();
  }

  @Test
  void aFileOthersCouldHaveWrittenDoesNotCountAndIsNamed() throws Exception {
    write(KEY.toText());
    mode(keys.getParent(), "rwx---rwx");
    DoorReport report = own();
    assertThat(report.keys()).isZero();
    assertThat(report.problems())
        .containsExactly("bad ownership or modes of " + keys.getParent().toRealPath());
    assertThat(report.open()).isFalse();
  }

  private DoorReport root(String configuration, List<String> allowUsers) throws Exception {
    Path file = home.resolve("sshd-T");
    Files.writeString(
        file,
        "authorizedkeysfile "
            + keys
            + "\nstrictmodes no\npubkeyauthentication yes\npermitrootlogin yes\n"
            + configuration);
    Path etc = Files.createDirectories(home.resolve("etc"));
    Files.writeString(etc.resolve("shells"), account.shell() + "\n");
    RootAuthorizer.Rules rules =
        new RootAuthorizer.Rules(
            allowUsers,
            Optional.empty(),
            () -> List.of("/bin/sh", "-c", "cat '" + file + "'", "sshd"));
    return new RootAuthorizer(rules, account, CLOCK, etc).report(account.name()).orElseThrow();
  }

  @Test
  void aRootAgentAsksSshdForTheFilesAndTheRules() throws Exception {
    write(KEY.toText());
    DoorReport report = root("", List.of());
    assertThat(report.files()).containsExactly(keys);
    assertThat(report.keys()).isEqualTo(1);
    assertThat(report.refusal()).isEmpty();
    assertThat(report.open()).isTrue();
    assertThat(root("denyusers *\n", List.of()).refusal().orElseThrow()).contains("DenyUsers");
    assertThat(root("", List.of("nobody-here")).open()).isFalse();
  }

  @Test
  void aProgramThatKnowsKeysMayLetSomebodyIn() throws Exception {
    Files.createDirectories(keys.getParent());
    DoorReport report = root("authorizedkeyscommand /usr/bin/keys\n", List.of());
    assertThat(report.keys()).isZero();
    assertThat(report.asksProgram()).isTrue();
    assertThat(report.open()).isTrue();
  }

  @Test
  void nobodyOfThatNameIsNobody() throws Exception {
    RootAuthorizer.Rules rules = new RootAuthorizer.Rules(List.of(), Optional.empty(), List::of);
    RootAuthorizer door = new RootAuthorizer(rules, account, CLOCK, home);
    assertThat(door.report("no-such-user")).isEmpty();
    assertThat(door.report("-x")).isEmpty();
  }
}
