package org.moshpit.agent.punch.strategy;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.BitSet;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.moshpit.common.nat.Allocation;
import org.moshpit.common.nat.Mapping;

class PortsTest {
  @Test
  void everyPortOfARangeComesOnce() {
    RandomPorts ports = new RandomPorts(new PortRange(1000, 3047), new SplittableRandom(1));
    BitSet seen = new BitSet();
    while (ports.hasNext()) {
      int port = ports.next();
      assertThat(port).isBetween(1000, 3047);
      assertThat(seen.get(port)).as("%d again", port).isFalse();
      seen.set(port);
    }
    assertThat(seen.cardinality()).isEqualTo(2048);
  }

  @ParameterizedTest
  @CsvSource({
    "20480, 20991, 20480, 20991",
    "20500, 20900, 20480, 20991",
    "30000, 30100, 29952, 30207",
    "1030, 1040, 1024, 1279",
    "5000, 9000, 4096, 12287",
    "40, 60000, 1024, 65535",
  })
  void aBlockIsCutAtPowersOfTwo(int low, int high, int from, int to) {
    assertThat(PortRange.blockAround(low, high)).isEqualTo(new PortRange(from, to));
  }

  @ParameterizedTest
  @CsvSource({
    "NONE, UNKNOWN, FIXED",
    "UNKNOWN, UNKNOWN, FIXED",
    "ENDPOINT_INDEPENDENT, RANDOM, FIXED",
    "ADDRESS_DEPENDENT, PRESERVING, FIXED",
    "ADDRESS_DEPENDENT, SEQUENTIAL, PER_ADDRESS",
    "ADDRESS_DEPENDENT, RANDOM, RANDOM",
    "ADDRESS_AND_PORT_DEPENDENT, SEQUENTIAL, STEPPED",
    "ADDRESS_AND_PORT_DEPENDENT, BLOCK, BLOCK",
    "ADDRESS_AND_PORT_DEPENDENT, UNKNOWN, BLOCK",
    "ADDRESS_AND_PORT_DEPENDENT, RANDOM, RANDOM",
  })
  void aNatIsOfOneKind(Mapping mapping, Allocation allocation, PortKind kind) {
    assertThat(PortKind.of(mapping, allocation)).isEqualTo(kind);
  }
}
