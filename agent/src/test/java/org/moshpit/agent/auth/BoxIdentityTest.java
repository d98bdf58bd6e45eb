package org.moshpit.agent.auth;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.southernstorm.noise.crypto.Curve25519;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.moshpit.common.identity.SignedBoxRecord;

class BoxIdentityTest {
  private static final byte[] REALM = new byte[32];
  private static final long NOW = 1_800_000_000;

  @TempDir Path directory;
  private Path config;
  private Path state;

  @BeforeEach
  void start() {
    config = directory.resolve("config");
    state = directory.resolve("state");
  }

  private BoxIdentity open(long now) throws IOException {
    return BoxIdentity.open(config, state, Optional.empty(), "attic", REALM, now, 1, 1);
  }

  private String fingerprint(String file) throws Exception {
    return TestKeys.run(
        Map.of(), List.of("ssh-keygen", "-l", "-f", config.resolve(file).toString()));
  }

  @Test
  void madeOnceAndKept() throws Exception {
    BoxIdentity first = open(NOW);
    BoxIdentity again = open(NOW + 5);
    assertThat(again.hostKey().publicKey()).isEqualTo(first.hostKey().publicKey());
    assertThat(again.noisePrivateKey()).isEqualTo(first.noisePrivateKey()).hasSize(32);
    assertThat(again.noisePublicKey()).isEqualTo(first.noisePublicKey());
    assertThat(again.serial()).isEqualTo(first.serial()).isEqualTo(NOW);
    byte[] expected = new byte[32];
    Curve25519.eval(expected, 0, first.noisePrivateKey(), null);
    assertThat(first.noisePublicKey()).isEqualTo(expected);
    assertThat(fingerprint("host_ed25519")).contains(first.hostKey().fingerprint().text());
    assertThat(fingerprint("host_ed25519.pub")).contains("moshpit-attic");
  }

  @Test
  void secretsAreTheirOwnersAlone() throws Exception {
    open(NOW);
    for (Path file :
        List.of(
            config.resolve("host_ed25519"),
            config.resolve("noise_x25519"),
            state.resolve("box.serial"))) {
      assertThat(Files.getPosixFilePermissions(file))
          .as(file.toString())
          .isEqualTo(PosixFilePermissions.fromString("rw-------"));
    }
    assertThat(Files.getPosixFilePermissions(config))
        .isEqualTo(PosixFilePermissions.fromString("rwx------"));
    assertThat(config.toFile().list())
        .containsExactlyInAnyOrder("host_ed25519", "host_ed25519.pub", "noise_x25519");
  }

  @Test
  void theRecordSaysWhoTheBoxIs() throws Exception {
    BoxIdentity box = open(NOW);
    SignedBoxRecord record = SignedBoxRecord.parse(box.record(NOW).encode());
    assertThat(record.verify(REALM, "attic", NOW)).isEqualTo(SignedBoxRecord.Verdict.VALID);
    assertThat(record.hostKey()).isEqualTo(box.hostKey().publicKey());
    assertThat(record.record().noiseKey()).isEqualTo(box.noisePublicKey());
    assertThat(record.record().serial()).isEqualTo(box.serial());
  }

  @Test
  void theRecordIsRenewedInTimeAndAfterAClockThatRanAhead() throws Exception {
    BoxIdentity box = open(NOW);
    SignedBoxRecord first = box.record(NOW);
    long keep = BoxIdentity.LIFETIME_SECONDS - BoxIdentity.RENEW_SECONDS;
    assertThat(box.record(NOW + keep)).isSameAs(first);
    SignedBoxRecord second = box.record(NOW + keep + 1);
    assertThat(second.record().notAfter()).isEqualTo(NOW + keep + 1 + BoxIdentity.LIFETIME_SECONDS);
    assertThat(second.record().serial()).isEqualTo(first.record().serial());
    assertThat(box.record(NOW).record().notAfter()).isEqualTo(NOW + BoxIdentity.LIFETIME_SECONDS);
  }

  @Test
  void aNewStaticKeyHasAHigherSerialThatIsOnDiskFirst() throws Exception {
    long first = open(NOW).serial();
    Files.delete(config.resolve("noise_x25519"));
    // The clock went back, the serial does not.
    BoxIdentity rotated = open(NOW - 1000);
    assertThat(rotated.serial()).isEqualTo(first + 1);
    assertThat(Files.readString(state.resolve("box.serial"))).startsWith((first + 1) + " ");
    Files.delete(config.resolve("noise_x25519"));
    assertThat(open(NOW + 1000).serial()).isEqualTo(NOW + 1000);
  }

  @Test
  void lostStateDoesNotLowerTheSerial() throws Exception {
    long first = open(NOW).serial();
    Files.writeString(state.resolve("box.serial"), "garbage\n");
    assertThat(open(NOW + 10).serial()).isGreaterThan(first);
    Files.delete(state.resolve("box.serial"));
    assertThat(open(NOW + 20).serial()).isGreaterThan(first + 10);
  }

  @Test
  void anotherHostKeyMayBeNamed() throws Exception {
    Path own = directory.resolve("ssh_host_key");
    TestKeys.keygen(own, "", "-t", "ecdsa");
    BoxIdentity box = BoxIdentity.open(config, state, Optional.of(own), "attic", REALM, NOW, 1, 1);
    assertThat(box.record(NOW).verify(REALM, "attic", NOW))
        .isEqualTo(SignedBoxRecord.Verdict.VALID);
    assertThat(config.resolve("host_ed25519")).doesNotExist();
  }

  @Test
  void whatCannotBeUsedIsSaid() throws Exception {
    Path locked = directory.resolve("locked");
    TestKeys.keygen(locked, "secret");
    assertThatThrownBy(
            () -> BoxIdentity.open(config, state, Optional.of(locked), "a", REALM, NOW, 1, 1))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("passphrase");
    assertThatThrownBy(
            () ->
                BoxIdentity.open(
                    config, state, Optional.of(directory.resolve("no")), "a", REALM, NOW, 1, 1))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("not a usable host key");
    open(NOW);
    Files.writeString(config.resolve("noise_x25519"), "AAAA\n");
    assertThatThrownBy(() -> open(NOW))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("noise_x25519 is damaged");
  }

  @Test
  void aHostKeyWhosePublicHalfIsAnothersIsFound() throws Exception {
    HostKey.openOrCreate(directory.resolve("one"), "x");
    HostKey.openOrCreate(directory.resolve("two"), "x");
    HostKey mixed = HostKey.open(directory.resolve("one"));
    Files.copy(
        directory.resolve("two"), directory.resolve("one"), StandardCopyOption.REPLACE_EXISTING);
    assertThatThrownBy(() -> mixed.sign("moshpit-box-v1", new byte[1]))
        .isInstanceOf(IOException.class);
  }
}
