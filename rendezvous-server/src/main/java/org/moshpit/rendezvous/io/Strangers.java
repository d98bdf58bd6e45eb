package org.moshpit.rendezvous.io;

import io.netty.channel.Channel;
import java.net.InetAddress;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import org.moshpit.rendezvous.core.Bytes;

/**
 * The connections that have not logged in, from the first packet on: so many of one network (an
 * IPv4 /24, an IPv6 /56), so many in all. One more closes the oldest, of its network or of all.
 *
 * <p>The oldest, because an agent logs in within two round trips of connecting, while who only
 * occupies places does so for as long as it is let. Were the newest turned away, whoever holds all
 * places keeps everybody out; this way it must open them all anew in the time an agent takes.
 */
final class Strangers {
  private static final int IPV4_PREFIX_BYTES = 3;
  private static final int IPV6_PREFIX_BYTES = 7;

  private final int perNetwork;
  private final int total;
  private final Runnable onReplaced;
  private final Map<Channel, Bytes> all = new LinkedHashMap<>();
  private final Map<Bytes, Set<Channel>> byNetwork = new HashMap<>();

  /**
   * @param perNetwork at least 1
   * @param total at least 1
   * @param onReplaced told of each that is closed for another
   */
  Strangers(int perNetwork, int total, Runnable onReplaced) {
    this.onReplaced = onReplaced;
    this.perNetwork = perNetwork;
    this.total = total;
  }

  /** One more, for which another may be closed. */
  void enter(Channel channel, InetAddress source) {
    Bytes network = network(source);
    Set<Channel> same = byNetwork.get(network);
    if (same != null && same.size() >= perNetwork) {
      close(same.iterator().next());
    } else if (all.size() >= total) {
      close(all.keySet().iterator().next());
    }
    all.put(channel, network);
    byNetwork.computeIfAbsent(network, n -> new LinkedHashSet<>()).add(channel);
  }

  private void close(Channel oldest) {
    leave(oldest);
    oldest.close();
    onReplaced.run();
  }

  /** It has logged in, or is closed. */
  void leave(Channel channel) {
    Bytes network = all.remove(channel);
    if (network != null) {
      byNetwork.computeIfPresent(
          network,
          (n, same) -> {
            same.remove(channel);
            return same.isEmpty() ? null : same;
          });
    }
  }

  private static Bytes network(InetAddress source) {
    byte[] address = source.getAddress();
    return Bytes.of(
        Arrays.copyOf(address, address.length == 4 ? IPV4_PREFIX_BYTES : IPV6_PREFIX_BYTES));
  }
}
