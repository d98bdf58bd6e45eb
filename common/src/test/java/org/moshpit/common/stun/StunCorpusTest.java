package org.moshpit.common.stun;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.moshpit.common.stun.StunParse.Rejected;

/**
 * The committed corpus: each file is hex whose first line names what the parser makes of it, {@code
 * # PARSED} or a reason. A datagram that ever surprised the parser is added here.
 */
class StunCorpusTest {
  static List<Path> corpus() throws IOException, URISyntaxException {
    Path folder = Path.of(StunCorpusTest.class.getResource("/corpus/stun").toURI());
    try (Stream<Path> files = Files.list(folder)) {
      return files.sorted().toList();
    }
  }

  @ParameterizedTest
  @MethodSource("corpus")
  void isReadAsItsFirstLineSays(Path file) throws IOException {
    String text = Files.readString(file);
    String expected = text.lines().findFirst().orElseThrow().substring(2);

    StunParse parse = StunParser.parse(Hex.bytes(text));

    assertThat(parse instanceof Rejected r ? r.reason().name() : "PARSED").isEqualTo(expected);
  }
}
