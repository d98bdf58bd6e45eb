package org.moshpit.testkit;

import java.util.SplittableRandom;
import java.util.function.IntPredicate;

/** Chooses outer ports as a NAT's allocation says. */
final class PortAllocator {
  /** No port is left. */
  static final int NONE = 0;

  private static final int FIRST = 1024;
  private static final int END = 65536;

  private final SplittableRandom random;
  private final int blockStart;
  private int next;

  PortAllocator(SplittableRandom random) {
    this.random = random;
    blockStart = FIRST + 512 * random.nextInt((END - FIRST) / 512 - 16);
    next = random.nextInt(20000, 50000);
  }

  int allocate(NatBehaviour behaviour, int insidePort, IntPredicate taken) {
    return switch (behaviour.allocation()) {
      case PRESERVING -> taken.test(insidePort) ? random(taken) : insidePort;
      case SEQUENTIAL -> sequential(taken);
      case BLOCK -> within(blockStart, blockStart + behaviour.blockSize(), taken);
      case RANDOM -> random(taken);
    };
  }

  /** The same of a flow that may not have the port of its mapping. */
  int elsewhere(NatBehaviour behaviour, IntPredicate taken) {
    return behaviour.allocation() == Allocation.PRESERVING
        ? random(taken)
        : allocate(behaviour, 0, taken);
  }

  private int random(IntPredicate taken) {
    return within(FIRST, END, taken);
  }

  private int sequential(IntPredicate taken) {
    for (int tries = 0; tries < END; tries++) {
      int port = next;
      next = next + 1 < END ? next + 1 : FIRST;
      if (!taken.test(port)) {
        return port;
      }
    }
    return NONE;
  }

  private int within(int from, int to, IntPredicate taken) {
    for (int tries = 0; tries < 4 * (to - from); tries++) {
      int port = random.nextInt(from, to);
      if (!taken.test(port)) {
        return port;
      }
    }
    return NONE;
  }
}
