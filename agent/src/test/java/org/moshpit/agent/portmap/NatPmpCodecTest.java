package org.moshpit.agent.portmap;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HexFormat;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.moshpit.common.sansio.TransportAddress;

class NatPmpCodecTest {
  private static final HexFormat HEX = HexFormat.of();

  private static Optional<NatPmpCodec.Answer> parse(String hex) {
    return NatPmpCodec.parse(HEX.parseHex(hex));
  }

  @Test
  void asks() {
    assertThat(HEX.formatHex(NatPmpCodec.address())).isEqualTo("0000");
    assertThat(HEX.formatHex(NatPmpCodec.port(60001, 60002, 600)))
        .isEqualTo("00010000ea61ea6200000258");
  }

  @Test
  void readsAnswers() {
    assertThat(parse("00800000000000640c000202"))
        .contains(new NatPmpCodec.Answer.Address(100, TransportAddress.parseIp("12.0.2.2")));
    assertThat(parse("0081000000000064ea61ea6200000258"))
        .contains(new NatPmpCodec.Answer.Port(100, 60001, 60002, 600));
    assertThat(parse("0081000200000064ea61000000000000"))
        .contains(new NatPmpCodec.Answer.Refused(true, 2));
    assertThat(parse("0080000300000064")).contains(new NatPmpCodec.Answer.Refused(false, 3));
    assertThat(parse("0000000100000064")).contains(new NatPmpCodec.Answer.Refused(false, 1));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "0080",
        "0180000000000064000c0002", // version 1
        "0000000000000064", // a request
        "0082000000000064ea61ea6200000258", // TCP
        "00800000000000640c0002", // cut off
        "0081000000000064ea61ea62000002", // cut off
        "0081000000000064ea61ea620000025800" // too long
      })
  void readsNothingElse(String hex) {
    assertThat(parse(hex)).isEmpty();
  }
}
