package org.moshpit.common.nat;

import java.net.InetAddress;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.moshpit.common.sansio.TransportAddress;

/**
 * How a NAT numbers the public ports of successive mappings, and where the next one is to be
 * expected. Told from ports alone, so never {@link Allocation#PRESERVING}.
 *
 * @param allocation sequential, block, random, or unknown
 * @param step from one port to the next, negative if it counts down, with {@link
 *     Allocation#SEQUENTIAL}; else 0
 * @param low the lowest port to be expected; of a sequence the lowest seen; 0 if none was seen
 * @param high the highest port to be expected; of a sequence the highest seen; 0 if none was seen
 */
public record PortPattern(Allocation allocation, int step, int low, int high) {
  /** Nothing was seen. */
  public static final PortPattern UNKNOWN = new PortPattern(Allocation.UNKNOWN, 0, 0, 0);

  /** Ports further apart than this are not one block. */
  static final int MAX_BLOCK = 8192;

  /** A step between two mappings that still counts as the next one, strangers' in between. */
  static final int MAX_STEP = 64;

  /** The same when there is a single step to judge by: 1 in 4,000 random pairs pass. */
  static final int MAX_SINGLE_STEP = 8;

  /** With fewer ports, random ones would too often fall into one block: of 5, 1 in 800 do. */
  static final int MIN_FOR_BLOCK = 5;

  /**
   * Of so many ports one may break a sequence: it begins again at its end, a datagram overtook
   * another, somebody else made a thousand mappings at once.
   */
  private static final int PORTS_PER_BREAK = 8;

  /**
   * With so many, what the margins leave room for counts too: of sixteen ports out of 10,000, one
   * time in five all are within 8,192.
   */
  private static final int MANY = 12;

  private static final int SMALLEST_BLOCK = 256;
  private static final int FIRST_UNPRIVILEGED = 1024;
  private static final int LAST = 65535;

  /** The allocation is not null. */
  public PortPattern {
    Objects.requireNonNull(allocation);
  }

  /**
   * From ports of one public address.
   *
   * @param ports in the order in which the datagrams were sent; a port seen again counts once
   */
  public static PortPattern of(List<Integer> ports) {
    List<Integer> distinct = new ArrayList<>(new LinkedHashSet<>(ports));
    if (distinct.isEmpty()) {
      return UNKNOWN;
    }
    int low = distinct.stream().mapToInt(p -> p).min().orElseThrow();
    int high = distinct.stream().mapToInt(p -> p).max().orElseThrow();
    if (distinct.size() == 1) {
      return new PortPattern(Allocation.UNKNOWN, 0, low, high);
    }
    int step = step(distinct);
    if (step != 0) {
      return new PortPattern(Allocation.SEQUENTIAL, step, low, high);
    }
    int margins = distinct.size() < MANY ? 0 : 2 * margin(low, high, distinct.size());
    if (high - low + margins >= MAX_BLOCK) {
      return around(Allocation.RANDOM, low, high, distinct.size());
    }
    if (distinct.size() < MIN_FOR_BLOCK) {
      return new PortPattern(Allocation.UNKNOWN, 0, low, high);
    }
    PortPattern aligned = aligned(low, high);
    return aligned == null ? around(Allocation.BLOCK, low, high, distinct.size()) : aligned;
  }

  /**
   * From what servers saw, of any number of public addresses: each numbers its ports by itself, and
   * the hardest to predict speaks for all.
   *
   * @param observed in the order in which the datagrams were sent
   */
  public static PortPattern ofObserved(Collection<TransportAddress> observed) {
    Map<InetAddress, Set<Integer>> ports = new LinkedHashMap<>();
    for (TransportAddress address : observed) {
      ports.computeIfAbsent(address.ip(), ip -> new LinkedHashSet<>()).add(address.port());
    }
    PortPattern hardest = UNKNOWN;
    int seen = 0;
    for (Set<Integer> ofAddress : ports.values()) {
      PortPattern pattern = of(List.copyOf(ofAddress));
      int harder = Integer.compare(hardness(pattern), hardness(hardest));
      if (harder > 0 || (harder == 0 && ofAddress.size() > seen)) {
        hardest = pattern;
        seen = ofAddress.size();
      }
    }
    if (hardest.allocation != Allocation.UNKNOWN || ports.size() < 2) {
      return hardest;
    }
    // Too few of each address to say more than this: together they keep to one block.
    PortPattern together = of(observed.stream().map(TransportAddress::port).toList());
    return together.allocation == Allocation.BLOCK ? together : hardest;
  }

  private static int hardness(PortPattern pattern) {
    return pattern.allocation == Allocation.UNKNOWN ? -1 : pattern.allocation.ordinal();
  }

  /** The step of a sequence, or 0 if they are none. */
  private static int step(List<Integer> ports) {
    int most = ports.size() == 2 ? MAX_SINGLE_STEP : MAX_STEP;
    int up = 0;
    int down = 0;
    Map<Integer, Integer> counts = new HashMap<>();
    for (int i = 1; i < ports.size(); i++) {
      int step = ports.get(i) - ports.get(i - 1);
      if (Math.abs(step) <= most) {
        up += step > 0 ? 1 : 0;
        down += step < 0 ? 1 : 0;
        counts.merge(step, 1, Integer::sum);
      }
    }
    int breaks = ports.size() - 1 - Math.max(up, down);
    if (breaks > ports.size() / PORTS_PER_BREAK) {
      return 0;
    }
    int direction = up > down ? 1 : -1;
    return counts.entrySet().stream()
        .filter(e -> e.getKey() * direction > 0)
        .max(
            Map.Entry.<Integer, Integer>comparingByValue()
                .thenComparing(e -> -Math.abs(e.getKey())))
        .orElseThrow()
        .getKey();
  }

  /** The block of a power of two, at a multiple of it, that holds them; null if none fits well. */
  private static PortPattern aligned(int low, int high) {
    int size = SMALLEST_BLOCK;
    while (low / size != high / size) {
      size *= 2;
    }
    boolean fits = size == SMALLEST_BLOCK || size <= 2 * (high - low + 1);
    int first = low / size * size;
    return fits ? new PortPattern(Allocation.BLOCK, 0, first, first + size - 1) : null;
  }

  /** With a margin in which, nineteen times in twenty, the end is that no port fell next to. */
  private static PortPattern around(Allocation allocation, int low, int high, int count) {
    int margin = margin(low, high, count);
    int least = Math.min(FIRST_UNPRIVILEGED, low);
    return new PortPattern(
        allocation, 0, Math.max(least, low - margin), Math.min(LAST, high + margin));
  }

  private static int margin(int low, int high, int count) {
    return 4 * (high - low) / (count - 1);
  }

  /** How many ports there are to be expected, 0 if nothing is known. */
  public int size() {
    return high == 0 ? 0 : high - low + 1;
  }
}
