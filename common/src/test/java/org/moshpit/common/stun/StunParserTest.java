package org.moshpit.common.stun;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.moshpit.common.sansio.TransportAddress;
import org.moshpit.common.stun.StunParse.Parsed;
import org.moshpit.common.stun.StunParse.Reason;
import org.moshpit.common.stun.StunParse.Rejected;

class StunParserTest {
  private static final TransactionId ID = new TransactionId(1, 2);
  private static final byte[] KEY = "key".getBytes(UTF_8);
  private static final StunMessage MESSAGE =
      StunMessage.success(ID, new XorMappedAddress(TransportAddress.parse("192.0.2.7:9")));

  @Property
  void everyClassAndMethodSurvives(
      @ForAll StunClass type, @ForAll @IntRange(max = 0xfff) int method) {
    StunMessage message = new StunMessage(type, method, ID, List.of());
    byte[] bytes = StunEncoder.encode(message);

    assertThat(bytes[0] & 0xc0).isZero();
    assertThat(StunVectorsTest.parsed(bytes).message()).isEqualTo(message);
  }

  @Example
  void bindingTypesAreTheKnownOnes() {
    assertThat(typeOf(StunClass.REQUEST)).isEqualTo(0x0001);
    assertThat(typeOf(StunClass.INDICATION)).isEqualTo(0x0011);
    assertThat(typeOf(StunClass.SUCCESS)).isEqualTo(0x0101);
    assertThat(typeOf(StunClass.ERROR)).isEqualTo(0x0111);
  }

  @Example
  void integrityAndFingerprintVerifyTogether() {
    Parsed parsed = StunVectorsTest.parsed(StunEncoder.encode(MESSAGE, KEY));

    assertThat(parsed.message()).isEqualTo(MESSAGE);
    assertThat(parsed.verifies(KEY)).isTrue();
    assertThat(parsed.verifies("kez".getBytes(UTF_8))).isFalse();
    assertThat(parsed.hasFingerprint()).isTrue();
  }

  @Example
  void withoutIntegrityNoKeyVerifies() {
    Parsed parsed = StunVectorsTest.parsed(StunEncoder.encodeWithFingerprint(MESSAGE));

    assertThat(parsed.has(MessageIntegrity.SHA1)).isFalse();
    assertThat(parsed.verifies(KEY)).isFalse();
  }

  @Property
  void noChangedBitPassesBothChecks(@ForAll @IntRange(min = 0, max = 511) int bit) {
    byte[] bytes = StunEncoder.encode(MESSAGE, KEY);
    assertThat(bytes).hasSize(64);
    bytes[bit / 8] ^= (byte) (1 << bit % 8);

    boolean passes =
        StunParser.parse(bytes) instanceof Parsed parsed
            && parsed.verifies(KEY)
            && parsed.hasFingerprint();

    assertThat(passes).isFalse();
    assertThat(Fingerprint.verify(bytes)).isFalse();
  }

  @Example
  void attributesBehindIntegrityDoNotCount() {
    byte[] signed = StunEncoder.encode(MESSAGE, MessageIntegrity.SHA1, KEY, false);
    byte[] smuggled = Hex.bytes("0025 0000  7fff 0000  0008 0004 00000000");
    byte[] bytes = Arrays.copyOf(signed, signed.length + smuggled.length);
    System.arraycopy(smuggled, 0, bytes, signed.length, smuggled.length);
    bytes[3] += (byte) smuggled.length;

    Parsed parsed = StunVectorsTest.parsed(bytes);

    assertThat(parsed.message()).isEqualTo(MESSAGE);
    assertThat(parsed.unknownRequired()).isEmpty();
    assertThat(parsed.verifies(KEY)).isTrue();
  }

  @Example
  void theFirstOfTwoCounts() {
    StunMessage twice = StunMessage.request(ID, new Priority(1), new Priority(2));

    assertThat(StunVectorsTest.parsed(StunEncoder.encode(twice)).message().first(Priority.class))
        .contains(new Priority(1));
  }

