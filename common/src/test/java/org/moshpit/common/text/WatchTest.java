package org.moshpit.common.text;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class WatchTest {
  private final ByteArrayOutputStream written = new ByteArrayOutputStream();
  private final Watch watch =
      new Watch(
          new PrintStream(written, false, StandardCharsets.UTF_8),
          () -> Optional.of(new Terminal(20, 4, false)));

  private String written() {
    String text = written.toString(StandardCharsets.UTF_8);
    written.reset();
    return text;
  }

  @Test
  void eachFrameOverwritesTheOneBefore() {
    watch.begin();
    assertThat(written()).isEqualTo("\u001b[?1049h\u001b[?25l");
    watch.draw(screen -> "one " + screen.columns() + "\ntwo\n");
    assertThat(written()).isEqualTo("\u001b[Hone 19\u001b[K\r\ntwo\u001b[K\u001b[J");
  }

  @Test
  void whatIsTooLongForTheTerminalIsCountedNotScrolled() {
    watch.draw(screen -> "1\n2\n3\n4\n5\n");
    assertThat(written()).endsWith("3\u001b[K\r\n… 2 more lines\u001b[K\u001b[J");
    watch.draw(screen -> "1\n2\n3\n4\n");
    assertThat(written()).endsWith("4\u001b[K\u001b[J");
  }

  @Test
  void aDaemonThatIsAwayIsShownAndAskedAgain() {
    watch.draw(
        screen -> {
          throw new IOException("no agent runs here, it seems");
        });
    assertThat(written()).contains("no agent runs here,\u001b[K\r\nit seems");
    watch.draw(screen -> "back\n");
    assertThat(written()).contains("back");
  }

  @Test
  void whatStoodThereLastStays() {
    watch.draw(screen -> "last\n");
    written();
    watch.end();
    assertThat(written()).isEqualTo("\u001b[?25h\u001b[?1049llast\n");
    watch.draw(screen -> "too late\n");
    assertThat(written()).isEmpty();
  }
}
