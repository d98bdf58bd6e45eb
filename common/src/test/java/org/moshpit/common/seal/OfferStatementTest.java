package org.moshpit.common.seal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.moshpit.common.seal.Samples.filled;
import static org.moshpit.common.seal.Samples.hex;

import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class OfferStatementTest {
  private static final String GOLDEN =
      "00000009"
          + "6d6f73687069742f31" // "moshpit/1"
          + "00000003"
          + "010203" // host key
          + "00000020"
          + "22".repeat(32) // static key
          + "00000020"
          + "11".repeat(32) // realm
          + "00000005"
          + "6174746963" // "attic"
          + "00000003"
          + "616e6e" // "ann"
          + "00000020"
          + "33".repeat(32) // ephemeral
          + "0000000102030405" // time
          + "00000020"
          + "44".repeat(32) // nonce
          + "00000010"
          + "77".repeat(16) // order
          + "00000000" // challenge
          + "00000020"; // request hash follows

  @Test
  void standsOnTheWireAsDocumented() {
    OfferStatement statement = Samples.statement(new byte[0]);
    byte[] hash = OfferStatement.hashOf(Samples.REQUEST);
    byte[] golden = hex(GOLDEN);
    byte[] whole = Arrays.copyOf(golden, golden.length + 32);
    System.arraycopy(hash, 0, whole, golden.length, 32);

    assertThat(statement.encode()).isEqualTo(whole);
    assertThat(OfferStatement.parse(whole)).isEqualTo(new Checked.Good<>(statement));
  }

  @Test
  void aChallengeIsPartOfWhatIsSigned() {
    OfferStatement challenged = Samples.statement(filled(32, 0x66));
    assertThat(OfferStatement.parse(challenged.encode())).isEqualTo(new Checked.Good<>(challenged));
    assertThat(challenged).isNotEqualTo(Samples.statement(new byte[0]));
  }

  @Test
  void noTruncationAndNoTrailingByteIsRead() {
    byte[] bytes = Samples.statement(new byte[0]).encode();
    for (int length = 0; length < bytes.length; length++) {
      assertThat(OfferStatement.parse(Arrays.copyOf(bytes, length)).good()).isEmpty();
    }
    assertThat(OfferStatement.parse(Arrays.copyOf(bytes, bytes.length + 1)).good()).isEmpty();
  }

  @Test
  void anotherProtocolIsNotRead() {
    byte[] bytes = Samples.statement(new byte[0]).encode();
    bytes[12] = '2';
    assertThat(OfferStatement.parse(bytes)).isEqualTo(new Checked.Bad<>("statement"));
  }

  @Test
  void aShortChallengeIsNotRead() {
    assertThatThrownBy(() -> Samples.statement(filled(31, 1)))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "-l", "a b", "a/b", "a:b", "a\nb", "a\0b", "a\u009b2J", "a\u202eb"})
  void refusesUsersThatCouldBeMistakenForSomethingElse(String user) {
    assertThat(OfferStatement.isUser(user)).isFalse();
  }

  @ParameterizedTest
  @ValueSource(strings = {"ann", "www-data", "ann@corp.example", "CORP\\ann", "jürgen", "a$"})
  void takesUsersAsUserDataBasesNameThem(String user) {
    assertThat(OfferStatement.isUser(user)).isTrue();
  }
}