  @Example
  void unknownRequiredAreReportedOnceEachAndOptionalOnesAreNot() {
    StunMessage message =
        StunMessage.request(
            ID,
            new UnknownAttribute(0x7f00, new byte[1]),
            new UnknownAttribute(0x8022, new byte[2]),
            new UnknownAttribute(0x0017, new byte[0]),
            new UnknownAttribute(0x7f00, new byte[3]));

    assertThat(StunVectorsTest.parsed(StunEncoder.encode(message)).unknownRequired())
        .containsExactly(0x7f00, 0x0017);
  }

  @Example
  void attributesAreCounted() {
    StunAttribute flag = new UseCandidate();
    List<StunAttribute> most = Collections.nCopies(StunParser.MAX_ATTRIBUTES, flag);
    List<StunAttribute> tooMany = Collections.nCopies(StunParser.MAX_ATTRIBUTES + 1, flag);

    assertThat(StunParser.parse(binding(most))).isInstanceOf(Parsed.class);
    assertThat(StunParser.parse(binding(tooMany)))
        .isEqualTo(new Rejected(Reason.TOO_MANY_ATTRIBUTES));
  }

  @Example
  void aMessageInsideALargerArrayIsReadAlone() {
    byte[] message = StunEncoder.encode(MESSAGE, KEY);
    byte[] array = new byte[message.length + 30];
    Arrays.fill(array, (byte) 0xff);
    System.arraycopy(message, 0, array, 13, message.length);

    assertThat(StunParser.parse(array, 13, message.length))
        .isInstanceOfSatisfying(
            Parsed.class,
            parsed -> {
              assertThat(parsed.message()).isEqualTo(MESSAGE);
              assertThat(parsed.verifies(KEY)).isTrue();
            });
  }

  @Property(tries = 5000)
  void randomBytesAreNeverAnException(@ForAll @Size(max = 200) byte[] bytes) {
    assertThat(StunParser.parse(bytes)).isNotNull();
  }

  @Property(tries = 5000)
  void randomAttributesBehindASoundHeaderAreNeverAnException(
      @ForAll @Size(max = 40) List<@IntRange(max = 0xffff) Integer> words) {
    int length = words.size() / 2 * 4;
    byte[] bytes = Arrays.copyOf(StunEncoder.encode(MESSAGE), 20 + length);
    bytes[2] = (byte) (length >> 8);
    bytes[3] = (byte) length;
    for (int i = 0; i < length / 2; i++) {
      // small numbers are types and lengths that exist
      int word = i % 2 == 1 ? words.get(i) % 32 : words.get(i);
      bytes[20 + 2 * i] = (byte) (word >> 8);
      bytes[21 + 2 * i] = (byte) word;
    }

    if (StunParser.parse(bytes) instanceof Parsed parsed) {
      assertThat(StunVectorsTest.parsed(StunEncoder.encode(parsed.message())).message())
          .isEqualTo(parsed.message());
      assertThat(parsed.verifies(KEY)).isFalse();
    }
  }

  @Property(tries = 2000)
  void aTruncatedMessageIsRejected(@ForAll @IntRange(max = 107) int length) {
    byte[] cut = Arrays.copyOf(StunVectorsTest.REQUEST, length);

    assertThat(StunParser.parse(cut)).isEqualTo(new Rejected(Reason.NOT_STUN));
    assertThat(StunMessage.looksLikeStun(cut)).isFalse();
  }

  @Property(tries = 5000)
  void aMutatedMessageIsNeverAnException(
      @ForAll @IntRange(max = 107) int at, @ForAll byte value, @ForAll @IntRange(max = 7) int cut) {
    byte[] bytes = Arrays.copyOf(StunVectorsTest.REQUEST, 108 - 4 * cut);
    bytes[3] = (byte) (bytes.length - 20);
    bytes[at % bytes.length] = value;

    assertThat(StunParser.parse(bytes)).isNotNull();
  }

  private static int typeOf(StunClass type) {
    byte[] bytes = StunEncoder.encode(new StunMessage(type, StunMessage.BINDING, ID, List.of()));
    return StunMessage.uint16(bytes, 0);
  }

  private static byte[] binding(List<StunAttribute> attributes) {
    return StunEncoder.encode(
        new StunMessage(StunClass.REQUEST, StunMessage.BINDING, ID, attributes));
  }
}
