package org.moshpit.deploy.auth;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.KeyPairGenerator;
import java.time.Instant;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.moshpit.agent.auth.AuthorizedKeys;
import org.moshpit.agent.auth.KeyPolicy;
import org.moshpit.common.identity.SshPublicKey;

/**
 * Our reading of authorized_keys against a real sshd's. Whomever sshd refuses, we refuse; whomever
 * sshd lets in, we let in under the same command, or refuse by the name of an option of which that
 * is said in the security documentation.
 */
@Tag("lab")
class SshdDifferentialTest {
  private static final int GENERATED = 360;
  private static final int BATCH = 90;
  private static final int LOGINS = 30;
  private static final long SEED = 20_260_117;

  /** What may be refused although sshd would not. */
  private static final Pattern BY_NAME =
      Pattern.compile(
          "option (from=|environment=|(permitopen|permitlisten|tunnel|expiry-time)= "
              + "with|expiry-time= twice|command= with text|(restrict|no-pty), and a session)");

  @TempDir static Path directory;
  private static TestUser user;
  private static LoopbackSshd sshd;
  private static Path privateKey;
  private static String key;
  private static String other;

  @BeforeAll
  static void start() throws Exception {
    Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("rwxr-xr-x"));
    user = TestUser.create("mpdiff", directory, "/bin/sh");
    sshd = LoopbackSshd.start(directory, user.name());
    privateKey = directory.resolve("key");
    LoopbackSshd.keygen(privateKey);
    key = SshPublicKey.parseText(Files.readString(directory.resolve("key.pub"))).toText();
    other = newKey().toText();
  }

  @AfterAll
  static void stop() throws Exception {
    if (sshd != null) {
      sshd.close();
    }
    if (user != null) {
      user.close();
    }
  }

  private static SshPublicKey newKey() throws Exception {
    return SshPublicKey.of(KeyPairGenerator.getInstance("Ed25519").generateKeyPair().getPublic());
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  private static Optional<KeyPolicy> ours(byte[] file, SshPublicKey wanted) {
    return AuthorizedKeys.parse(file).policy(wanted, Instant.now(), ZoneId.systemDefault());
  }

  /** Logs in for real: who gets in, with a pty or not, and what runs. */
  @Test
  void everyFileByHand() throws Exception {
    for (String text : KeyFileCases.byHand()) {
      login(text);
    }
  }

  @Test
  void generatedFilesForReal() throws Exception {
    Random random = new Random(SEED);
    int in = 0;
    for (int done = 0; done < LOGINS; ) {
      String text = KeyFileCases.generated(random);
      byte[] file = bytes(KeyFileCases.fill(text, key, other));
      // The other test has the rest; these are about what runs.
      if (ours(file, SshPublicKey.parseText(key)).orElse(null) instanceof KeyPolicy.Allowed) {
        in += login(text) ? 1 : 0;
        done++;
      }
    }
    assertThat(in).isEqualTo(LOGINS);
  }

  private static boolean login(String text) throws Exception {
    byte[] file = bytes(KeyFileCases.fill(text, key, other));
    sshd.keys(file);
    LoopbackSshd.Login login = sshd.login(privateKey, "echo asked for");
    Optional<KeyPolicy> policy = ours(file, SshPublicKey.parseText(key));
    String what = text.replace("\u0000", "NUL") + "\n" + policy + "\n" + login;
    if (policy.orElse(null) instanceof KeyPolicy.Allowed allowed) {
      assertThat(login.in()).as(what).isTrue();
      assertThat(login.pty()).as(what).isTrue();
      assertThat(login.output())
          .as(what)
          .isEqualTo(shell(allowed.forcedCommand().orElse("echo asked for")));
    } else if (login.in()) {
      assertThat(policy.map(Object::toString).orElse("not listed"))
          .as(what)
          .containsPattern(BY_NAME);
    }
    return login.in();
  }

  private static String shell(String command) throws Exception {
    ProcessBuilder builder = new ProcessBuilder("/bin/sh", "-c", command);
    builder.environment().put("SSH_ORIGINAL_COMMAND", "echo asked for");
    Process process = builder.start();
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    process.waitFor();
    return output;
  }

  /** What the names and encodings of keys are worth; each of them tells the two apart. */
  @Test
  void namesAndEncodings() throws Exception {
    Path ecdsa = directory.resolve("ecdsa");
    Path rsa = directory.resolve("rsa");
    TestUser.command(List.of("ssh-keygen", "-q", "-t", "ecdsa", "-N", "", "-f", ecdsa.toString()));
    TestUser.command(
        List.of("ssh-keygen", "-q", "-t", "rsa", "-b", "2048", "-N", "", "-f", rsa.toString()));
    String point = blob("ecdsa.pub");
    String modulus = blob("rsa.pub");
    assertThat(point).endsWith("=");
    assertThat(agree(ecdsa, "ecdsa-sha2-nistp256 " + point)).isTrue();
    assertThat(agree(ecdsa, "ecdsa-sha2-nistp256 " + point.replace("=", ""))).isFalse();
    assertThat(agree(ecdsa, "ecdsa-sha2-nistp256 " + point + "=")).isFalse();
    assertThat(agree(ecdsa, "ecdsa-sha2-nistp384 " + point)).isFalse();
    assertThat(agree(ecdsa, "ECDSA-sha2-nistp256 " + point)).isFalse();
    assertThat(agree(ecdsa, "ecdsa-sha2-nistp256\t" + point + "\r")).isTrue();
    assertThat(agree(rsa, "ssh-rsa " + modulus)).isTrue();
    agree(rsa, "rsa-sha2-256 " + modulus);
    agree(rsa, "rsa-sha2-512 " + modulus + "\nssh-rsa " + modulus);
    assertThat(agree(rsa, "ssh-rsa " + modulus.substring(0, modulus.length() - 4))).isFalse();
  }

  private static String blob(String file) throws Exception {
    String text = Files.readString(directory.resolve(file));
    return text.substring(text.indexOf(' ') + 1, text.lastIndexOf(' '));
  }

  /** Whether sshd lets the key in, after checking that we do only if it does. */
  private static boolean agree(Path secret, String text) throws Exception {
    sshd.keys(bytes(text));
    boolean in = sshd.login(secret, "true").in();
    SshPublicKey wanted =
        SshPublicKey.parseText(Files.readString(Path.of(secret + ".pub")).strip());
    assertThat(ours(bytes(text), wanted).isPresent()).as(text).isEqualTo(in);
    return in;
  }

  /** Many keys in one file, each with its own lines; sshd says which it would take. */
  @Test
  void manyGeneratedFiles() throws Exception {
    Random random = new Random(SEED + 1);
    int allowed = 0;
    int refused = 0;
    for (int batch = 0; batch < GENERATED / BATCH; batch++) {
      List<String> texts = new ArrayList<>();
      List<SshPublicKey> keys = new ArrayList<>();
      List<Path> files = new ArrayList<>();
      StringBuilder all = new StringBuilder();
      for (int i = 0; i < BATCH; i++) {
        String text = KeyFileCases.generated(random);
        SshPublicKey fresh = newKey();
        Path file = directory.resolve("probe" + i + ".pub");
        Files.writeString(file, fresh.toText() + "\n");
        texts.add(text);
        keys.add(fresh);
        files.add(file);
        all.append(KeyFileCases.fill(text, fresh.toText(), other)).append('\n');
      }
      byte[] file = bytes(all.toString());
      sshd.keys(file);
      Set<String> accepted = sshd.accepted(files);
      for (int i = 0; i < BATCH; i++) {
        Optional<KeyPolicy> policy = ours(file, keys.get(i));
        boolean in = accepted.contains(keys.get(i).fingerprint().text());
        String what = texts.get(i) + "\n" + policy + ", sshd: " + in;
        if (policy.orElse(null) instanceof KeyPolicy.Allowed) {
          assertThat(in).as(what).isTrue();
          allowed++;
        } else if (in) {
          assertThat(policy.map(Object::toString).orElse("not listed"))
              .as(what)
              .containsPattern(BY_NAME);
        } else {
          refused++;
        }
      }
    }
    // A generator that makes only refusals would prove nothing, nor one that makes none.
    assertThat(allowed).isGreaterThan(GENERATED / 10);
    assertThat(refused).isGreaterThan(GENERATED / 10);
  }
}
