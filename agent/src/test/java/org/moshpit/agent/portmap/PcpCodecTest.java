package org.moshpit.agent.portmap;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.util.HexFormat;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.moshpit.common.sansio.TransportAddress;

class PcpCodecTest {
  private static final HexFormat HEX = HexFormat.of();
  private static final byte[] NONCE = HEX.parseHex("0102030405060708090a0b0c");
  private static final InetAddress CLIENT = TransportAddress.parseIp("192.168.1.21");

  private static final String ANSWER =
      "0281000000000258" // version, MAP answer, success, 600 s
          + "00000064000000000000000000000000" // epoch 100
          + "0102030405060708090a0b0c" // nonce
          + "11000000ea61ea62" // UDP, 60001, 60002
          + "00000000000000000000ffff0c000202"; // 12.0.2.2

  @Test
  void asksForAPort() {
    assertThat(HEX.formatHex(PcpCodec.map(CLIENT, NONCE, 60001, 60001, null, 600)))
        .isEqualTo(
            "0201000000000258"
                + "00000000000000000000ffffc0a80115"
                + "0102030405060708090a0b0c"
                + "11000000ea61ea61"
                + "00000000000000000000ffff00000000");
  }

  @Test
  void asksForAnIpv6Pinhole() {
    InetAddress client = TransportAddress.parseIp("2001:db8::1");
    assertThat(HEX.formatHex(PcpCodec.map(client, NONCE, 1, 1, null, 600)))
        .isEqualTo(
            "0201000000000258"
                + "20010db8000000000000000000000001"
                + "0102030405060708090a0b0c"
                + "1100000000010001"
                + "0".repeat(32));
  }

  @Test
  void asksForAnAnswerOnly() {
    assertThat(HEX.formatHex(PcpCodec.announce(CLIENT)))
        .isEqualTo("0200000000000000" + "00000000000000000000ffffc0a80115");
  }

  @Test
  void readsAnAnswer() {
    PcpCodec.MapAnswer answer = PcpCodec.parseMap(HEX.parseHex(ANSWER)).orElseThrow();
    assertThat(answer.result()).isZero();
    assertThat(answer.lifetimeSeconds()).isEqualTo(600);
    assertThat(answer.epochSeconds()).isEqualTo(100);
    assertThat(answer.nonce()).isEqualTo(NONCE);
    assertThat(answer.innerPort()).isEqualTo(60001);
    assertThat(answer.outerPort()).isEqualTo(60002);
    assertThat(answer.outer()).isEqualTo(TransportAddress.parseIp("12.0.2.2"));
  }

  @ParameterizedTest
  @CsvSource({
    "0, 01", // version 1
    "1, 01", // a request
    "1, 80", // ANNOUNCE
    "36, 06", // TCP
  })
  void readsNothingElse(int at, String octet) {
    byte[] changed = HEX.parseHex(ANSWER);
    changed[at] = HEX.parseHex(octet)[0];
    assertThat(PcpCodec.parseMap(changed)).isEmpty();
  }

  @Test
  void readsNothingCutOffOrTooLong() {
    byte[] answer = HEX.parseHex(ANSWER);
    for (int length = 0; length < answer.length; length++) {
      assertThat(PcpCodec.parseMap(java.util.Arrays.copyOf(answer, length))).isEmpty();
    }
    assertThat(PcpCodec.parseMap(java.util.Arrays.copyOf(answer, 1100))).isPresent();
    assertThat(PcpCodec.parseMap(java.util.Arrays.copyOf(answer, 1104))).isEmpty();
    assertThat(PcpCodec.parseMap(java.util.Arrays.copyOf(answer, 61))).isEmpty();
  }

  @Property
  void anythingIsReadWithoutHarm(@ForAll @Size(max = 128) byte[] datagram) {
    PcpCodec.parseMap(datagram).ifPresent(a -> assertThat(a.innerPort()).isBetween(0, 65535));
    NatPmpCodec.parse(datagram);
    assertThat(Ssdp.location(datagram, CLIENT)).isNull();
  }
}
