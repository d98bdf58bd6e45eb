package org.moshpit.agent.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.moshpit.agent.config.Rendezvous;
import org.moshpit.common.wire.HostPort;
import org.moshpit.common.wire.Link;
import org.moshpit.common.wire.SpkiPin;

class EnrollCommandTest {
  private static Rendezvous rendezvous(String host, String pins) {
    return new Rendezvous(
        HostPort.parse(host, Link.DEFAULT_PORT),
        pins == null ? List.of() : Stream.of(pins.split("")).map(EnrollCommandTest::pin).toList(),
        List.of());
  }

  private static SpkiPin pin(String letter) {
    byte[] hash = new byte[32];
    hash[0] = (byte) letter.charAt(0);
    return SpkiPin.ofHash(hash);
  }

  @ParameterizedTest
  @CsvSource({
    "pit.example,   A,  pit.example,   A,  true",
    "pit.example,   A,  192.0.2.1:99,  A,  true", // moved, with its key
    "pit.example,   AB, pit.example,   A,  true", // rotated
    "pit.example,   A,  pit.example,   BA, true",
    "pit.example,   A,  pit.example,   B,  false",
    "pit.example,   AB, pit.example,   CD, false",
    "pit.example,   ,   pit.example,   ,   true",
    "pit.example,   ,   other.example, ,   false",
    "pit.example,   ,   pit.example:7, ,   false",
    "pit.example,   A,  pit.example,   ,   true", // it has a certificate now
    "pit.example,   ,   pit.example,   A,  true",
    "pit.example,   A,  other.example, ,   false",
    "pit.example,   ,   other.example, A,  false",
  })
  void theSameRendezvousIsByItsPinsElseByItsHost(
      String host, String pins, String nowHost, String nowPins, boolean same) {
    assertThat(EnrollCommand.sameRendezvous(rendezvous(host, pins), rendezvous(nowHost, nowPins)))
        .isEqualTo(same);
  }
}
