package org.moshpit.common.identity;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class SshSignatureTest {
  static final String NAMESPACE = "moshpit-offer-v1";
  private static final byte[] MESSAGE = Golden.bytes("message");

  static Stream<String> good() {
    return Stream.concat(
        Stream.of("ed25519", "ecdsa256", "ecdsa384", "ecdsa521", "rsa2048", "rsa3072")
            .flatMap(name -> Stream.of(name + ".sha256", name + ".sha512")),
        Stream.of("sked25519.flags1", "sked25519.flags5", "skecdsa.flags1", "skecdsa.flags5"));
  }

  @ParameterizedTest
  @MethodSource("good")
  void verifiesWhatOpensshSigned(String name) throws Exception {
    SshSignature signature = Golden.signature(name);
    assertThat(signature.key()).isEqualTo(Golden.key(name.substring(0, name.indexOf('.'))));
    assertThat(signature.namespace()).isEqualTo(NAMESPACE);
    assertThat(signature.verify(NAMESPACE, MESSAGE)).isTrue();
    assertThat(signature.toArmor().strip()).isEqualTo(Golden.text(name + ".sig"));
    assertThat(SshSignature.parse(signature.blob())).isEqualTo(signature);
    assertThat(signature.userVerified()).isEqualTo(name.endsWith("flags5"));
  }

  @ParameterizedTest
  @MethodSource("good")
  void anotherMessageOrNamespaceIsRefused(String name) throws Exception {
    SshSignature signature = Golden.signature(name);
    assertThat(signature.verify(NAMESPACE, Arrays.copyOf(MESSAGE, MESSAGE.length + 1))).isFalse();
    assertThat(signature.verify(NAMESPACE, new byte[0])).isFalse();
    assertThat(signature.verify("moshpit-box-v1", MESSAGE)).isFalse();
  }

  /** Every bit of every blob counts, but for those of "reserved", of which there are none. */
  @ParameterizedTest
  @MethodSource("good")
  void aFlippedBitIsRefused(String name) throws Exception {
    byte[] blob = Golden.signature(name).blob();
    // Every byte of the small ones; of RSA's, verification of each would take seconds.
    int step = blob.length > 400 ? 7 : 1;
    for (int i = 0; i < blob.length; i += step) {
      byte[] flipped = blob.clone();
      flipped[i] ^= (byte) (1 << (i % 8));
      boolean accepted;
      try {
        SshSignature signature = SshSignature.parse(flipped);
        accepted = signature.verify(NAMESPACE, MESSAGE);
      } catch (SshFormatException e) {
        accepted = false;
      }
      assertThat(accepted).as("byte %d", i).isFalse();
    }
  }

  @ParameterizedTest
  @MethodSource("good")
  void everyPrefixIsRefused(String name) throws Exception {
    byte[] blob = Golden.signature(name).blob();
    for (int length = 0; length < blob.length; length++) {
      byte[] prefix = Arrays.copyOf(blob, length);
      assertThatThrownBy(() -> SshSignature.parse(prefix)).isInstanceOf(SshFormatException.class);
    }
  }

  @Test
  void aSecurityKeyNobodyTouchedIsRefused() throws Exception {
    for (String name : List.of("sked25519", "skecdsa")) {
      SshSignature untouched = Golden.signature(name + ".flags0");
      assertThat(untouched.userPresent()).isFalse();
      assertThat(untouched.verify(NAMESPACE, MESSAGE)).isFalse();
      assertThat(Golden.signature(name + ".flags1").userPresent()).isTrue();
    }
  }

  @Test
  void weakKeysAreRefused() {
    assertThatThrownBy(() -> Golden.signature("rsa1024.sha512"))
        .isInstanceOf(SshFormatException.class)
        .hasMessageContaining("2048");
  }

  @Test
  void rsaWithSha1IsRefused() throws Exception {
    byte[] sha1 = rebuilt("rsa2048.sha512", "ssh-rsa", null);
    assertThatThrownBy(() -> SshSignature.parse(sha1))
        .isInstanceOf(SshFormatException.class)
        .hasMessageContaining("rsa-sha2");
    byte[] other = rebuilt("rsa2048.sha512", "rsa-sha2-256", null);
    assertThat(SshSignature.parse(other).verify(NAMESPACE, MESSAGE)).isFalse();
  }

  @Test
  void theAlgorithmMustBeTheKeys() throws Exception {
    byte[] blob = rebuilt("ed25519.sha512", "ecdsa-sha2-nistp256", null);
    assertThatThrownBy(() -> SshSignature.parse(blob)).isInstanceOf(SshFormatException.class);
  }

  /** CVE-2022-21449 was r = s = 0. */
  @Test
  void blankAndOversizedEcdsaIsRefused() throws Exception {
    byte[] zero = new SshWriter().string("").string("").toBytes();
    byte[] order =
        new SshWriter().mpint(EcCurve.P256.order()).mpint(EcCurve.P256.order()).toBytes();
    for (byte[] raw : List.of(zero, order)) {
      byte[] blob = rebuilt("ecdsa256.sha512", "ecdsa-sha2-nistp256", raw);
      assertThatThrownBy(() -> SshSignature.parse(blob))
          .isInstanceOf(SshFormatException.class)
          .hasMessageContaining("range");
    }
  }

  @Test
  void unknownVersionHashAndEmptyNamespaceAreRefused() throws Exception {
    byte[] blob = Golden.signature("ed25519.sha512").blob();
    blob[9] = 2;
    assertThatThrownBy(() -> SshSignature.parse(blob)).hasMessageContaining("version");
    String key = "ed25519.sha512";
    assertThatThrownBy(() -> SshSignature.parse(withWords(key, NAMESPACE, "sha1")))
        .isInstanceOf(SshFormatException.class);
    assertThatThrownBy(() -> SshSignature.parse(withWords(key, "", "sha512")))
        .isInstanceOf(SshFormatException.class);
  }

  private static byte[] withWords(String name, String namespace, String hash) throws Exception {
    SshSignature signature = Golden.signature(name);
    return new SshWriter()
        .raw("SSHSIG".getBytes(java.nio.charset.StandardCharsets.US_ASCII))
        .uint32(1)
        .string(signature.key().blob())
        .string(namespace)
        .string("")
        .string(hash)
        .string(new SshWriter().string("ssh-ed25519").string(new byte[64]).toBytes())
        .toBytes();
  }

  /** The golden signature with another algorithm name and, if not null, other bytes. */
  private static byte[] rebuilt(String name, String algorithm, byte[] raw) throws Exception {
    SshReader in = new SshReader(Golden.signature(name).blob());
    SshWriter out = new SshWriter().raw(in.raw(6)).uint32(in.uint32());
    for (int i = 0; i < 4; i++) {
      out.string(in.string(4096));
    }
    SshReader signature = new SshReader(in.string(4096));
    signature.string(100);
    byte[] original = signature.string(4096);
    return out.string(
            new SshWriter().string(algorithm).string(raw == null ? original : raw).toBytes())
        .toBytes();
  }
}
