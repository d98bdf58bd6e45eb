package org.moshpit.common.stun;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;
import org.moshpit.common.sansio.TransportAddress;
import org.moshpit.common.stun.StunParse.Parsed;

/** The vectors of RFC 5769, and of RFC 8489 appendix B.1 as its verified erratum 6268 has it. */
class StunVectorsTest {
  private static final byte[] PASSWORD = "VOkJxbRl1RmTxUk/WvJxBt".getBytes(UTF_8);
  private static final TransactionId SHORT_TERM_ID = id("b7e7a701bc34d686fa87dfae");
  private static final TransactionId LONG_TERM_ID = id("78ad3433c6ad72c029da412e");
  private static final String USER = "\u30DE\u30C8\u30EA\u30C3\u30AF\u30B9";

  static final byte[] REQUEST =
      Hex.bytes(
          """
          0001 0058 2112a442 b7e7a701 bc34d686 fa87dfae
          8022 0010 5354554e 20746573 7420636c 69656e74   # SOFTWARE
          0024 0004 6e0001ff                              # PRIORITY
          8029 0008 932ff9b1 51263b36                     # ICE-CONTROLLED
          0006 0009 6576746a 3a683676 59202020            # USERNAME, padded with blanks
          0008 0014 9aeaa70c bfd8cb56 781ef2b5 b2d3f249 c1b571a2
          8028 0004 e57a3bcf
          """);
  static final byte[] IPV4_RESPONSE =
      Hex.bytes(
          """
          0101 003c 2112a442 b7e7a701 bc34d686 fa87dfae
          8022 000b 74657374 20766563 746f7220
          0020 0008 0001a147 e112a643
          0008 0014 2b91f599 fd9e90c3 8c7489f9 2af9ba53 f06be7d7
          8028 0004 c07d4c96
          """);
  static final byte[] IPV6_RESPONSE =
      Hex.bytes(
          """
          0101 0048 2112a442 b7e7a701 bc34d686 fa87dfae
          8022 000b 74657374 20766563 746f7220
          0020 0014 0002a147 0113a9fa a5d3f179 bc25f4b5 bed2b9d9
          0008 0014 a382954e 4be67bf1 1784c97c 8292c275 bfe3ed41
          8028 0004 c8fb0b4c
          """);
  static final byte[] LONG_TERM_REQUEST =
      Hex.bytes(
          """
          0001 0060 2112a442 78ad3433 c6ad72c0 29da412e
          0006 0012 e3839ee3 8388e383 aae38383 e382afe3 82b90000
          0015 001c 662f2f34 39396b39 35346436 4f4c3334 6f4c3946 53547679 36347341
          0014 000b 6578616d 706c652e 6f726700
          0008 0014 f6702465 6dd64a3e 02b8e071 2e85c9a2 8ca89666
          """);
  static final byte[] SHA256_REQUEST =
      Hex.bytes(
          """
          0001 0090 2112a442 78ad3433 c6ad72c0 29da412e
          001e 0020 4a3cf38f ef6992bd a952c678 0417da0f       # USERHASH
                    24819415 569e60b2 05c46e41 407f1704
          0015 0029 6f624d61 744a6f73 32414141 43662f2f 3439396b
                    39353464 364f4c33 346f4c39 46535476 79363473 41000000
          0014 000b 6578616d 706c652e 6f726700
          001d 0004 00020000                                  # PASSWORD-ALGORITHM
          001c 0020 b5c7bf00 5b6c52a2 1c51c5e8 92f81924
                    136296cb 927c4314 9309278c c6518e65
          """);

  @Test
  void shortTermRequest() {
    Parsed parsed = parsed(REQUEST);

    assertThat(parsed.message().isBinding(StunClass.REQUEST)).isTrue();
    assertThat(parsed.message().transactionId()).isEqualTo(SHORT_TERM_ID);
    assertThat(parsed.message().attributes())
        .containsExactly(
            new UnknownAttribute(0x8022, "STUN test client".getBytes(UTF_8)),
            new Priority(0x6e0001ff),
            new IceControlled(0x932ff9b151263b36L),
            new Username("evtj:h6vY"));
    assertThat(parsed.hasFingerprint()).isTrue();
    assertThat(parsed.verifies(PASSWORD)).isTrue();
    assertThat(parsed.verifies("VOkJxbRl1RmTxUk/WvJxBu".getBytes(UTF_8))).isFalse();
    assertThat(parsed.unknownRequired()).isEmpty();
  }

  @Test
  void ipv4Response() {
    Parsed parsed = parsed(IPV4_RESPONSE);

    assertThat(parsed.message().isBinding(StunClass.SUCCESS)).isTrue();
    assertThat(parsed.message().first(XorMappedAddress.class))
        .contains(new XorMappedAddress(TransportAddress.parse("192.0.2.1:32853")));
    assertThat(parsed.verifies(PASSWORD)).isTrue();
    assertThat(parsed.hasFingerprint()).isTrue();
  }

  @Test
  void ipv6Response() {
    Parsed parsed = parsed(IPV6_RESPONSE);

    assertThat(parsed.message().first(XorMappedAddress.class))
        .contains(
            new XorMappedAddress(
                TransportAddress.parse("[2001:db8:1234:5678:11:2233:4455:6677]:32853")));
    assertThat(parsed.verifies(PASSWORD)).isTrue();
    assertThat(parsed.hasFingerprint()).isTrue();
  }

  @Test
  void longTermRequestParsesAndIsReproduced() {
    byte[] key = longTermKey("MD5");
    Parsed parsed = parsed(LONG_TERM_REQUEST);

    assertThat(parsed.verifies(key)).isTrue();
    assertThat(parsed.hasFingerprint()).isFalse();
    StunMessage message =
        StunMessage.request(
            LONG_TERM_ID,
            new Username(USER),
            new Nonce("f//499k954d6OL34oL9FSTvy64sA"),
            new Realm("example.org"));
    assertThat(parsed.message()).isEqualTo(message);
    assertThat(StunEncoder.encode(message, MessageIntegrity.SHA1, key, false))
        .isEqualTo(LONG_TERM_REQUEST);
  }

  @Test
  void sha256RequestParsesAndIsReproduced() {
    byte[] key = longTermKey("SHA-256");
    Parsed parsed = parsed(SHA256_REQUEST);

    assertThat(parsed.verifies(MessageIntegrity.SHA256, key)).isTrue();
    assertThat(parsed.verifies(MessageIntegrity.SHA256, longTermKey("MD5"))).isFalse();
    assertThat(parsed.has(MessageIntegrity.SHA1)).isFalse();
    assertThat(parsed.unknownRequired()).containsExactly(0x001e, 0x001d);
    assertThat(StunEncoder.encode(parsed.message(), MessageIntegrity.SHA256, key, false))
        .isEqualTo(SHA256_REQUEST);
  }

  static Parsed parsed(byte[] bytes) {
    assertThat(StunParser.parse(bytes)).isInstanceOf(Parsed.class);
    return (Parsed) StunParser.parse(bytes);
  }

  private static byte[] longTermKey(String hash) {
    try {
      String credential = USER + ":example.org:TheMatrIX";
      return MessageDigest.getInstance(hash).digest(credential.getBytes(UTF_8));
    } catch (NoSuchAlgorithmException e) {
      throw new AssertionError(e);
    }
  }

  private static TransactionId id(String hex) {
    return TransactionId.of(HexFormat.of().parseHex(hex));
  }
}
