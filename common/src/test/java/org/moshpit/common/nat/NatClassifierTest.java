package org.moshpit.common.nat;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.moshpit.common.sansio.SocketId;
import org.moshpit.common.sansio.TransportAddress;

class NatClassifierTest {
  private static final String A1 = "198.51.100.1:3478";
  private static final String A2 = "198.51.100.1:3479";
  private static final String B1 = "198.51.100.2:3478";
  private static final String B2 = "198.51.100.2:3479";

  /** Each line: the local address, then server and observed address by turns, of one socket. */
  static Stream<Arguments> oneSocket() {
    return Stream.of(
        arguments(Mapping.UNKNOWN, List.of(A1, "203.0.113.5:4000")),
        arguments(Mapping.NONE, List.of(A1, "10.0.0.2:60001")),
        arguments(Mapping.NONE, List.of(A1, "10.0.0.2:60001", A2, "10.0.0.2:60001")),
        arguments(
            Mapping.ENDPOINT_INDEPENDENT, List.of(A1, "203.0.113.5:4000", A2, "203.0.113.5:4000")),
        arguments(
            Mapping.ENDPOINT_INDEPENDENT, List.of(A1, "203.0.113.5:4000", B1, "203.0.113.5:4000")),
        arguments(
            Mapping.ADDRESS_AND_PORT_DEPENDENT,
            List.of(A1, "203.0.113.5:4000", A2, "203.0.113.5:4001")),
        arguments(
            Mapping.ADDRESS_AND_PORT_DEPENDENT,
            List.of(A1, "203.0.113.5:4000", A2, "203.0.113.6:4000")),
        arguments(
            Mapping.ADDRESS_AND_PORT_DEPENDENT,
            List.of(A1, "203.0.113.5:4000", B1, "203.0.113.5:4001")),
        arguments(
            Mapping.ADDRESS_DEPENDENT,
            List.of(
                A1,
                "203.0.113.5:4000",
                A2,
                "203.0.113.5:4000",
                B1,
                "203.0.113.5:4001",
                B2,
                "203.0.113.5:4001")),
        arguments(
            Mapping.ADDRESS_AND_PORT_DEPENDENT,
            List.of(
                A1,
                "203.0.113.5:4000",
                A2,
                "203.0.113.5:4002",
                B1,
                "203.0.113.5:4001",
                B2,
                "203.0.113.5:4003")),
        // the mapping was lost and made anew: only the later observation of a server counts
        arguments(
            Mapping.ENDPOINT_INDEPENDENT,
            List.of(A1, "203.0.113.5:4000", A1, "203.0.113.5:5000", A2, "203.0.113.5:5000")));
  }

  @ParameterizedTest
  @MethodSource("oneSocket")
  void mappingOfOneSocket(Mapping mapping, List<String> seen) {
    List<NatSample> samples = new ArrayList<>();
    for (int i = 0; i < seen.size(); i += 2) {
      samples.add(sample(1, "10.0.0.2:60001", seen.get(i), seen.get(i + 1)));
    }

    assertThat(NatClassifier.classify(samples).mapping()).isEqualTo(mapping);
  }

  @Test
  void nothingSeenIsNothingKnown() {
    assertThat(NatClassifier.classify(List.of())).isEqualTo(NatBehaviour.UNKNOWN);
  }

  @Test
  void theWorstSocketIsTheNat() {
    List<NatSample> samples =
        List.of(
            sample(1, "10.0.0.2:60001", A1, "203.0.113.5:4000"),
            sample(1, "10.0.0.2:60001", A2, "203.0.113.5:4000"),
            sample(2, "10.0.0.2:60002", A1, "203.0.113.5:4001"),
            sample(2, "10.0.0.2:60002", A2, "203.0.113.5:4002"),
            sample(3, "10.0.0.2:60003", A1, "203.0.113.5:4003"));

    assertThat(NatClassifier.classify(samples).mapping())
        .isEqualTo(Mapping.ADDRESS_AND_PORT_DEPENDENT);
  }

