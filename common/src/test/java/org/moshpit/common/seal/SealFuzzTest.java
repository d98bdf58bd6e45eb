package org.moshpit.common.seal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.moshpit.common.seal.Samples.NAME;
import static org.moshpit.common.seal.Samples.REALM;
import static org.moshpit.common.seal.Samples.filled;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;

/** Whatever the bytes: a typed result, and what was taken can be said again. */
class SealFuzzTest {
  private static final List<byte[]> GOOD = new ArrayList<>();

  static {
    GOOD.add(Samples.offer().encode());
    GOOD.add(Samples.control().encode());
    Samples.answers().forEach(answer -> GOOD.add(answer.encode()));
    GOOD.add(Samples.statement(filled(32, 1)).encode());
    GOOD.add(Samples.REQUEST);
  }

  /** Each reader either refuses, or gives something that reads back the same. */
  private static void readAll(byte[] bytes) {
    InitiatorContent.parse(bytes)
        .good()
        .ifPresent(
            content ->
                assertThat(InitiatorContent.parse(content.encode()).good().orElseThrow())
                    .usingRecursiveComparison()
                    .isEqualTo(content));
    ResponderContent.parse(bytes)
        .good()
        .ifPresent(
            content ->
                assertThat(ResponderContent.parse(content.encode()).good().orElseThrow())
                    .usingRecursiveComparison()
                    .isEqualTo(content));
    OfferStatement.parse(bytes)
        .good()
        .ifPresent(statement -> assertThat(statement.encode()).isEqualTo(bytes));
    SessionRequest.parse(bytes)
        .good()
        .ifPresent(
            request ->
                assertThat(SessionRequest.parse(request.encode()))
                    .isEqualTo(new Checked.Good<>(request)));
  }

  private static void openAll(byte[] bytes) {
    try (SealKey box = SealKey.of(filled(32, 0x70));
        SealInitiator laptop =
            SealInitiator.begin(box.publicKey(), filled(32, 0x71), REALM, NAME).orElseThrow()) {
      laptop.seal(new byte[0]);
      assertThat(SealResponder.open(box, REALM, NAME, bytes))
          .isInstanceOf(SealResponder.Outcome.Failed.class);
      assertThat(laptop.open(bytes)).isInstanceOf(Opened.Failed.class);
    }
  }

  @Property(tries = 300)
  void randomBytes(@ForAll @Size(max = 400) byte[] bytes) {
    readAll(bytes);
  }

  @Property(tries = 60)
  void randomBytesAreNeverASealedMessage(@ForAll @Size(max = 200) byte[] bytes) {
    openAll(bytes);
  }

  @Property(tries = 2000)
  void goodOnesDamagedInAFewPlaces(
      @ForAll @IntRange(max = 11) int which,
      @ForAll long seed,
      @ForAll @IntRange(max = 3) int cut) {
    byte[] bytes = GOOD.get(which % GOOD.size()).clone();
    Random random = new Random(seed);
    for (int i = random.nextInt(4); i >= 0; i--) {
      bytes[random.nextInt(bytes.length)] = (byte) random.nextInt();
    }
    readAll(cut == 0 ? Arrays.copyOf(bytes, random.nextInt(bytes.length)) : bytes);
  }

  @Test
  void theCorpus() throws IOException {
    try (InputStream in = SealFuzzTest.class.getResourceAsStream("/corpus/seal.hex")) {
      String text = new String(in.readAllBytes(), StandardCharsets.US_ASCII);
      List<String> lines =
          text.lines().filter(line -> !line.isBlank() && !line.startsWith("#")).toList();
      assertThat(lines).hasSizeGreaterThan(20);
      for (String line : lines) {
        byte[] bytes = HexFormat.of().parseHex(line);
        readAll(bytes);
        openAll(bytes);
      }
    }
  }
}
