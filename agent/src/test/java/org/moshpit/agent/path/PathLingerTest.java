package org.moshpit.agent.path;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.HashSet;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.moshpit.common.stun.StunClass;
import org.moshpit.common.stun.StunMessage;
import org.moshpit.common.stun.StunParse;
import org.moshpit.common.stun.StunParser;
import org.moshpit.common.stun.TransactionId;
import org.moshpit.common.stun.UseCandidate;
import org.moshpit.testkit.Access;
import org.moshpit.testkit.NetworkConditions;
import org.moshpit.testkit.Packet;

/** A strategy's sockets that are not the path's, but that the peer may send to for a moment. */
class PathLingerTest {
  private static final int SEEDS = 12;

  /** The answers to the laptop's nomination of its first pair are lost; those of others are not. */
  private static final class FirstNominationUnanswered {
    private final Set<TransactionId> asked = new HashSet<>();
    private int port;

    boolean blocks(Packet packet) {
      if (!(StunParser.parse(packet.payload()) instanceof StunParse.Parsed parsed)) {
        return false;
      }
      StunMessage message = parsed.message();
      if (message.isBinding(StunClass.REQUEST)
          && message.first(UseCandidate.class).isPresent()
          && (port == 0 || port == packet.source().port())) {
        port = packet.source().port();
        asked.add(message.transactionId());
      }
      return message.isBinding(StunClass.SUCCESS) && asked.contains(message.transactionId());
    }
  }

  /** The box talks, and nobody else, so that it has no doubts; says whether that came about. */
  private static boolean talk(PathWorld world, Duration limit, boolean untilDirect) {
    for (long left = limit.toMillis() / 50; left > 0; left--) {
      if (untilDirect && world.bothDirect()) {
        return true;
      }
      world.box.send();
      world.run(Duration.ofMillis(50));
    }
    return false;
  }

  /** The box follows the first nomination, and the second a moment after the laptop. */
  @Test
  void aPairThatThePeerChoseMeanwhileIsHeardWhenAnotherIsProven() {
    int met = 0;
    for (int seed = 1; seed <= SEEDS; seed++) {
      PathWorld world =
          new PathWorld(
              seed,
              Access.RANDOM,
              Access.HOME,
              RelayPolicy.AUTO,
              RelayPolicy.AUTO,
              NetworkConditions.lossless());
      FirstNominationUnanswered loss = new FirstNominationUnanswered();
      world.network.block(loss::blocks);
      world.quiet = true;
      world.connect();
      if (!talk(world, Duration.ofSeconds(11), true)) {
        continue; // only one pair was found
      }
      met++;
      int first = world.box.sent() - 20;
      talk(world, Duration.ofSeconds(3), false);
      assertThat(world.laptop.received.keySet())
          .as("seed %d", seed)
          .containsAll(IntStream.range(first, world.box.sent() - 5).boxed().toList());
      world.run(Duration.ofSeconds(10));
      assertThat(world.laptop.driver.openSockets()).as("open, seed %d", seed).isLessThan(4);
    }
    assertThat(met).isGreaterThan(SEEDS / 2);
  }
}
