package org.moshpit.common.stun;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.moshpit.common.sansio.TransportAddress;
import org.moshpit.common.stun.StunParse.Reason;
import org.moshpit.common.stun.StunParse.Rejected;

/** The bytes of each attribute, by hand from its RFC, in both directions. */
class StunAttributeTest {
  private static final TransactionId ID = TransactionId.of(Hex.bytes("b7e7a701bc34d686fa87dfae"));
  private static final TransportAddress V4 = TransportAddress.parse("192.0.2.1:32853");
  private static final TransportAddress V6 =
      TransportAddress.parse("[2001:db8:1234:5678:11:2233:4455:6677]:32853");

  static Stream<Arguments> attributes() {
    return Stream.of(
        arguments(new XorMappedAddress(V4), "0020 0008 0001a147 e112a643"),
        arguments(
            new XorMappedAddress(V6), "0020 0014 0002a147 0113a9fa a5d3f179 bc25f4b5 bed2b9d9"),
        arguments(new MappedAddress(V4), "0001 0008 00018055 c0000201"),
        arguments(new MappedAddress(V6), "0001 0014 00028055 20010db8 12345678 00112233 44556677"),
        arguments(new OtherAddress(V4), "802c 0008 00018055 c0000201"),
        arguments(new ResponseOrigin(V4), "802b 0008 00018055 c0000201"),
        arguments(new Username("evtj:h6vY"), "0006 0009 6576746a 3a683676 59000000"),
        arguments(new Realm("example.org"), "0014 000b 6578616d 706c652e 6f726700"),
        arguments(new Nonce("n0nce"), "0015 0005 6e306e63 65000000"),
        arguments(
            new ErrorCode(487, "Role Conflict"),
            "0009 0011 00000457 526f6c65 20436f6e 666c6963 74000000"),
        arguments(
            new UnknownAttributes(List.of(0x001d, 0x7fff, 0x0003)), "000a 0006 001d7fff 00030000"),
        arguments(new Priority(0x6e0001ffL), "0024 0004 6e0001ff"),
        arguments(new Priority(0xffffffffL), "0024 0004 ffffffff"),
        arguments(new UseCandidate(), "0025 0000"),
        arguments(new IceControlled(0x932ff9b151263b36L), "8029 0008 932ff9b1 51263b36"),
        arguments(new IceControlling(1), "802a 0008 00000000 00000001"),
        arguments(new ChangeRequest(true, false), "0003 0004 00000004"),
        arguments(new ChangeRequest(false, true), "0003 0004 00000002"),
        arguments(new ChangeRequest(true, true), "0003 0004 00000006"),
        arguments(new ResponsePort(0x9c40), "0027 0004 9c400000"),
        arguments(new Padding(6), "0026 0006 00000000 00000000"),
        arguments(new SocketIdAttribute(0x0102030405060708L), "ed01 0008 01020304 05060708"),
        arguments(new TimeAttribute(1_700_000_000_000L), "ed02 0008 0000018b cfe56800"),
        arguments(new UnknownAttribute(0x7777, new byte[] {1, 2, 3}), "7777 0003 01020300"));
  }

  @ParameterizedTest
  @MethodSource("attributes")
  void hasTheseBytesInBothDirections(StunAttribute attribute, String hex) {
    StunMessage message = StunMessage.request(ID, attribute);
    byte[] body = Hex.bytes(hex);

    byte[] encoded = StunEncoder.encode(message);

    assertThat(Hex.text(encoded))
        .isEqualTo(
            String.format("0001%04x2112a442b7e7a701bc34d686fa87dfae", body.length)
                + Hex.text(body));
    assertThat(StunVectorsTest.parsed(encoded).message()).isEqualTo(message);
  }

  @ParameterizedTest
  @CsvSource({
    "0020 0004 0001a147", // no address
    "0020 0008 0003a147 e112a643", // family 3
    "0020 0008 0002a147 e112a643", // IPv6 in 4 bytes
    "0020 0014 0001a147 0113a9fa a5d3f179 bc25f4b5 bed2b9d9", // IPv4 in 16 bytes
    "0001 0000",
    "802c 000c 00018055 c0000201 00000000",
    "802b 0003 00010000",
    "0006 0002 c3280000", // not UTF-8
    "0015 0001 ff000000",
    "0014 0001 80000000",
    "0009 0003 00000400",
    "0009 0004 00000700",
    "0009 0004 00000464",
    "0009 0004 00000200",
    "0009 0005 00000400 ff000000",
    "000a 0003 001d0000",
    "0024 0003 6e000100",
    "0024 0008 6e0001ff 00000000",
    "0025 0001 00000000",
    "8029 0004 00000000",
    "802a 0009 00000000 00000000 00000000",
    "0003 0000",
    "ed01 0004 00000000",
    "ed02 0000",
    "0008 0010 00000000 00000000 00000000 00000000",
    "001c 0014 00000000 00000000 00000000 00000000 00000000",
  })
  void refusesAValueTheAttributeCannotHave(String hex) {
    byte[] body = Hex.bytes(hex);
    byte[] message =
        Hex.bytes(
            String.format("0001%04x2112a442b7e7a701bc34d686fa87dfae", body.length)
                + Hex.text(body));

    assertThat(StunParser.parse(message)).isEqualTo(new Rejected(Reason.MALFORMED_ATTRIBUTE));
  }

  @Test
  void refusesToBuildWhatCannotBeSent() {
    assertIllegal(() -> new Priority(-1));
    assertIllegal(() -> new Priority(1L << 32));
    assertIllegal(() -> new ErrorCode(299, ""));
    assertIllegal(() -> new ErrorCode(700, ""));
    assertIllegal(() -> new ErrorCode(400, "x".repeat(764)));
    assertIllegal(() -> new Username("x".repeat(509)));
    assertIllegal(() -> new Nonce("\u00e9".repeat(382)));
    assertIllegal(() -> new Padding(65536));
    assertIllegal(() -> new UnknownAttributes(List.of(65536)));
    assertIllegal(() -> new UnknownAttribute(-1, new byte[0]));
    assertIllegal(() -> StunEncoder.encode(StunMessage.request(ID, new Padding(65535))));
    assertIllegal(() -> new StunMessage(StunClass.REQUEST, 0x1000, ID, List.of()));
    assertIllegal(() -> TransactionId.of(new byte[11]));
  }

  private static void assertIllegal(Runnable construction) {
    assertThatThrownBy(construction::run).isInstanceOf(IllegalArgumentException.class);
  }
}
