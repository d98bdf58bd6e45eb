package org.moshpit.agent.auth;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.moshpit.common.identity.SshPublicKey;

class AccountTest {
  private static final Account BOB =
      new Account("bob", 1000, 1000, Path.of("/home/bob"), "/bin/sh", "x");
  private static final long TODAY = 20_000;

  @Test
  void passwdLines() {
    assertThat(Account.parse("bob:x:1000:1001:Bob,,,:/home/bob:/bin/zsh\n"))
        .contains(new Account("bob", 1000, 1001, Path.of("/home/bob"), "/bin/zsh", "x"));
    assertThat(Account.parse("bob:x:1000:1001::/home/bob:").orElseThrow().shell())
        .isEqualTo("/bin/sh");
    for (String bad : List.of("", "bob", "bob:x:a:1::/h:/s", "bob:x:1:1::home:/s")) {
      assertThat(Account.parse(bad)).as(bad).isEmpty();
    }
  }

  @Test
  void names() {
    for (String good : List.of("bob", "_apt", "b.o-b_1", "bob@example.org", "9lives")) {
      assertThat(Account.isName(good)).as(good).isTrue();
    }
    for (String bad : List.of("", "-x", "a b", "a,addr=1", "a/b", "a\n", "a:b", "x".repeat(65))) {
      assertThat(Account.isName(bad)).as(bad).isFalse();
    }
  }

  @Test
  void thisUserIsKnownToTheSystem() throws Exception {
    Account self = Account.self();
    assertThat(self.name()).isEqualTo(System.getProperty("user.name"));
    assertThat(Account.byName(self.name())).contains(self);
    assertThat(self.isRoot()).isEqualTo(self.uid() == 0);
    // A number is no name, although getent takes it for one.
    assertThat(Account.byName(Long.toString(self.uid()))).isEmpty();
    assertThat(Account.byName("no-such-user-here")).isEmpty();
    assertThat(self.groups()).isNotEmpty();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      nullValues = "-",
      value = {
        "bob:*:19000:0:99999:7:::        | true  | -",
        "bob:!:19000:0:99999:7:::        | true  | -",
        "bob:!:19000:0:99999:7:::        | false | locked",
        "bob:!$6$x:19000:0:99999:7:::    | false | locked",
        "bob:$6$x:19000:0:99999:7::20001: | false | -",
        "bob:$6$x:19000:0:99999:7::20000: | false | expired",
        "bob:$6$x:19000:0:99999:7::1:    | true  | expired",
        "bob:$6$x:19000:0:99999:7::0:    | true  | expired",
        "bob:$6$x:0:0:99999:7:::         | true  | password",
        "bob:$6$x:19900:0:99:7:::        | true  | password",
        "bob:$6$x:19901:0:99:7:::        | true  | -",
        "bob:$6$x:::::::                 | true  | -",
        "bob:$6$x:19000:0:99999:7::soon: | true  | cannot be read",
        "bob:$6$x                        | true  | cannot be read",
      })
  void shadow(String line, boolean pam, String expected) {
    Optional<String> refused = AccountRules.expired(BOB, Optional.of(line.strip()), pam, TODAY);
    if (expected == null) {
      assertThat(refused).isEmpty();
    } else {
      assertThat(refused.orElseThrow()).contains(expected).contains("bob").endsWith(".");
    }
  }

  @Test
  void withoutShadowThePasswdFieldCounts() {
    Account locked = new Account("bob", 1, 1, Path.of("/"), "/bin/sh", "!");
    assertThat(AccountRules.expired(locked, Optional.empty(), false, TODAY)).isPresent();
    assertThat(AccountRules.expired(BOB, Optional.empty(), false, TODAY)).isEmpty();
  }

  @Test
  void shells() {
    Optional<String> listed = Optional.of("# c\n/bin/bash\n /bin/sh \n");
    assertThat(AccountRules.shell(BOB, listed, true)).isEmpty();
    assertThat(AccountRules.shell(BOB, listed, false).orElseThrow()).contains("cannot be run");
    assertThat(AccountRules.shell(BOB, Optional.of("/bin/bash\n"), true).orElseThrow())
        .contains("/etc/shells");
    assertThat(AccountRules.shell(BOB, Optional.empty(), true)).isEmpty();
  }

  @Test
  void revokedKeysInATextFile(@TempDir Path directory) throws Exception {
    SshPublicKey key = TestKeys.ed25519();
    Path file = directory.resolve("revoked");
    Files.writeString(file, "# none\n\n" + TestKeys.ed25519().toText() + " x\n");
    assertThat(RevokedKeys.contains(file, key)).isFalse();
    Files.writeString(file, "# none\n" + key.toText() + "\n");
    assertThat(RevokedKeys.contains(file, key)).isTrue();
    for (String damaged : List.of("garbage\n", "ssh-ed25519 AAAA\n", "restrict " + key.toText())) {
      Files.writeString(file, damaged);
      assertThatThrownBy(() -> RevokedKeys.contains(file, key)).isInstanceOf(IOException.class);
    }
    assertThatThrownBy(() -> RevokedKeys.contains(directory.resolve("none"), key))
        .isInstanceOf(IOException.class);
  }

  @Test
  void revokedKeysInAList(@TempDir Path directory) throws Exception {
    SshPublicKey key = TestKeys.keygen(directory.resolve("k"), "");
    Path list = directory.resolve("list");
    TestKeys.run(
        java.util.Map.of(),
        List.of("ssh-keygen", "-q", "-k", "-f", list.toString(), directory.resolve("k.pub") + ""));
    assertThat(RevokedKeys.contains(list, key)).isTrue();
    assertThat(RevokedKeys.contains(list, TestKeys.ed25519())).isFalse();
  }
}
