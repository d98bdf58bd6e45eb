package org.moshpit.deploy.roaming;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.moshpit.deploy.lab.Host;

/**
 * A person types a word each second while everything changes under the session. After each change:
 * the echo is back soon after the network is, the direct path is, nothing typed is lost, and there
 * is one mosh-server. One lab and, for each test, a session.
 *
 * <p>{@code deploy/bench/roaming} runs the same for longer and makes the table of docs/roaming.md.
 */
@Tag("lab")
@Tag("alone")
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
public class RoamingTest {
  /** Whether interfaces stay down and lids closed as long as in life. */
  private static final boolean LONG = Boolean.getBoolean("moshpit.long");

  private static Roaming world;

  @BeforeAll
  static void makeLab() {
    world = Roaming.withNetworks("home", "cgnat", "cgnat", "eif", "sequential");
  }

  /** Where the last test may have left off. */
  @AfterEach
  void putBack() throws IOException {
    world.putBack();
  }

  @AfterAll
  static void endLab() {
    if (world != null) {
      world.close();
    }
  }

  @Test
  @Order(1)
  void theLaptopsInterfaceIsDownForAWhile() throws IOException {
    try (Typist typist = world.typist()) {
      world.change("unplug", "laptop");
      stay(LONG ? Duration.ofMinutes(10) : Duration.ofSeconds(15));
      world.change("plug", "laptop");
      world.recovers(typist, "laptop's interface back after " + spoken(600, 15), System.nanoTime());
      world.finish(typist);
    }
  }

  @Test
  @Order(2)
  void theLaptopSleepsAndItsMappingsExpire() throws IOException {
    try (Typist typist = world.typist()) {
      typist.pause(true);
      List<ProcessHandle> asleep = typist.processes();
      assertThat(asleep).hasSizeGreaterThan(1);
      signal("STOP", asleep);
      stay(LONG ? Duration.ofMinutes(3) : Duration.ofSeconds(25));
      signal("CONT", asleep);
      typist.pause(false);
      world.recovers(typist, "laptop wakes after " + spoken(180, 25), System.nanoTime());
      world.finish(typist);
    }
  }

  @Test
  @Order(3)
  void aRouterRestartsWithAnotherAddress() throws IOException {
    try (Typist typist = world.typist()) {
      world.change("reboot", "laptop");
      world.recovers(typist, "laptop's router restarts, new address", System.nanoTime());
      world.change("reboot", "box");
      world.recovers(typist, "box' router restarts, new address", System.nanoTime());
      both(() -> world.change("reboot", "laptop"), () -> world.change("reboot", "box"));
      world.recovers(typist, "both routers restart", System.nanoTime());
      world.finish(typist);
    }
  }

  @Test
  @Order(4)
  void theBoxMoves() throws IOException {
    try (Typist typist = world.typist()) {
      world.change("move", "box", "net1");
      world.recovers(typist, "box moves behind eif", System.nanoTime());
      both(() -> world.change("move", "box", "net2"), () -> world.change("move", "laptop", "net0"));
      world.recovers(
          typist, "both move, box behind sequential, laptop behind cgnat", System.nanoTime());
      both(
          () -> world.change("move", "box", "box"), () -> world.change("move", "laptop", "laptop"));
      world.recovers(typist, "both come back", System.nanoTime());
      world.finish(typist);
    }
  }

  @Test
  @Order(5)
  void theAgentOfTheBoxIsKilled() throws IOException {
    try (Typist typist = world.typist()) {
      world.killAgent();
      world.startAgent();
      world.recovers(typist, "box' agent killed and started", System.nanoTime());
      world.finish(typist);
    }
  }

  @Test
  @Order(6)
  void theRendezvousIsAwayForHalfAMinute() throws IOException {
    try (Typist typist = world.typist()) {
      world.killRendezvous();
      long killed = System.nanoTime();
      stay(Duration.ofSeconds(30));
      typist.awaitEcho(killed, Roaming.ECHO);
      assertThat(typist.worst()).as("a direct session notices nothing").isLessThan(Roaming.ECHO);
      int links = typist.session().events("linked").size();
      world.startRendezvous();
      world.recovers(typist, "rendezvous away for 30 s, session direct", System.nanoTime());
      // nobody waits for them, so both come back with jitter; what follows is a fault of its own
      await()
          .atMost(Duration.ofSeconds(90))
          .until(() -> typist.session().events("linked").size() > links && world.isRegistered());
      world.change("udp", "off", "laptop");
      world.recovers(typist, "UDP off at the laptop", System.nanoTime(), "relay");
      world.killRendezvous();
      stay(Duration.ofSeconds(30));
      world.startRendezvous();
      world.recovers(
          typist, "rendezvous away for 30 s, session relayed", System.nanoTime(), "relay");
      world.change("udp", "on", "laptop");
      world.recovers(typist, "UDP on again at the laptop", System.nanoTime());
      world.finish(typist);
    }
  }

  @Test
  @Order(7)
  void agentAndRendezvousAreKilledTogether() throws IOException {
    try (Typist typist = world.typist()) {
      world.killAgent();
      world.killRendezvous();
      stay(Duration.ofSeconds(5));
      world.startRendezvous();
      world.startAgent();
      world.recovers(typist, "both killed and started", System.nanoTime());
      world.finish(typist);
    }
  }

  @Test
  @Order(8)
  void udpEndsAtTheBox() throws IOException {
    try (Typist typist = world.typist()) {
      world.change("udp", "off", "box");
      world.recovers(typist, "UDP off at the box", System.nanoTime(), "relay");
      world.change("udp", "on", "box");
      world.recovers(typist, "UDP on again at the box", System.nanoTime());
      world.finish(typist);
    }
  }

  @Test
  @Order(9)
  void theDirectPathGoesOneWayOnly() throws IOException {
    for (List<String> way : List.of(List.of("laptop", "box"), List.of("box", "laptop"))) {
      try (Typist typist = world.typist()) {
        world.oneWay("off", way.get(0), way.get(1));
        world.recovers(
            typist,
            "direct path dead from " + way.get(0) + " to " + way.get(1),
            System.nanoTime(),
            "relay");
        world.oneWay("on", way.get(0), way.get(1));
        world.recovers(typist, "and alive again", System.nanoTime());
        world.finish(typist);
      }
    }
  }

  private static String spoken(int longSeconds, int shortSeconds) {
    int seconds = LONG ? longSeconds : shortSeconds;
    return seconds < 120 ? seconds + " s" : seconds / 60 + " min";
  }

  /** The fault itself lasts; there is nothing to wait for. */
  private static void stay(Duration duration) {
    try {
      Thread.sleep(duration.toMillis());
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  private static void both(Runnable one, Runnable other) {
    Thread beside = new Thread(one);
    beside.start();
    other.run();
    try {
      beside.join();
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  private static void signal(String name, List<ProcessHandle> processes) {
    Host laptop = world.lab.laptop();
    for (ProcessHandle process : processes) {
      laptop.root("kill", "-" + name, Long.toString(process.pid()));
    }
  }
}
