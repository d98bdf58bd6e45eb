package org.moshpit.common.nat;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.moshpit.common.sansio.TransportAddress;

class PortPatternTest {
  @ParameterizedTest
  @CsvSource({
    "'', UNKNOWN, 0, 0, 0",
    "4000, UNKNOWN, 0, 4000, 4000",
    "4000 4000, UNKNOWN, 0, 4000, 4000",
    "4000 4001, SEQUENTIAL, 1, 4000, 4001",
    "4000 4002 4004 4006, SEQUENTIAL, 2, 4000, 4006",
    // strangers take some in between
    "4000 4001 4003 4004 4041 4042, SEQUENTIAL, 1, 4000, 4042",
    "4040 4039 4038, SEQUENTIAL, -1, 4038, 4040",
    // the end of the range, and two that overtook each other
    "30497 30498 30499 30000 30001 30002 30003 30004, SEQUENTIAL, 1, 30000, 30499",
    "30001 30002 30004 30003 30005 30006 30007 30008, SEQUENTIAL, 1, 30001, 30008",
    "30001 30003 30002 30005 30004 30007 30006 30009, BLOCK, 0, 29952, 30207",
    // a block of 256, of 512 at a multiple of 512, and one at no multiple of its size
    "20490 20700 20500 20730 20550, BLOCK, 0, 20480, 20735",
    "20490 20950 20500 20730 20550, BLOCK, 0, 20480, 20991",
    "20400 20900 20500 20730 20550, BLOCK, 0, 19900, 21400",
    "1100 60000 33000 1200 47000, RANDOM, 0, 1024, 65535",
    "20100 29900 25000 22000 24000 27000, RANDOM, 0, 12260, 37740",
  })
  void ofPorts(String ports, Allocation allocation, int step, int low, int high) {
    assertThat(PortPattern.of(numbers(ports)))
        .isEqualTo(new PortPattern(allocation, step, low, high));
  }

  @Test
  void eachAddressOfAPoolNumbersByItself() {
    assertThat(
            PortPattern.ofObserved(
                seen("203.0.113.5:4000 203.0.113.6:50000 203.0.113.5:4001 203.0.113.6:50001")))
        .isEqualTo(new PortPattern(Allocation.SEQUENTIAL, 1, 4000, 4001));
    assertThat(
            PortPattern.ofObserved(
                seen("203.0.113.5:4000 203.0.113.5:4001 203.0.113.6:1100 203.0.113.6:60000")))
        .extracting(PortPattern::allocation)
        .isEqualTo(Allocation.RANDOM);
  }

  @Test
  void fewPortsOfEachAddressTellABlockTogether() {
    assertThat(
            PortPattern.ofObserved(
                seen(
                    "203.0.113.5:20490 203.0.113.5:20950 203.0.113.6:20500 203.0.113.6:20730"
                        + " 203.0.113.7:20550")))
        .isEqualTo(new PortPattern(Allocation.BLOCK, 0, 20480, 20991));
  }

  @Test
  void sixteenPortsTellABlocksBounds() {
    Random random = new Random(3);
    int wrong = 0;
    for (int trial = 0; trial < 5_000; trial++) {
      int size = 256 << random.nextInt(5);
      int first = size * (1 + random.nextInt(65536 / size - 1));
      PortPattern found = PortPattern.of(some(random, 16, first, size));
      boolean right = found.equals(new PortPattern(Allocation.BLOCK, 0, first, first + size - 1));
      wrong += right ? 0 : 1;
    }
    assertThat(wrong).isLessThan(20);
  }

  @Test
  void boundsOfAnyRangeHoldMostOfIt() {
    Random random = new Random(4);
    int tooNarrow = 0;
    int blocks = 0;
    for (int trial = 0; trial < 2_000; trial++) {
      PortPattern found = PortPattern.of(some(random, 16, 20_000, 10_001));
      assertThat(found.low()).isGreaterThan(15_000);
      assertThat(found.high()).isLessThan(35_000);
      blocks += found.allocation() == Allocation.RANDOM ? 0 : 1;
      tooNarrow += (found.low() > 20_000 ? 1 : 0) + (found.high() < 30_000 ? 1 : 0);
    }
    assertThat(blocks).as("taken for a block").isLessThan(10);
    assertThat(tooNarrow).as("ends of 4,000").isLessThan(200);
  }

  @Test
  void sixteenRandomPortsAreNeverTakenForAnythingElse() {
    Random random = new Random(5);
    for (int trial = 0; trial < 20_000; trial++) {
      assertThat(PortPattern.of(some(random, 16, 1024, 64_512)).allocation())
          .isEqualTo(Allocation.RANDOM);
    }
  }

  private static List<Integer> some(Random random, int count, int first, int size) {
    List<Integer> ports = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      ports.add(first + random.nextInt(size));
    }
    return ports;
  }

  private static List<Integer> numbers(String ports) {
    return Arrays.stream(ports.split(" ", -1))
        .filter(p -> !p.isEmpty())
        .map(Integer::valueOf)
        .toList();
  }

  private static List<TransportAddress> seen(String addresses) {
    return Arrays.stream(addresses.split(" ", -1)).map(TransportAddress::parse).toList();
  }
}
