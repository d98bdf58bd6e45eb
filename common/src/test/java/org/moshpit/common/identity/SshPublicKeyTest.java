package org.moshpit.common.identity;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.math.BigInteger;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class SshPublicKeyTest {
  static final List<String> GOOD =
      List.of(
          "ed25519",
          "ecdsa256",
          "ecdsa384",
          "ecdsa521",
          "rsa2048",
          "rsa3072",
          "sked25519",
          "skecdsa");

  static Stream<String> good() {
    return GOOD.stream();
  }

  @ParameterizedTest
  @MethodSource("good")
  void readsWhatOpensshWrote(String name) throws Exception {
    String line = Golden.text(name + ".pub");
    SshPublicKey key = SshPublicKey.parseText(line);
    assertThat(line).startsWith(key.toText() + " ").startsWith(key.type().sshName());
    assertThat(SshPublicKey.parse(key.blob())).isEqualTo(key).hasSameHashCodeAs(key);
    assertThat(Golden.text("fingerprints").lines()).contains(key.fingerprint() + " golden@" + name);
    assertThat(key.type().isSecurityKey()).isEqualTo(name.startsWith("sk"));
    assertThat(key.application()).isEqualTo(name.startsWith("sk") ? "ssh:" : "");
  }

  @ParameterizedTest
  @MethodSource("good")
  void fromTheJdkAndBack(String name) throws Exception {
    SshPublicKey key = Golden.key(name);
    SshPublicKey again = SshPublicKey.of(key.jdkKey());
    assertThat(again.jdkKey()).isEqualTo(key.jdkKey());
    if (!key.type().isSecurityKey()) {
      assertThat(again).isEqualTo(key);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"dsa", "rsa1024"})
  void refusesWeakKinds(String name) {
    assertThatThrownBy(() -> Golden.key(name)).isInstanceOf(SshFormatException.class);
  }

  @ParameterizedTest
  @MethodSource("good")
  void everyPrefixAndEveryTailIsRefused(String name) throws Exception {
    byte[] blob = Golden.key(name).blob();
    for (int length = 0; length < blob.length; length++) {
      assertThat(SshPublicKey.tryParse(Arrays.copyOf(blob, length))).isEmpty();
    }
    assertThat(SshPublicKey.tryParse(Arrays.copyOf(blob, blob.length + 1))).isEmpty();
  }

  @Test
  void rsaLimits() throws Exception {
    assertRsa(BigInteger.valueOf(65537), 2047, false);
    assertRsa(BigInteger.valueOf(65537), 2048, true);
    assertRsa(BigInteger.valueOf(65537), 8192, true);
    assertRsa(BigInteger.valueOf(65537), 8193, false);
    assertRsa(BigInteger.valueOf(3), 2048, true);
    assertRsa(BigInteger.ONE, 2048, false);
    assertRsa(BigInteger.ZERO, 2048, false);
    assertRsa(BigInteger.valueOf(65536), 2048, false);
    assertRsa(BigInteger.ONE.shiftLeft(64).add(BigInteger.ONE), 2048, false);
  }

  private static void assertRsa(BigInteger e, int bits, boolean good) {
    BigInteger n = BigInteger.ONE.shiftLeft(bits - 1).add(BigInteger.ONE);
    byte[] blob = new SshWriter().string("ssh-rsa").mpint(e).mpint(n).toBytes();
    assertThat(SshPublicKey.tryParse(blob).isPresent()).as(bits + " bits, e " + e).isEqualTo(good);
  }

  @Test
  void anRsaNumberHasOneFormOnly() throws Exception {
    SshReader in = new SshReader(Golden.key("rsa2048").blob());
    in.string(100);
    byte[] exponent = in.string(100);
    byte[] modulus = in.string(1000);
    byte[] padded = new byte[modulus.length + 1];
    System.arraycopy(modulus, 0, padded, 1, modulus.length);
    byte[] blob = new SshWriter().string("ssh-rsa").string(exponent).string(padded).toBytes();
    assertThatThrownBy(() -> SshPublicKey.parse(blob))
        .isInstanceOf(SshFormatException.class)
        .hasMessageContaining("shortest");
  }

  @Test
  void pointsMustBeOnTheirCurve() throws Exception {
    byte[] blob = Golden.key("ecdsa256").blob();
    blob[blob.length - 1] ^= 1;
    assertThat(SshPublicKey.tryParse(blob)).isEmpty();
    byte[] infinity =
        new SshWriter()
            .string("ecdsa-sha2-nistp256")
            .string("nistp256")
            .string(new byte[] {0})
            .toBytes();
    assertThat(SshPublicKey.tryParse(infinity)).isEmpty();
  }

  @Test
  void theCurveMustBeTheTypes() throws Exception {
    SshReader in = new SshReader(Golden.key("ecdsa384").blob());
    in.string(100);
    byte[] curve = in.string(100);
    byte[] point = in.string(200);
    byte[] blob =
        new SshWriter().string("ecdsa-sha2-nistp256").string(curve).string(point).toBytes();
    assertThat(SshPublicKey.tryParse(blob)).isEmpty();
  }

  /** y of order 1, 2, 4, 8 and a y that is not reduced. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "0100000000000000000000000000000000000000000000000000000000000000",
        "ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
        "0000000000000000000000000000000000000000000000000000000000000000",
        "0000000000000000000000000000000000000000000000000000000000000080",
        "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a",
        "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac03fa",
        "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05",
        "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc85",
        "eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
      })
  void ed25519KeysThatProveNothingAreRefused(String hex) {
    byte[] raw = HexFormat.of().parseHex(hex);
    assertThat(SshPublicKey.tryParse(new SshWriter().string("ssh-ed25519").string(raw).toBytes()))
        .isEmpty();
    assertThat(LinkKey.verify(raw, new byte[3], new byte[64])).isFalse();
  }

  @Test
  void theTextFormMustAgreeWithTheBlob() throws Exception {
    String base64 = Golden.key("ed25519").toText().substring("ssh-ed25519 ".length());
    assertThatThrownBy(() -> SshPublicKey.parseText("ssh-rsa", base64))
        .isInstanceOf(SshFormatException.class);
    assertThatThrownBy(() -> SshPublicKey.parseText("ssh-ed25519"))
        .isInstanceOf(SshFormatException.class);
    assertThatThrownBy(() -> SshPublicKey.parseText("ssh-ed25519 %%%%"))
        .isInstanceOf(SshFormatException.class);
    assertThat(SshPublicKey.parseText("ssh-ed25519\t" + base64 + "  a comment"))
        .isEqualTo(Golden.key("ed25519"));
  }

  @Test
  void aKeyCannotBeChangedFromOutside() throws Exception {
    SshPublicKey key = Golden.key("ed25519");
    byte[] blob = key.blob();
    blob[30] ^= 1;
    assertThat(key).isEqualTo(Golden.key("ed25519"));
    assertThat(SshPublicKey.tryParse(blob)).isNotEqualTo(java.util.Optional.of(key));
  }

  @Test
  void fingerprints() throws Exception {
    Fingerprint fingerprint = Golden.key("ed25519").fingerprint();
    assertThat(Fingerprint.parse(" " + fingerprint + "=\n")).isEqualTo(fingerprint);
    assertThat(fingerprint).hasToString("SHA256:tp2lGdfxTSzcUsFJXlCa9KTkFd+QjO/vqG4lYastdHM");
    for (String wrong : List.of("", "SHA256:", "MD5:00:11", "SHA256:" + "x".repeat(44))) {
      assertThatThrownBy(() -> Fingerprint.parse(wrong)).isInstanceOf(SshFormatException.class);
    }
  }
}
