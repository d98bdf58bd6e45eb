package org.moshpit.agent.cli.enroll;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.moshpit.agent.auth.Account;
import org.moshpit.agent.auth.DoorReport;

/** Both doors. */
class DoorCheckTest {
  private static final Account ANN =
      new Account("ann", 1000, 1000, Path.of("/home/ann"), "/bin/sh", "x");
  private static final List<Path> FILES = List.of(Path.of("/home/ann/.ssh/authorized_keys"));
  private static final DoorReport EMPTY = report(0, "", "", false);

  private static DoorReport report(int keys, String problem, String refusal, boolean program) {
    return new DoorReport(
        ANN,
        FILES,
        keys,
        problem.isEmpty() ? List.of() : List.of(problem),
        refusal.isEmpty() ? Optional.empty() : Optional.of(refusal),
        program);
  }

  private static Finding own(DoorReport report) throws Exception {
    return new OwnDoorCheck(() -> report).look().get(0);
  }

  @Test
  void oneUsersDoor() throws Exception {
    assertThat(own(report(1, "", "", false)))
        .isEqualTo(Finding.ok("authorized_keys", "1 key of ann"));
    Finding none = own(EMPTY);
    assertThat(none.level()).isEqualTo(Finding.Level.WRONG);
    assertThat(none.said()).isEqualTo("no key in /home/ann/.ssh/authorized_keys");
    assertThat(none.remedy()).startsWith("mkdir -m 700 -p ~/.ssh, then put your public key");
    Finding modes = own(report(0, "bad ownership or modes of /home/ann", "", false));
    assertThat(modes.said()).isEqualTo("bad ownership or modes of /home/ann");
    assertThat(modes.remedy()).isEqualTo("chown ann and chmod go-w what it names.");
    for (String others : List.of("/tmp", "/home/annabel/x", "/")) {
      assertThat(own(report(0, "bad ownership or modes of " + others, "", false)).remedy())
          .startsWith("It is outside the home directory of ann");
    }
    assertThat(own(report(0, "Your key's line has from=.", "", false)).remedy())
        .contains("another public key");
  }

  private static Finding root(Map<String, DoorReport> found, String... users) throws Exception {
    return new RootDoorCheck(List.of(users), user -> Optional.ofNullable(found.get(user)))
        .look()
        .get(0);
  }

  @Test
  void everybodysDoor() throws Exception {
    DoorReport two = report(2, "", "", false);
    assertThat(root(Map.of("root", EMPTY, "ann", two), "root", "gone", "ann").said())
        .isEqualTo("ann (2 keys)");
    Map<String, DoorReport> many = Map.of("a", two, "b", two, "c", two, "d", two);
    assertThat(root(many, "a", "b", "c", "d").said())
        .isEqualTo("a (2 keys), b (2 keys), c (2 keys) and 1 more");
    assertThat(root(Map.of("ann", report(0, "", "", true)), "ann").said())
        .isEqualTo("ann (by AuthorizedKeysCommand)");
  }

  /** Who put a key there expects to come in, and is told otherwise only at the box's door. */
  @Test
  void whoHasAKeyAndIsNotLetInIsNamedBesideTheOthers() throws Exception {
    String locked = "The account bob is locked on the box.";
    Map<String, DoorReport> found =
        Map.of("ann", report(1, "", "", false), "bob", report(2, "", locked, false));
    assertThat(
            new RootDoorCheck(List.of("bob", "ann"), user -> Optional.ofNullable(found.get(user)))
                .look())
        .containsExactly(
            Finding.ok("authorized_keys", "ann (1 key)"),
            Finding.warning("authorized_keys", "bob (2 keys) is not let in", locked));
  }

