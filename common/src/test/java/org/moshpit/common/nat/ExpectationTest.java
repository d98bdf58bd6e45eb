package org.moshpit.common.nat;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ExpectationTest {
  private static final String SEPARATOR = "/";

  /** Mapping, filtering and allocation of either end. */
  @ParameterizedTest
  @CsvSource({
    "EI/APD/RANDOM,       EI/APD/PRESERVING,    DIRECT",
    "NONE/NONE/PRESERVING, APD/APD/RANDOM,      DIRECT",
    "NONE/APD/PRESERVING, APD/APD/RANDOM,       DIRECT_AFTER_TRIES",
    "EI/EI/PRESERVING,    APD/APD/RANDOM,       DIRECT",
    "EI/AD/PRESERVING,    AD/APD/BLOCK,         DIRECT",
    "EI/APD/PRESERVING,   APD/APD/RANDOM,       DIRECT_AFTER_TRIES",
    "EI/UNKNOWN/RANDOM,   AD/AD/SEQUENTIAL,     DIRECT_AFTER_TRIES",
    "APD/APD/SEQUENTIAL,  APD/APD/SEQUENTIAL,   DIRECT_AFTER_TRIES",
    "APD/APD/SEQUENTIAL,  APD/APD/RANDOM,       RELAY",
    "AD/APD/SEQUENTIAL,   APD/APD/RANDOM,       DIRECT_AFTER_TRIES",
    "AD/APD/SEQUENTIAL,   APD/APD/BLOCK,        DIRECT_AFTER_TRIES",
    "AD/APD/SEQUENTIAL,   AD/APD/SEQUENTIAL,    DIRECT_AFTER_TRIES",
    "AD/APD/RANDOM,       APD/APD/RANDOM,       RELAY",
    "AD/APD/PRESERVING,   EI/APD/RANDOM,        DIRECT",
    "APD/APD/PRESERVING,  APD/APD/PRESERVING,   RELAY",
    "APD/APD/PRESERVING,  APD/APD/SEQUENTIAL,   RELAY",
    "APD/APD/BLOCK,       APD/APD/BLOCK,        RELAY",
    "APD/EI/RANDOM,       APD/EI/RANDOM,        RELAY",
    "UNKNOWN/UNKNOWN/UNKNOWN, APD/APD/RANDOM,   RELAY",
  })
  void ofTwoEnds(String one, String other, Expectation expected) {
    assertThat(Expectation.between(nat(one), nat(other))).isEqualTo(expected);
    assertThat(Expectation.between(nat(other), nat(one))).isEqualTo(expected);
  }

  private static NatBehaviour nat(String text) {
    String[] words = text.split(SEPARATOR, -1);
    return new NatBehaviour(
        Mapping.valueOf(inFull(words[0])),
        Filtering.valueOf(inFull(words[1])),
        Allocation.valueOf(words[2]));
  }

  private static String inFull(String word) {
    return switch (word) {
      case "EI" -> "ENDPOINT_INDEPENDENT";
      case "AD" -> "ADDRESS_DEPENDENT";
      case "APD" -> "ADDRESS_AND_PORT_DEPENDENT";
      default -> word;
    };
  }
}
