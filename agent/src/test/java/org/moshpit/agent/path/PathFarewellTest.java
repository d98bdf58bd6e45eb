package org.moshpit.agent.path;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.moshpit.common.sansio.TransportAddress;
import org.moshpit.common.stun.StunClass;
import org.moshpit.common.stun.StunMessage;
import org.moshpit.common.stun.StunParse;
import org.moshpit.common.stun.StunParser;
import org.moshpit.testkit.Access;
import org.moshpit.testkit.NetworkConditions;
import org.moshpit.testkit.StunBytes;

/** The word that a session is over, over the direct path and without the rendezvous. */
class PathFarewellTest {
  private static final String WHY = "ann ended it on the box";

  private final List<byte[]> notes = new ArrayList<>();

  /** Both ends direct, the rendezvous gone. */
  private PathWorld direct(long seed) {
    PathWorld world = connected(seed, RelayPolicy.AUTO);
    assertThat(world.until(world::bothDirect, Duration.ofSeconds(5))).isTrue();
    world.run(Duration.ofSeconds(2));
    world.relayDown();
    world.rendezvousReachable = false;
    world.network.tap(
        packet -> {
          if (isIndication(packet.payload())) {
            notes.add(packet.payload());
          }
        });
    return world;
  }

  private static PathWorld connected(long seed, RelayPolicy policy) {
    return new PathWorld(
            seed, Access.HOME, Access.CGNAT, policy, RelayPolicy.AUTO, NetworkConditions.lossless())
        .connect();
  }

  private static boolean isIndication(byte[] payload) {
    return StunMessage.looksLikeStun(payload)
        && StunParser.parse(payload) instanceof StunParse.Parsed parsed
        && parsed.message().isBinding(StunClass.INDICATION);
  }

  private static List<String> told(PathEnd end) {
    return end.log.stream()
        .filter(PathOut.Ended.class::isInstance)
        .map(said -> ((PathOut.Ended) said).reason())
        .toList();
  }

  @Test
  void itComesAtOnceAndAgain() {
    PathWorld world = direct(1);
    world.box.driver.handle(new PathIn.End(WHY));
    world.run(Duration.ofMillis(60)); // one way takes 50
    assertThat(told(world.laptop)).containsExactly(WHY);
    world.run(Duration.ofSeconds(1));
    assertThat(told(world.laptop)).hasSize(5).containsOnly(WHY);
    world.run(Duration.ofSeconds(60));
    assertThat(notes).hasSize(5);
  }

  @Test
  void itComesThoughMostOfItsWordsAreLost() {
    PathWorld world = direct(1);
    Runnable back = world.blackhole();
    world.box.driver.handle(new PathIn.End(WHY));
    world.run(Duration.ofMillis(600));
    back.run();
    world.run(Duration.ofMillis(200));
    assertThat(told(world.laptop)).containsExactly(WHY);
  }

  @Test
  void nothingIsSaidOnceTheSessionIsClosed() {
    PathWorld world = direct(1);
    world.box.driver.handle(new PathIn.End(WHY));
    world.run(Duration.ofMillis(10));
    world.box.driver.handle(new PathIn.Close());
    world.run(Duration.ofSeconds(2));
    assertThat(notes).hasSize(1);
  }

  @Test
  void nothingIsSaidWithoutADirectPath() {
    PathWorld world = connected(1, RelayPolicy.ONLY);
    world.run(Duration.ofSeconds(1));
    int relayed = world.box.relayed.size();
    world.quiet = true;
    world.box.driver.handle(new PathIn.End(WHY));
    world.run(Duration.ofSeconds(2));
    assertThat(world.box.relayed.size() - relayed).isLessThan(2); // what was on its way
    assertThat(told(world.laptop)).isEmpty();
  }

  /** Only the box ends sessions: a laptop's mosh-client says goodbye for itself. */
  @Test
  void theBoxTakesNoSuchWordOfTheLaptop() {
    PathWorld world = direct(1);
    world.laptop.driver.handle(new PathIn.End(WHY));
    world.run(Duration.ofSeconds(1));
    assertThat(notes).hasSize(5);
    assertThat(told(world.box)).isEmpty();
  }

  /** Of its generation nothing else is left: others have come after it, and failed. */
  @Test
  void itIsBelievedOnAPathThatOutlivedLaterAttempts() {
    PathWorld world = connected(1, RelayPolicy.AUTO);
    assertThat(world.until(world::bothDirect, Duration.ofSeconds(5))).isTrue();
    Set<TransportAddress> ends = new HashSet<>();
    world.network.tap(
        packet -> {
          if (!StunMessage.looksLikeStun(packet.payload())) {
            ends.addAll(Set.of(packet.source(), packet.destination()));
          }
        });
    world.run(Duration.ofSeconds(3));
    Set<TransportAddress> path = Set.copyOf(ends);
    // what is on another pair does not arrive
    world.network.block(
        packet ->
            !PathEnd.isServer(packet.source())
                && !PathEnd.isServer(packet.destination())
                && !path.containsAll(Set.of(packet.source(), packet.destination())));
    world.laptop.driver.handle(new PathIn.NetworkChanged("test"));
    int before = world.exchanges;
    world.run(Duration.ofSeconds(240));
    assertThat(world.exchanges - before).isGreaterThan(3);
    assertThat(world.bothDirect()).isTrue();
    world.relayDown();
    world.rendezvousReachable = false;
    world.box.driver.handle(new PathIn.End(WHY));
    world.run(Duration.ofSeconds(1));
    assertThat(told(world.laptop)).isNotEmpty().containsOnly(WHY);
  }

  @Test
  void nobodyElseCanSayIt() {
    PathWorld other = direct(2);
    other.box.driver.handle(new PathIn.End("of another session"));
    other.run(Duration.ofSeconds(1));
    byte[] foreign = notes.get(0);
    notes.clear();

    PathWorld world = direct(1);
    hear(world.laptop, foreign);
    assertThat(told(world.laptop)).isEmpty();

    world.box.driver.handle(new PathIn.End(WHY));
    byte[] own = notes.get(0);
    for (int bit = 0; bit < (own.length - StunBytes.FINGERPRINT) * 8; bit++) {
      hear(world.laptop, StunBytes.altered(own, bit));
    }
    assertThat(told(world.laptop)).isEmpty();
    hear(world.box, own); // thrown back
    assertThat(told(world.box)).isEmpty();
    hear(world.laptop, own);
    assertThat(told(world.laptop)).containsExactly(WHY);
  }

  @Test
  void whateverTheReasonItFits() {
    PathWorld world = direct(1);
    world.box.driver.handle(new PathIn.End("x" + "ü".repeat(400)));
    world.run(Duration.ofMillis(60));
    assertThat(notes.get(0)).hasSizeLessThan(450);
    String said = told(world.laptop).get(0);
    assertThat(said).matches("xü+");
    assertThat(said.getBytes(StandardCharsets.UTF_8)).hasSizeBetween(290, 300);
  }

  private static void hear(PathEnd end, byte[] bytes) {
    end.driver.handle(new PathIn.Datagram(end.openSockets().get(0), PathEnd.SERVERS.get(0), bytes));
  }
}