  @Test
  void whoseKeysOrFilesDoNotCountIsNamedBesideTheOthersToo() throws Exception {
    DoorReport from = report(0, "Your key has from= in authorized_keys.", "", false);
    DoorReport modes = report(0, "bad ownership or modes of /home/ann", "", false);
    Map<String, DoorReport> found =
        Map.of(
            "ann",
            report(1, "", "", false),
            "bob",
            from,
            "eve",
            modes,
            "x",
            from,
            "y",
            from,
            "z",
            from);
    List<String> users = List.of("bob", "ann", "root", "eve", "x", "y", "z");
    assertThat(new RootDoorCheck(users, user -> Optional.ofNullable(found.get(user))).look())
        .containsExactly(
            Finding.ok("authorized_keys", "ann (1 key)"),
            Finding.warning(
                "authorized_keys",
                "bob is not let in",
                "Your key has from= in authorized_keys. Mend that file, or put another public key"
                    + " into it."),
            Finding.warning(
                "authorized_keys",
                "eve is not let in",
                "Bad ownership or modes of /home/ann. chown ann and chmod go-w what it names."),
            Finding.warning(
                "authorized_keys",
                "x is not let in",
                "Your key has from= in authorized_keys. Mend that file, or put another public key"
                    + " into it."),
            Finding.warning("authorized_keys", "2 more are not let in", ""));
  }

  @Test
  void whoHasNoShellComesInForNothing() throws Exception {
    Account shut = new Account("ann", 1000, 1000, Path.of("/home/ann"), "/usr/sbin/nologin", "x");
    Finding finding = own(new DoorReport(shut, FILES, 1, List.of(), Optional.empty(), false));
    assertThat(finding.level()).isEqualTo(Finding.Level.WRONG);
    assertThat(finding.said())
        .isEqualTo("the shell of ann is /usr/sbin/nologin, which ends a session");
    assertThat(finding.remedy()).isEqualTo("As root: chsh -s /bin/bash ann");
  }

  @Test
  void nobodyComesIn() throws Exception {
    assertThat(root(Map.of("root", EMPTY), "root").said())
        .isEqualTo("no user of /etc/passwd has a key in one");
    Finding refused = root(Map.of("root", report(1, "", "Not as root.", false)), "root");
    assertThat(refused.level()).isEqualTo(Finding.Level.WRONG);
    assertThat(refused.said()).isEqualTo("Not as root.");
    String modes = "bad ownership or modes of ";
    assertThat(root(Map.of("ann", report(0, modes + "/home/ann/x", "", false)), "ann").remedy())
        .contains("chown ann");
    // root, of all people, is not to give ann what her symbolic link names
    assertThat(root(Map.of("ann", report(0, modes + "/x", "", false)), "ann").remedy())
        .doesNotContain("chown");
  }

  @Test
  void whoseRulesApply() {
    assertThat(new SshdCheck(true, Optional.empty()).look().get(0).said())
        .isEqualTo("its rules apply");
    assertThat(new SshdCheck(false, Optional.of(true)).look().get(0).level())
        .isEqualTo(Finding.Level.OK);
    assertThat(new SshdCheck(false, Optional.empty()).look().get(0).remedy())
        .contains("permit-root = yes");
  }

  /** Which name it has depends on the ssh-keygen that made it. */
  @Test
  void theLaptopsKeyIsNotGivenANameThatItMayNotHave() throws Exception {
    String ofOne = own(new DoorReport(ANN, FILES, 0, List.of(), Optional.empty(), false)).remedy();
    String ofAll = root(Map.of("ann", EMPTY), "ann").remedy();
    assertThat(List.of(ofOne, ofAll))
        .allMatch(remedy -> remedy.contains("the laptop's ~/.ssh/id_*.pub, into"));
  }

  /** What to do stands in the sentence itself. */
  @Test
  void aRefusalIsToldAsALaptopWouldHearIt() throws Exception {
    String locked =
        "The account bob is locked on the box, where usermod -p '*' bob lets its keys in again.";
    Finding alone = root(Map.of("bob", report(2, "", locked, false)), "bob");
    assertThat(alone.said()).isEqualTo(locked);
    assertThat(alone.remedy()).isEmpty();
  }
}
