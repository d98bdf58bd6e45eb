package org.moshpit.deploy.roaming;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * A person types a word each second while the laptop moves from one network to the next, through
 * NATs of every kind; in a lab and a session for each kind of NAT in front of the box. After each
 * move: the echo is back soon, and so is the direct path where there is one; nothing typed is lost.
 *
 * <p>The networks come in another order for each box, that of a Williams square: each kind follows
 * each other one once.
 *
 * <p>{@code deploy/test} has one kind of box, {@code --long} and {@code deploy/bench/moves} all;
 * the latter makes the table of docs/roaming.md.
 */
@Tag("lab")
@Tag("alone")
class MovesTest {
  private static final List<String> KINDS =
      List.of("cgnat", "random", "sequential", "eif", "home+cgnat", "block", "udp-blocked", "adf");

  private static final Set<String> SCATTERED = Set.of("random", "block", "sequential");

  static List<String> boxes() {
    return Boolean.getBoolean("moshpit.long") ? KINDS : KINDS.subList(0, 1);
  }

  @ParameterizedTest
  @MethodSource("boxes")
  void toNetworksOfEveryKind(String box) throws IOException {
    try (Roaming world = Roaming.withNetworks("home", box, KINDS.toArray(String[]::new));
        Typist typist = world.typist(best("home", box))) {
      String from = "home";
      for (int network : order(KINDS.indexOf(box))) {
        String to = KINDS.get(network);
        world.change("move", "laptop", "net" + network);
        world.recovers(typist, what(box, from, to), System.nanoTime(), best(to, box));
        from = to;
      }
      world.change("move", "laptop", "laptop");
      world.recovers(typist, what(box, from, "home"), System.nanoTime(), best("home", box));
      world.finish(typist);
    }
  }

  private static String what(String box, String from, String to) {
    return "laptop from " + from + " to " + to + ", box behind " + box;
  }

  /** A row of the square for an even number of kinds: 0, 1, n−1, 2, n−2 and so on, all plus row. */
  private static List<Integer> order(int row) {
    int count = KINDS.size();
    List<Integer> order = new ArrayList<>(count);
    for (int i = 0; i < count; i++) {
      int step = i % 2 == 1 ? (i + 1) / 2 : count - i / 2;
      order.add((row + step) % count);
    }
    return order;
  }

  /** The best path between these kinds; null where that is a matter of luck. */
  private static String best(String laptop, String box) {
    if (laptop.equals("udp-blocked") || box.equals("udp-blocked")) {
      return "relay";
    }
    return SCATTERED.contains(laptop) && SCATTERED.contains(box) ? null : "direct";
  }
}
