package org.moshpit.agent.auth;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.moshpit.common.identity.SshPublicKey;

@Timeout(60)
class UserKeysTest {
  @TempDir Path home;
  private TestAgent agent;
  private final Map<String, String> environment = new HashMap<>(System.getenv());
  private Path ssh;

  @BeforeEach
  void start() throws Exception {
    agent = TestAgent.start(home);
    ssh = Files.createDirectory(home.resolve(".ssh"));
    environment.put("SSH_AUTH_SOCK", agent.socket().toString());
  }

  @AfterEach
  void stop() {
    agent.close();
  }

  private UserKeys keys(Optional<Path> identity, Optional<UserKey> last) {
    return new UserKeys(environment, home, "moshpit-test-box", Optional.of("me"), identity, last);
  }

  private static List<SshPublicKey> publics(List<UserKey> keys) {
    return keys.stream().map(UserKey::key).toList();
  }

  @Test
  void aNamedFileIsOfferedAndNothingElse() throws Exception {
    SshPublicKey key = TestKeys.keygen(home.resolve("mine"), "");
    agent.add(home.resolve("mine"));
    UserKeys keys = keys(Optional.of(home.resolve("mine")), Optional.empty());
    assertThat(publics(keys.next())).containsExactly(key);
    assertThat(keys.next()).isEmpty();
    UserKeys byPublicHalf = keys(Optional.of(home.resolve("mine.pub")), Optional.empty());
    assertThat(publics(byPublicHalf.next())).containsExactly(key);
  }

  @Test
  void aNamedFileThatIsNoKeyIsSaid() throws Exception {
    Path weak = home.resolve("weak");
    TestKeys.run(
        Map.of(),
        List.of("ssh-keygen", "-q", "-t", "rsa", "-b", "1024", "-N", "", "-f", weak.toString()));
    for (Path file : List.of(weak, home.resolve("missing"), home)) {
      assertThatThrownBy(() -> keys(Optional.of(file), Optional.empty()).next())
          .isInstanceOf(IOException.class)
          .hasMessageContaining("is not a usable key");
    }
  }

  @Test
  void theLastAcceptedKeyComesFirstAndAlone() throws Exception {
    SshPublicKey first = TestKeys.keygen(home.resolve("first"), "");
    SshPublicKey second = TestKeys.keygen(home.resolve("second"), "");
    agent.add(home.resolve("first"));
    agent.add(home.resolve("second"));
    UserKey last =
        new UserKey(second, Optional.empty(), Optional.empty(), UserKey.Interaction.NONE);
    UserKeys keys = keys(Optional.empty(), Optional.of(last));
    assertThat(keys.next()).containsExactly(last);
    List<SshPublicKey> then = publics(keys.next());
    assertThat(then).contains(first).doesNotContain(second);
  }

  @Test
  void atMostSixSilentKeysInOneOffer() throws Exception {
    List<SshPublicKey> made = new ArrayList<>();
    for (int i = 0; i < 8; i++) {
      made.add(TestKeys.keygen(home.resolve("k" + i), ""));
      agent.add(home.resolve("k" + i));
    }
    List<UserKey> offered = keys(Optional.empty(), Optional.empty()).next();
    assertThat(offered).hasSize(UserKeys.MAX_KEYS);
    assertThat(publics(offered)).isSubsetOf(made);
    assertThat(offered).allMatch(UserKey::isSilent);
  }

  @Test
  void whatSshSaysIsRead() {
    SshClient client = new SshClient(Map.of("MY_AGENT", "/run/agent"), Path.of("/home/me"));
    SshClient.Config config =
        client.parse(
            """
            user me
            identitiesonly yes
            identityfile ~/.ssh/id_ed25519
            identityfile /keys/box key
            identityfile none
            identityagent $MY_AGENT
            """);
    assertThat(config.files())
        .containsExactly(Path.of("/home/me/.ssh/id_ed25519"), Path.of("/keys/box key"));
    assertThat(config.agent()).contains("/run/agent");
    assertThat(config.only()).isTrue();
    assertThat(client.parse("identityagent none").agent()).contains("none");
    assertThat(client.parse("identityagent SSH_AUTH_SOCK").agent()).isEmpty();
    assertThat(client.parse("identityagent ~/a.sock").agent()).contains("/home/me/a.sock");
    assertThat(client.parse("identityagent $NOT_SET").agent()).contains("none");
    assertThat(client.parse("").files()).isEmpty();
  }

