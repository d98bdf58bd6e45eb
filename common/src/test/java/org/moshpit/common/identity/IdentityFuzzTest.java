package org.moshpit.common.identity;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/**
 * Whatever bytes come, a parser either refuses them by {@link SshFormatException} or has read
 * something whose encoding is exactly those bytes. The corpus holds one input per refusal reason
 * and per accepted kind; what a run finds goes there.
 */
class IdentityFuzzTest {
  @FunctionalInterface
  private interface Parser {
    /** Parses and encodes again. */
    byte[] roundTrip(byte[] bytes) throws SshFormatException;
  }

  private static final List<Parser> BINARY =
      List.of(
          bytes -> SshPublicKey.parse(bytes).blob(),
          bytes -> SshSignature.parse(bytes).blob(),
          bytes -> BoxRecord.parse(bytes).encode(),
          bytes -> SignedBoxRecord.parse(bytes).encode());

  private static boolean check(byte[] bytes) {
    boolean any = false;
    for (Parser parser : BINARY) {
      try {
        assertThat(parser.roundTrip(bytes)).isEqualTo(bytes);
        any = true;
      } catch (SshFormatException refused) {
        assertThat(refused.getStackTrace()).isEmpty();
        assertThat(refused).hasMessageMatching("(?s).{5,120}");
      }
    }
    return any;
  }

  private static void checkText(String text) {
    for (Parser parser :
        List.<Parser>of(
            b -> SshPublicKey.parseText(text).blob(),
            b -> SshSignature.parseArmor(text).blob(),
            b -> LinkKey.fromPem(text).publicKey(),
            b -> Fingerprint.parse(text).text().getBytes(StandardCharsets.UTF_8))) {
      try {
        assertThat(parser.roundTrip(new byte[0])).isNotEmpty();
      } catch (SshFormatException refused) {
        assertThat(refused.getStackTrace()).isEmpty();
      }
    }
  }

  @Property(tries = 2000)
  void randomBytes(@ForAll @Size(max = 600) byte[] bytes) {
    check(bytes);
  }

  @Property(tries = 1000)
  void randomText(@ForAll String text) {
    checkText(text);
    checkText("ssh-ed25519 " + text);
    checkText("-----BEGIN SSH SIGNATURE-----" + text + "-----END SSH SIGNATURE-----");
    checkText("-----BEGIN PRIVATE KEY-----" + text + "-----END PRIVATE KEY-----");
  }

  /** Good vectors with bytes changed, cut out, doubled: much deeper than noise gets. */
  @Property(tries = 3000)
  void damagedVectors(@ForAll long seed) throws Exception {
    Random random = new Random(seed);
    List<byte[]> seeds = seeds();
    byte[] bytes = seeds.get(random.nextInt(seeds.size())).clone();
    for (int i = random.nextInt(3); i >= 0 && bytes.length > 8; i--) {
      int at = random.nextInt(bytes.length);
      switch (random.nextInt(5)) {
        case 0 -> bytes[at] = (byte) random.nextInt();
        case 1 -> bytes = Arrays.copyOf(bytes, at);
        case 2 -> bytes = Arrays.copyOf(bytes, bytes.length + random.nextInt(64));
        case 3 -> bytes = without(bytes, at, 1 + random.nextInt(8));
        default -> bytes[at] ^= (byte) (1 << random.nextInt(8));
      }
    }
    check(bytes);
  }

  private static byte[] without(byte[] bytes, int at, int count) {
    int end = Math.min(bytes.length, at + count);
    byte[] shorter = Arrays.copyOf(bytes, bytes.length - (end - at));
    System.arraycopy(bytes, end, shorter, at, bytes.length - end);
    return shorter;
  }

  private static List<byte[]> seeds() throws Exception {
    java.util.ArrayList<byte[]> seeds = new java.util.ArrayList<>();
    for (String name : SshPublicKeyTest.GOOD) {
      seeds.add(Golden.key(name).blob());
    }
    for (String name : SshSignatureTest.good().toList()) {
      seeds.add(Golden.signature(name).blob());
    }
    seeds.add(Golden.hex("box-record.hex"));
    seeds.add(SignedBoxRecord.parse(Golden.hex("box-record.hex")).record().encode());
    return seeds;
  }

  /** Lines of {@code accepted|refused HEX what}. */
  @TestFactory
  List<DynamicTest> corpus() {
    return Golden.text("corpus")
        .lines()
        .filter(line -> !line.startsWith("#"))
        .map(line -> line.split(" ", 3))
        .map(
            words ->
                DynamicTest.dynamicTest(
                    words[2],
                    () ->
                        assertThat(check(HexFormat.of().parseHex(words[1])))
                            .isEqualTo(words[0].equals("accepted"))))
        .toList();
  }
}
