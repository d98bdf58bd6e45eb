package org.moshpit.agent.punch.strategy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class PortNoteTest {
  private static final PortNote FULL =
      new PortNote(
          3,
          2,
          PortKind.BLOCK,
          5,
          new PortRange(20480, 20991),
          40000,
          -1,
          List.of(new PortRange(5, 7), new PortRange(65535, 65535)));

  @Test
  void readsWhatItWrote() {
    PortNote bare = new PortNote(1, 0, PortKind.FIXED, 15, null, 0, 0, List.of());
    assertThat(PortNote.fromBytes(FULL.toBytes())).contains(FULL);
    assertThat(PortNote.fromBytes(bare.toBytes())).contains(bare);
  }

  @Test
  void takesNothingThatIsCutShortOrTooLong() {
    byte[] bytes = FULL.toBytes();
    for (int length = 0; length < bytes.length; length++) {
      assertThat(PortNote.fromBytes(Arrays.copyOf(bytes, length))).as("%d", length).isEmpty();
    }
    assertThat(PortNote.fromBytes(Arrays.copyOf(bytes, bytes.length + 1))).isEmpty();
  }

  @Test
  void whateverComesIsReadOrIsNot() {
    Random random = new Random(1);
    long read = 0;
    for (int i = 0; i < 200_000; i++) {
      byte[] bytes = FULL.toBytes();
      for (int j = random.nextInt(4); j >= 0; j--) {
        bytes[random.nextInt(bytes.length)] = (byte) random.nextInt();
      }
      read +=
          PortNote.fromBytes(bytes)
              .filter(note -> Arrays.equals(note.toBytes(), bytes))
              .map(note -> 1L)
              .orElse(0L);
    }
    assertThat(read).isBetween(50_000L, 199_000L);
  }

  @Test
  void refusesWhatWouldNotFit() {
    List<PortRange> nine =
        IntStream.rangeClosed(1, 9).mapToObj(port -> new PortRange(port, port)).toList();
    assertThatThrownBy(() -> new PortNote(1, 0, PortKind.STEPPED, 15, null, 0, 1, nine))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> new PortNote(65536, 0, PortKind.STEPPED, 15, null, 0, 1, List.of()))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> new PortNote(1, 0, PortKind.STEPPED, 15, null, 0, 65, List.of()))
        .isInstanceOf(IllegalArgumentException.class);
  }
}
