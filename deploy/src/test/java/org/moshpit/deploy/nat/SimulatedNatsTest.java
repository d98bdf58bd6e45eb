package org.moshpit.deploy.nat;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.moshpit.deploy.lab.Lab;
import org.moshpit.testkit.Access;

/**
 * The simulation's NATs behave as the kernel's: one script of questions to both, and equal answers,
 * but for the {@link KnownDifference}s, which must be there. All that is simulated rests on this.
 */
@Tag("lab")
public class SimulatedNatsTest {
  private static final Duration LIFETIME = Duration.ofSeconds(8);
  private static final int AT_ONCE = 4;
  private static final int SEEDS = 5;

  /** What both have. The lab's NATs without "open" drop what is for the router itself. */
  enum Kind {
    NONE("none", Access.NONE),
    HOME("home", Access.HOME),
    HOME_OPEN("home-open", Access.HOME),
    CGNAT("cgnat", Access.CGNAT),
    CGNAT_OPEN("cgnat-open", Access.CGNAT),
    HOME_AND_CGNAT("home+cgnat", Access.HOME_AND_CGNAT),
    HOME_AND_CGNAT_OPEN("home-open+cgnat-open", Access.HOME_AND_CGNAT),
    EIF("eif", Access.EIF),
    EIF_OPEN("eif-open", Access.EIF),
    ADF("adf", Access.ADF),
    ADF_OPEN("adf-open", Access.ADF),
    SEQUENTIAL("sequential", Access.SEQUENTIAL),
    SEQUENTIAL_OPEN("sequential-open", Access.SEQUENTIAL),
    BLOCK("block", Access.BLOCK),
    BLOCK_OPEN("block-open", Access.BLOCK),
    RANDOM("random", Access.RANDOM),
    RANDOM_OPEN("random-open", Access.RANDOM),
    UDP_BLOCKED("udp-blocked", Access.UDP_BLOCKED);

    final String lab;
    final Access access;

    Kind(String lab, Access access) {
      this.lab = lab;
      this.access = access;
    }

    boolean isOpen() {
      return lab.endsWith("-open");
    }

    /** A random port is the same as another one by chance, and nobody can tell. */
    int rounds() {
      return switch (access) {
        case BLOCK, RANDOM, CGNAT, HOME_AND_CGNAT -> 3;
        default -> 1;
      };
    }

    /** The lab's name of the host behind it. */
    String host() {
      return switch (ordinal()) {
        case 0 -> "laptop";
        case 1 -> "box";
        default -> "host" + ordinal();
      };
    }
  }

  private static final Map<Kind, Map<String, String>> KERNEL = new HashMap<>();

  private static Lab lab;

  @BeforeAll
  static void askTheKernel() throws InterruptedException, ExecutionException {
    List<String> more = new ArrayList<>(List.of("--udp-timeout", "" + LIFETIME.toSeconds()));
    for (Kind kind : Kind.values()) {
      if (kind.ordinal() > 1) {
        more.addAll(List.of("--host", kind.host() + "=" + kind.lab + "@1"));
      }
    }
    lab = Lab.up(Kind.NONE.lab, Kind.HOME.lab, more.toArray(String[]::new));
    ExecutorService pool = Executors.newFixedThreadPool(AT_ONCE);
    try {
      Map<Kind, Future<Map<String, String>>> asked = new LinkedHashMap<>();
      for (Kind kind : Kind.values()) {
        Callable<Map<String, String>> questions =
            () -> {
              Map<String, String> first = askTheKernel(kind);
              if (kind.rounds() == 1 || differences(kind, 1, first).equals(known(kind))) {
                return first;
              }
              List<Map<String, String>> rounds = new ArrayList<>(List.of(first));
              while (rounds.size() < kind.rounds()) {
                rounds.add(askTheKernel(kind));
              }
              return majority(rounds);
            };
        asked.put(kind, pool.submit(questions));
      }
      for (Map.Entry<Kind, Future<Map<String, String>>> entry : asked.entrySet()) {
        KERNEL.put(entry.getKey(), entry.getValue().get());
      }
    } finally {
      pool.shutdownNow();
    }
  }

  private static Map<String, String> askTheKernel(Kind kind) {
    boolean blocked = kind == Kind.UDP_BLOCKED;
    try (NatGround ground = new KernelGround(lab, kind.host(), kind.ordinal(), blocked, LIFETIME)) {
      return NatQuestions.ask(ground);
    }
  }

  @AfterAll
  static void endLab() {
    KERNEL.clear();
    if (lab != null) {
      lab.close();
    }
  }

  /** Of three answers two are the same, unless the question has no answer. */
  private static Map<String, String> majority(List<Map<String, String>> rounds) {
    Map<String, String> answers = new LinkedHashMap<>(rounds.get(0));
    answers.replaceAll(
        (question, first) -> {
          List<String> all = rounds.stream().map(round -> round.get(question)).toList();
          return Collections.frequency(all, first) * 2 > all.size() ? first : all.get(1);
        });
    return answers;
  }

  private static Map<String, String> simulated(long seed, Kind kind, boolean inbound) {
    return NatQuestions.ask(
        new SimulatedGround(seed, kind.access, kind.isOpen(), inbound, LIFETIME));
  }

  @ParameterizedTest
  @EnumSource
  void answersAsTheKernelDoes(Kind kind) {
    Map<String, String> kernel = KERNEL.get(kind);
    Map<String, String> known = known(kind);
    for (long seed = 1; seed <= SEEDS; seed++) {
      assertThat(differences(kind, seed, kernel)).as("differences, seed %d", seed).isEqualTo(known);
    }
  }

  private static Map<String, String> known(Kind kind) {
    Map<String, String> known = new TreeMap<>();
    for (KnownDifference difference : KnownDifference.ALL) {
      if (difference.kinds().contains(kind)) {
        assertThat(difference.simulated()).isNotEqualTo(difference.kernel());
        known.put(difference.question(), difference.told());
      }
    }
    return known;
  }

  private static Map<String, String> differences(Kind kind, long seed, Map<String, String> kernel) {
    Map<String, String> simulated = simulated(seed, kind, true);
    assertThat(simulated).containsOnlyKeys(kernel.keySet());
    Map<String, String> found = new TreeMap<>();
    for (String question : kernel.keySet()) {
      String here = simulated.get(question);
      String there = kernel.get(question);
      if (!here.equals(there)) {
        found.put(question, KnownDifference.told(here, there));
      }
    }
    return found;
  }

  /**
   * Mappings that only outbound packets keep alive (RFC 4787 REQ-6 asks for those) are the
   * simulation's alone: connection tracking counts both.
   */
  @Test
  void onlyTheSimulationHasMappingsThatInboundPacketsDoNotRefresh() {
    Map<String, String> simulated = simulated(1, Kind.HOME_OPEN, false);
    Map<String, String> expected = new LinkedHashMap<>(simulated(1, Kind.HOME_OPEN, true));
    String question = "time: refreshed inbound, it gets in";
    assertThat(expected).containsEntry(question, "yes");
    assertThat(KERNEL.get(Kind.HOME_OPEN)).containsEntry(question, "yes");
    expected.put(question, "no");
    assertThat(simulated).isEqualTo(expected);
  }
}