  @Test
  void keyFilesTellWhatTheyAskFor() throws Exception {
    SshPublicKey plain = TestKeys.keygen(ssh.resolve("plain"), "");
    SshPublicKey locked = TestKeys.keygen(ssh.resolve("locked"), "secret");
    SshPublicKey pem =
        TestKeys.keygen(ssh.resolve("pem"), "secret", "-t", "rsa", "-b", "2048", "-m", "PEM");
    SshPublicKey pkcs8 =
        TestKeys.keygen(ssh.resolve("pkcs8"), "secret", "-t", "rsa", "-b", "2048", "-m", "PKCS8");
    assertThat(read("plain")).contains(key(plain, "plain", UserKey.Interaction.NONE));
    assertThat(read("locked")).contains(key(locked, "locked", UserKey.Interaction.PASSPHRASE));
    assertThat(read("pem")).contains(key(pem, "pem", UserKey.Interaction.PASSPHRASE));
    assertThat(read("pkcs8")).contains(key(pkcs8, "pkcs8", UserKey.Interaction.PASSPHRASE));
    Files.delete(ssh.resolve("plain.pub"));
    assertThat(read("plain")).contains(key(plain, "plain", UserKey.Interaction.NONE));
    Files.delete(ssh.resolve("pem.pub"));
    assertThat(read("pem")).isEmpty();
    Files.delete(ssh.resolve("locked"));
    assertThat(read("locked")).isEmpty();
    assertThat(read("locked.pub")).contains(key(locked, "locked.pub", UserKey.Interaction.NONE));
  }

  private Optional<UserKey> read(String name) {
    return PrivateKeyFile.read(ssh.resolve(name), Optional.empty());
  }

  private UserKey key(SshPublicKey key, String name, UserKey.Interaction interaction) {
    return new UserKey(key, Optional.of(ssh.resolve(name)), Optional.empty(), interaction);
  }

  @Test
  void silentKeysTogetherThenTheOthersOneByOne() throws Exception {
    SshPublicKey plain = TestKeys.keygen(ssh.resolve("id_ed25519"), "");
    SshPublicKey locked = TestKeys.keygen(ssh.resolve("id_ecdsa"), "secret", "-t", "ecdsa");
    SshPublicKey heldLocked = TestKeys.keygen(ssh.resolve("id_rsa"), "", "-t", "rsa", "-b", "2048");
    agent.add(ssh.resolve("id_rsa"));
    TestKeys.run(
        Map.of(),
        List.of("ssh-keygen", "-q", "-p", "-N", "x", "-f", ssh.resolve("id_rsa").toString()));
    SshPublicKey onlyAgent = TestKeys.keygen(home.resolve("gone"), "");
    agent.add(home.resolve("gone"));

    UserKeys keys = keys(Optional.empty(), Optional.empty());
    assertThat(publics(keys.next())).containsExactly(heldLocked, onlyAgent, plain);
    List<UserKey> asking = keys.next();
    assertThat(publics(asking)).containsExactly(locked);
    assertThat(asking.get(0).interaction()).isEqualTo(UserKey.Interaction.PASSPHRASE);
    assertThat(keys.next()).isEmpty();

    environment.remove("SSH_AUTH_SOCK");
    UserKeys withoutAgent = keys(Optional.empty(), Optional.empty());
    assertThat(publics(withoutAgent.next())).containsExactly(plain);
    assertThat(publics(withoutAgent.next())).containsExactly(heldLocked);
    assertThat(publics(withoutAgent.next())).containsExactly(locked);
    assertThat(withoutAgent.next()).isEmpty();
  }

  @Test
  void damagedKeyFilesAreNoKeys() throws Exception {
    SshPublicKey key = TestKeys.keygen(ssh.resolve("id"), "");
    Files.delete(ssh.resolve("id.pub"));
    String text = Files.readString(ssh.resolve("id"));
    for (int length = 0; length < text.length() - 40; length += 7) {
      Path cut = ssh.resolve("cut");
      Files.writeString(cut, text.substring(0, length));
      // The public half stands early, so that a late cut still shows it: that one or none.
      Optional<UserKey> read = PrivateKeyFile.read(cut, Optional.empty());
      assertThat(read.map(UserKey::key).orElse(key)).isEqualTo(key);
      assertThat(read.isEmpty() || length > 100).as("cut at %d", length).isTrue();
    }
  }

  /** Whatever is left is looked for anew, with nothing remembered. */
  @Test
  void aKeyWhoseFileIsGoneIsNotAskedFor() throws Exception {
    SshPublicKey gone = TestKeys.keygen(home.resolve("gone"), "secret");
    UserKey last =
        new UserKey(
            gone,
            Optional.of(home.resolve("gone")),
            Optional.empty(),
            UserKey.Interaction.PASSPHRASE);
    Files.delete(home.resolve("gone"));
    assertThat(keys(Optional.empty(), Optional.of(last)).next()).isEmpty();
    SshPublicKey held = TestKeys.keygen(home.resolve("held"), "");
    agent.add(home.resolve("held"));
    assertThat(publics(keys(Optional.empty(), Optional.of(last)).next())).containsExactly(held);
  }
}