  @ParameterizedTest
  @CsvSource(
      nullValues = "?",
      value = {
        "?, ?, UNKNOWN",
        "?, true, UNKNOWN",
        "?, false, ADDRESS_AND_PORT_DEPENDENT",
        "true, ?, ENDPOINT_INDEPENDENT",
        "true, true, ENDPOINT_INDEPENDENT",
        "false, true, ADDRESS_DEPENDENT",
        "false, false, ADDRESS_AND_PORT_DEPENDENT",
        "false, ?, UNKNOWN"
      })
  void filtering(Boolean otherAddress, Boolean otherPort, Filtering expected) {
    FilteringProbe probe = new FilteringProbe(otherAddress, otherPort);

    assertThat(NatClassifier.classify(List.of(), probe).filtering()).isEqualTo(expected);
  }

  /** Public ports of successive mappings of the local ports 60001, 60002, … */
  @ParameterizedTest
  @CsvSource({
    "PRESERVING, 60001",
    "PRESERVING, 60001 60002 60003",
    "UNKNOWN, 4000",
    "SEQUENTIAL, 4000 4001",
    "SEQUENTIAL, 4000 4008",
    "UNKNOWN, 4000 4009",
    "SEQUENTIAL, 4000 4009 4040",
    "SEQUENTIAL, 4040 4030 4029",
    "UNKNOWN, 4000 4009 4005",
    "UNKNOWN, 4000 4065 4066",
    "BLOCK, 20480 20991 20600 20700 20555",
    "UNKNOWN, 20480 20991 20600 20700",
    "BLOCK, 20480 28671 20600 20700 20555",
    "RANDOM, 20480 28672",
    "RANDOM, 1025 60000 33000",
    "RANDOM, 60001 1025"
  })
  void allocation(Allocation expected, String ports) {
    assertThat(NatClassifier.classify(successive(ports)).allocation()).isEqualTo(expected);
  }

  @Test
  void aPoolNumbersThePortsOfEachAddressByItself() {
    List<NatSample> samples =
        List.of(
            sample(1, "10.0.0.2:60001", A1, "203.0.113.5:4000"),
            sample(2, "10.0.0.2:60002", A1, "203.0.113.6:50000"),
            sample(3, "10.0.0.2:60003", A1, "203.0.113.5:4001"),
            sample(4, "10.0.0.2:60004", A1, "203.0.113.6:50001"));

    assertThat(NatClassifier.classify(samples).allocation()).isEqualTo(Allocation.SEQUENTIAL);
  }

  @Test
  void randomPortsAreHardlyEverTakenForAnythingElse() {
    Random random = new Random(1);
    int wrong = 0;
    for (int trial = 0; trial < 10_000; trial++) {
      StringBuilder ports = new StringBuilder();
      for (int i = 0; i < MANY; i++) {
        ports.append(1024 + random.nextInt(64512)).append(' ');
      }
      Allocation found = NatClassifier.classify(successive(ports.toString())).allocation();
      wrong += found == Allocation.RANDOM ? 0 : 1;
    }
    assertThat(wrong).isLessThan(50);
  }

  private static final int MANY = 5;

  @Test
  void wordsAreThoseOfTheJson() {
    assertThat(Arrays.stream(Mapping.values()).map(Mapping::word))
        .containsExactly(
            "none",
            "endpoint-independent",
            "address-dependent",
            "address-and-port-dependent",
            "unknown");
    assertThat(Arrays.stream(Filtering.values()).map(Filtering::word))
        .containsExactlyElementsOf(Arrays.stream(Mapping.values()).map(Mapping::word).toList());
    assertThat(Arrays.stream(Allocation.values()).map(Allocation::word))
        .containsExactly("preserving", "sequential", "block", "random", "unknown");
    assertThat(Arrays.stream(Allocation.values()).map(a -> Allocation.ofWord(a.word())))
        .containsExactly(Allocation.values());
    assertThat(Mapping.ofWord("")).isEqualTo(Mapping.UNKNOWN);
    assertThat(Filtering.ofWord("endpoint-independent")).isEqualTo(Filtering.ENDPOINT_INDEPENDENT);
  }

  private static List<NatSample> successive(String ports) {
    List<NatSample> samples = new ArrayList<>();
    for (String port : ports.trim().split(" ", -1)) {
      int n = samples.size() + 1;
      samples.add(sample(n, "10.0.0.2:" + (60000 + n), A1, "203.0.113.5:" + port));
    }
    return samples;
  }

  private static NatSample sample(int socket, String base, String server, String observed) {
    return new NatSample(
        new SocketId(socket),
        TransportAddress.parse(base),
        TransportAddress.parse(server),
        TransportAddress.parse(observed));
  }
}
