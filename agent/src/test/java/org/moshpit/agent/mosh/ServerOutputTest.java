package org.moshpit.agent.mosh;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;

class ServerOutputTest {
  /** As mosh-server 1.4.0 says it. */
  static final String GOOD =
      """
      MOSH CONNECT 60777 gwCgu3Tcz+5QGYn7iFT6XQ

      mosh-server (mosh 1.4.0)
      [mosh-server detached, pid = 8313]
      """;

  private static ServerOutput read(String text, int chunk) {
    ServerOutput output = new ServerOutput();
    byte[] bytes = text.getBytes(StandardCharsets.ISO_8859_1);
    for (int at = 0; at < bytes.length; at += chunk) {
      int length = Math.min(chunk, bytes.length - at);
      byte[] part = new byte[length];
      System.arraycopy(bytes, at, part, 0, length);
      output.add(part, length);
    }
    return output;
  }

  @Test
  void understandsItInPiecesOfAnySize() {
    for (int chunk = 1; chunk < GOOD.length(); chunk++) {
      ServerOutput output = read("Welcome!\n\r\n" + GOOD, chunk);
      assertThat(output.complete()).as("chunk %d", chunk).isTrue();
      assertThat(output.port()).isEqualTo(60777);
      assertThat(output.key()).isEqualTo("gwCgu3Tcz+5QGYn7iFT6XQ");
      assertThat(output.pid()).isEqualTo(8313);
    }
  }

  @Test
  void everyPartIsNeeded() {
    assertThat(read(GOOD.replace("[mosh-server detached", "[detached"), 100).complete()).isFalse();
    assertThat(read(GOOD.replace("60777", "99999"), 100).complete()).isFalse();
    assertThat(read(GOOD.replace("gwCg", "gwC-"), 100).complete()).isFalse();
    assertThat(read(GOOD.replace("gwCg", "gwCgg"), 100).complete()).isFalse();
    assertThat(read(GOOD.replace("MOSH", "echo MOSH"), 100).complete()).isFalse();
  }

  @Test
  void seesTheSilentFallback() {
    ServerOutput output =
        read(
            "Failed binding to 192.0.2.9:60778\n"
                + "Error binding to IP 192.0.2.9: bind: Cannot assign requested address\n"
                + GOOD,
            4096);
    assertThat(output.complete()).isTrue();
    assertThat(output.fellBack()).isTrue();
    assertThat(output.portTaken()).isFalse();
  }

  @Test
  void itsFirstLineTellsNoKeyAndNoControlCharacters() {
    assertThat(read(GOOD, 4096).firstLine()).isEqualTo("mosh-server (mosh 1.4.0)");
    assertThat(read("\u001b[31mred\n", 4096).firstLine()).isEqualTo("[31mred");
    assertThat(read("", 1).firstLine()).isEmpty();
  }

  @Property(tries = 20)
  void aFloodOfBytesIsBounded(@ForAll long seed) {
    ServerOutput output = new ServerOutput();
    byte[] noise = new byte[4096];
    Random random = new Random(seed);
    for (int i = 0; i < 40; i++) {
      random.nextBytes(noise);
      output.add(noise, noise.length);
    }
    assertThat(output.firstLine().length()).isLessThan(200);
    assertThat(output.complete()).isFalse();
  }
}
