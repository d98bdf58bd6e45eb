package org.moshpit.common.seal;

import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import org.moshpit.common.sansio.TransportAddress;

/** One of each, with fixed bytes. */
final class Samples {
  static final byte[] REALM = filled(32, 0x11);
  static final String NAME = "attic";
  static final byte[] HOST_KEY = {1, 2, 3};
  static final byte[] REQUEST =
      new SessionRequest(
              List.of("sh", "-c", "echo \"a b\""),
              List.of(new LocaleSetting("LANG", "en_GB.UTF-8")),
              256,
              "",
              false,
              false)
          .encode();
  static final SealedIce ICE =
      new SealedIce(
          "ufr4",
          "passwordpasswordpassword",
          List.of(
              new SealedCandidate(
                  SealedCandidate.Type.HOST,
                  TransportAddress.parse("192.0.2.7:60001"),
                  2130706431,
                  "1"),
              new SealedCandidate(
                  SealedCandidate.Type.SERVER_REFLEXIVE,
                  TransportAddress.parse("[2001:db8::1]:9"),
                  1694498815,
                  "2+")),
          3);
  static final SessionId SESSION = new SessionId("00112233445566778899aabbccddeeff");

  private Samples() {}

  static byte[] filled(int length, int value) {
    byte[] bytes = new byte[length];
    Arrays.fill(bytes, (byte) value);
    return bytes;
  }

  static byte[] hex(String hex) {
    return HexFormat.of().parseHex(hex);
  }

  static OfferStatement statement(byte[] challenge) {
    return new OfferStatement(
        HOST_KEY,
        filled(32, 0x22),
        REALM,
        NAME,
        "ann",
        filled(32, 0x33),
        0x0102030405L,
        filled(32, 0x44),
        filled(16, 0x77),
        challenge,
        OfferStatement.hashOf(REQUEST));
  }

  static InitiatorContent.Offer offer() {
    OfferStatement said = statement(new byte[0]);
    return new InitiatorContent.Offer(
        said.encode(),
        said,
        List.of(new OfferedKey(filled(51, 5), filled(180, 6))),
        REQUEST,
        SessionRequest.parse(REQUEST).good().orElseThrow(),
        ICE,
        40);
  }

  static InitiatorContent.Control control() {
    ControlAsk ask = ControlAsk.restart(ICE, 40);
    return new InitiatorContent.Control(SESSION, 7, filled(32, 9), ask.encode(), ask);
  }

  static ResponderContent.Accepted accepted() {
    return new ResponderContent.Accepted(
        SESSION,
        filled(32, 0x55),
        ICE,
        "abcdefghijklmnopqrstuv",
        60001,
        "Low disk.",
        filled(51, 5),
        20);
  }

  static List<ResponderContent> answers() {
    return List.of(
        accepted(),
        new ResponderContent.Refused(Refusal.POLICY, "The key is restricted."),
        new ResponderContent.Challenge(filled(32, 0x66), 1234567890123L),
        new ResponderContent.Controlled(Optional.of(ICE), 15, false),
        new ResponderContent.Controlled(Optional.empty(), 0, true),
        new ResponderContent.Handover(
            "abcdefghijklmnopqrstuv", TransportAddress.parse("198.51.100.2:60001")),
        new ResponderContent.Gone("mosh-server has ended."));
  }
}
