package org.moshpit.agent.auth;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
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
import org.moshpit.common.identity.SshSignature;

@Timeout(60)
class SignerTest {
  private static final String NAMESPACE = "moshpit-offer-v1";
  private static final byte[] MESSAGE = "the offer".getBytes(StandardCharsets.UTF_8);

  @TempDir Path directory;
  private TestAgent agent;
  private final Map<String, String> environment = new HashMap<>(System.getenv());

  @BeforeEach
  void start() {
    agent = TestAgent.start(directory);
    environment.put("SSH_AUTH_SOCK", agent.socket().toString());
  }

  @AfterEach
  void stop() {
    agent.close();
  }

  private Signer signer() {
    return new Signer(environment, directory);
  }

  private Signer.Result sign(UserKey key) {
    return signer().sign(List.of(key), NAMESPACE, MESSAGE).get(0);
  }

  private UserKey file(String name) {
    return PrivateKeyFile.read(directory.resolve(name), Optional.empty()).orElseThrow();
  }

  private static void assertSigned(Signer.Result result, SshPublicKey key) {
    SshSignature signature = Signer.signature(result).orElseThrow(() -> new AssertionError(result));
    assertThat(signature.key()).isEqualTo(key);
    assertThat(signature.verify(NAMESPACE, MESSAGE)).isTrue();
  }

  private static String reason(Signer.Result result) {
    assertThat(result).isInstanceOf(Signer.Result.Failed.class);
    assertThat(Signer.signature(result)).isEmpty();
    return ((Signer.Result.Failed) result).reason();
  }

  @Test
  void filesOfEveryKindSignSideBySide() throws Exception {
    SshPublicKey ed = TestKeys.keygen(directory.resolve("ed"), "");
    SshPublicKey ec = TestKeys.keygen(directory.resolve("ec"), "", "-t", "ecdsa", "-b", "384");
    SshPublicKey rsa = TestKeys.keygen(directory.resolve("rsa"), "", "-t", "rsa", "-b", "2048");
    SshPublicKey pem =
        TestKeys.keygen(directory.resolve("pem"), "", "-t", "rsa", "-b", "2048", "-m", "PEM");
    List<Signer.Result> results =
        signer()
            .sign(List.of(file("ed"), file("ec"), file("rsa"), file("pem")), NAMESPACE, MESSAGE);
    assertSigned(results.get(0), ed);
    assertSigned(results.get(1), ec);
    assertSigned(results.get(2), rsa);
    assertSigned(results.get(3), pem);
  }

  @Test
  void aKeyThatOnlyTheAgentHasSigns() throws Exception {
    SshPublicKey key = TestKeys.keygen(directory.resolve("id"), "");
    agent.add(directory.resolve("id"));
    Files.delete(directory.resolve("id"));
    Files.delete(directory.resolve("id.pub"));
    UserKey user = new UserKey(key, Optional.empty(), Optional.empty(), UserKey.Interaction.NONE);
    assertSigned(sign(user), key);
    environment.remove("SSH_AUTH_SOCK");
    assertThat(reason(sign(user))).contains("Neither your ssh-agent nor a file");
    UserKey elsewhere =
        new UserKey(
            key,
            Optional.empty(),
            Optional.of(agent.socket().toString()),
            UserKey.Interaction.NONE);
    assertSigned(sign(elsewhere), key);
  }

  @Test
  void anEncryptedFileSignsWhenTheAgentHasItsKey() throws Exception {
    SshPublicKey key = TestKeys.keygen(directory.resolve("plain"), "");
    agent.add(directory.resolve("plain"));
    TestKeys.run(
        Map.of(),
        List.of(
            "ssh-keygen", "-q", "-p", "-N", "secret", "-f", directory.resolve("plain").toString()));
    UserKey encrypted = file("plain");
    assertThat(encrypted.interaction()).isEqualTo(UserKey.Interaction.PASSPHRASE);
    assertSigned(
        sign(new UserKey(key, encrypted.file(), Optional.empty(), UserKey.Interaction.NONE)), key);
  }

  @Test
  void aKeyBoundToDestinationsHasItsOwnSentence() throws Exception {
    SshPublicKey key = TestKeys.keygen(directory.resolve("id"), "");
    Path hosts = directory.resolve("known_hosts");
    Files.writeString(hosts, "somewhere " + key.toText() + "\n");
    agent.add(directory.resolve("id"), "-h", "somewhere", "-H", hosts.toString());
    assertThat(reason(sign(file("id"))))
        .contains("ssh-agent refuses")
        .contains("restricted to certain destinations")
        .contains(key.fingerprint().text());
  }

  @Test
  void aPassphraseIsAskedForAndOnlyIfThatIsExpected() throws Exception {
    SshPublicKey key = TestKeys.keygen(directory.resolve("id"), "open sesame");
    Path askpass = directory.resolve("askpass");
    Files.writeString(askpass, "#!/bin/sh\necho 'open sesame'\n");
    Files.setPosixFilePermissions(askpass, PosixFilePermissions.fromString("rwx------"));
    environment.put("SSH_ASKPASS", askpass.toString());
    environment.put("SSH_ASKPASS_REQUIRE", "force");
    assertSigned(sign(file("id")), key);

    UserKey silent =
        new UserKey(
            key, Optional.of(directory.resolve("id")), Optional.empty(), UserKey.Interaction.NONE);
    assertThat(reason(sign(silent))).contains("needs a passphrase");

    Files.writeString(askpass, "#!/bin/sh\necho wrong\n");
    assertThat(reason(sign(file("id")))).contains("wrong passphrase");
  }

  @Test
  void aFileThatIsGone() {
    UserKey gone =
        new UserKey(
            TestKeys.ed25519(),
            Optional.of(directory.resolve("gone")),
            Optional.empty(),
            UserKey.Interaction.NONE);
    assertThat(reason(sign(gone))).contains("gone").contains("Neither");
  }

  /** As ssh says it; with a passphrase, too, and nobody is asked for it again. */
  @Test
  void aKeyThatOthersCanReadIsNamedWithItsMode() throws Exception {
    TestKeys.keygen(directory.resolve("open"), "");
    TestKeys.keygen(directory.resolve("locked"), "secret");
    for (String name : List.of("open", "locked")) {
      Path key = directory.resolve(name);
      Files.setPosixFilePermissions(key, PosixFilePermissions.fromString("rw-r--r--"));
      Signer.Result result = sign(file(name));
      assertThat(reason(result))
          .isEqualTo(
              "Others can read "
                  + key
                  + " (mode 0644), so ssh takes no such key; chmod 600 "
                  + key
                  + " mends that.");
      assertThat(((Signer.Result.Failed) result).again()).isFalse();
    }
  }
}
