package org.moshpit.agent.punch.strategy;

import java.util.Collection;
import java.util.List;
import org.moshpit.common.sansio.SocketId;

/**
 * Which strategies one end runs, by what both ends' NATs do. Both ends choose by the same table.
 */
final class Strategies {
  private Strategies() {}

  /** Whether plain checks are enough, or all there is to do when nothing is known. */
  static boolean isPlain(PortKind own, PortKind peer) {
    return own == PortKind.FIXED && peer == PortKind.FIXED;
  }

  /** Whether a strategy is known; where not even plain checks have a chance, there is none. */
  static boolean canMeet(PortKind own, PortKind peer) {
    return own.isAnchored()
        || peer.isAnchored()
        || (own == PortKind.STEPPED && peer == PortKind.STEPPED);
  }

  /**
   * Those of the end behind {@code own}, in the order in which they begin, for kinds that {@link
   * #canMeet} and are not {@link #isPlain}.
   *
   * @param span where scattered ports here lie
   * @param open sockets that are open already
   */
  static List<Strategy> choose(
      PortKind own, PortRange span, Collection<SocketId> open, PortKind peer, Means means) {
    if (own == PortKind.STEPPED && peer == PortKind.STEPPED) {
      return List.of(new AlignedWindows(means));
    }
    if (own == PortKind.STEPPED && peer.isAnchored()) {
      return List.of(new Sandwich(means, own, peer));
    }
    if (own.isScattered() && peer.isAnchored()) {
      return List.of(new ManyOpeners(means, span, open, peer));
    }
    if (own == PortKind.FIXED) {
      return List.of(
          peer.isScattered()
              ? new PortTrials(means, peer, means::knownSocket)
              : new MeetingChecks(means, means::knownSocket, false));
    }
    Sandwich anchor = new Sandwich(means, own, peer);
    if (peer == PortKind.FIXED) {
      return List.of(anchor);
    }
    return List.of(
        anchor,
        peer.isScattered()
            ? new PortTrials(means, peer, anchor::anchor)
            : new MeetingChecks(means, anchor::anchor, peer == PortKind.PER_ADDRESS));
  }

  /** How many checks the end behind {@code own} may take for a punch of many flows. */
  static int checks(PortKind own) {
    return switch (own) {
      case RANDOM -> ManyOpeners.ALL_PORTS;
      case BLOCK -> ManyOpeners.BLOCK_MOST;
      case STEPPED -> AlignedWindows.CHECKS_PER_ROUND;
      default -> PortTrials.BLOCK;
    };
  }

  /** Why there is none, for a person. */
  static String noneFor(PortKind own, PortKind peer) {
    return "this network's NAT hands out "
        + own.phrase()
        + " and the peer's "
        + peer.phrase()
        + ": no method is known to meet there";
  }
}
