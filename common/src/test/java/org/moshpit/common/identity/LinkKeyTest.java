package org.moshpit.common.identity;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.security.SecureRandom;
import java.util.List;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;

class LinkKeyTest {
  private static final byte[] MESSAGE = Golden.bytes("message");

  @Test
  void readsAndSignsAsOpenssl() throws Exception {
    LinkKey key = LinkKey.fromPem(Golden.text("link_ed25519.pem"));
    assertThat(key.publicKey()).isEqualTo(Golden.hex("link_ed25519.public"));
    assertThat(key.sign(MESSAGE)).isEqualTo(Golden.hex("link_ed25519.signature"));
    assertThat(key.toPem()).startsWith(Golden.text("link_ed25519.pem"));
  }

  @Test
  void thePublicHalfBehindItIsTakenAsItStands() throws Exception {
    LinkKey key = LinkKey.generate(new SecureRandom());
    LinkKey other = LinkKey.generate(new SecureRandom());
    String alone = key.toPem().substring(0, key.toPem().indexOf("-----BEGIN PUBLIC"));
    String mixed = alone + other.toPem().substring(other.toPem().indexOf("-----BEGIN PUBLIC"));
    assertThat(LinkKey.fromPem(alone).publicKey()).isEqualTo(key.publicKey());
    assertThat(LinkKey.fromPem(mixed).publicKey()).isEqualTo(other.publicKey());
    assertThatThrownBy(() -> LinkKey.fromPem(key.toPem().replace("MCow", "MCoX")))
        .isInstanceOf(SshFormatException.class);
  }

  @RepeatedTest(20)
  void aNewKeySurvivesItsFile() throws Exception {
    LinkKey key = LinkKey.generate(new SecureRandom());
    LinkKey again = LinkKey.fromPem(key.toPem());
    assertThat(again.publicKey()).isEqualTo(key.publicKey()).hasSize(LinkKey.PUBLIC_LENGTH);
    byte[] signature = again.sign(MESSAGE);
    assertThat(signature).hasSize(LinkKey.SIGNATURE_LENGTH);
    assertThat(LinkKey.verify(key.publicKey(), MESSAGE, signature)).isTrue();
    signature[5] ^= 1;
    assertThat(LinkKey.verify(key.publicKey(), MESSAGE, signature)).isFalse();
  }

  @Test
  void malformedInputIsFalseNotAnException() {
    LinkKey key = LinkKey.generate(new SecureRandom());
    byte[] signature = key.sign(MESSAGE);
    assertThat(LinkKey.verify(new byte[31], MESSAGE, signature)).isFalse();
    assertThat(LinkKey.verify(new byte[0], MESSAGE, signature)).isFalse();
    assertThat(LinkKey.verify(key.publicKey(), MESSAGE, new byte[63])).isFalse();
    assertThat(LinkKey.verify(key.publicKey(), MESSAGE, new byte[0])).isFalse();
    assertThat(LinkKey.verify(key.publicKey(), new byte[0], signature)).isFalse();
  }

  @Test
  void filesThatAreNoKey() {
    for (String bad :
        List.of(
            "",
            "-----BEGIN PRIVATE KEY-----",
            "-----BEGIN PRIVATE KEY-----\n-----END PRIVATE KEY-----",
            "-----BEGIN PRIVATE KEY-----\n%%\n-----END PRIVATE KEY-----",
            "-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----")) {
      assertThatThrownBy(() -> LinkKey.fromPem(bad)).isInstanceOf(SshFormatException.class);
    }
  }

  @Test
  void theKeyIsNotInItsText() {
    LinkKey key = LinkKey.generate(new SecureRandom());
    assertThat(key.toString()).startsWith("link key SHA256:").hasSize(9 + 50);
  }

  @Test
  void runtimesThatAcceptForgeries() {
    for (String bad : List.of("15.0.2", "16", "17", "17.0.2", "18")) {
      assertThat(JavaVersion.unsafe(Runtime.Version.parse(bad))).as(bad).isPresent();
    }
    for (String good : List.of("17.0.3", "17.0.3+7-LTS", "17.0.15", "18.0.1", "19", "21.0.1")) {
      assertThat(JavaVersion.unsafe(Runtime.Version.parse(good))).as(good).isEmpty();
    }
    assertThat(JavaVersion.unsafe()).isEmpty();
  }
}
