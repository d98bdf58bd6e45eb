package org.moshpit.rendezvous.io;

import java.net.Inet6Address;
import java.net.InetAddress;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import org.moshpit.rendezvous.core.Bytes;

/** How many connections one source may have: an IPv4 address, or an IPv6 /56. */
final class SourceCap {
  private static final int IPV6_PREFIX_BYTES = 7;

  private final int perSource;
  private final int total;
  private final Map<Bytes, Integer> open = new HashMap<>();
  private int all;

  SourceCap(int perSource, int total) {
    this.perSource = perSource;
    this.total = total;
  }

  /** Counts one more, or returns false if that would be too many. */
  boolean enter(InetAddress source) {
    Bytes key = key(source);
    int already = open.getOrDefault(key, 0);
    if (already >= perSource || all >= total) {
      return false;
    }
    open.put(key, already + 1);
    all++;
    return true;
  }

  /** Counts one less of those that {@link #enter} let in. */
  void leave(InetAddress source) {
    open.computeIfPresent(key(source), (key, count) -> count == 1 ? null : count - 1);
    all--;
  }

  private static Bytes key(InetAddress source) {
    byte[] address = source.getAddress();
    return source instanceof Inet6Address
        ? Bytes.of(Arrays.copyOf(address, IPV6_PREFIX_BYTES))
        : Bytes.of(address);
  }
}
