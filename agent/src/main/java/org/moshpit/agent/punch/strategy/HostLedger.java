package org.moshpit.agent.punch.strategy;

import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.moshpit.agent.candidates.EmbeddedIpv4;
import org.moshpit.common.sansio.TransportAddress;

/**
 * Which checks went to which hosts within a minute. A host is an IPv4 address, or the 64 bits of an
 * IPv6 address that name its network, because whoever has one address there has all of them; an
 * IPv6 address that stands for an IPv4 one ({@link EmbeddedIpv4}) is that one's host, because there
 * it comes out. For one thread.
 */
public final class HostLedger {
  private static final long WINDOW = TimeUnit.MINUTES.toNanos(1);

  private final int maxHosts;
  private final int hostsPerOwner;
  private final Map<Object, Host> hosts = new HashMap<>();

  private static final class Sent {
    final long at;
    final TransportAddress to;

    Sent(long at, TransportAddress to) {
      this.at = at;
      this.to = to;
    }
  }

  private static final class Host {
    final Object owner;
    final ArrayDeque<Sent> sent = new ArrayDeque<>();

    Host(Object owner) {
      this.owner = owner;
    }

    void sweep(long now) {
      while (!sent.isEmpty() && now - sent.getFirst().at > WINDOW) {
        sent.removeFirst();
      }
    }
  }

  /**
   * Nothing sent yet.
   *
   * @param maxHosts hosts remembered; beyond that nothing new is tried
   * @param hostsPerOwner the most of them that came in with one owner
   */
  public HostLedger(int maxHosts, int hostsPerOwner) {
    this.maxHosts = maxHosts;
    this.hostsPerOwner = hostsPerOwner;
  }

  /** What is one host: two addresses of the same one have equal keys. */
  public static Object host(InetAddress ip) {
    byte[] bytes = ip.getAddress();
    if (bytes.length == 4) {
      return ByteBuffer.wrap(bytes).getInt();
    }
    return EmbeddedIpv4.of(bytes)
        .map(HostLedger::host)
        .orElseGet(() -> ByteBuffer.wrap(bytes).getLong());
  }

  /**
   * Whether one more check may go there at {@code now} (nanoseconds, monotonic).
   *
   * @param owner for whom; a host that is not remembered yet counts as that owner's
   * @param perAddress the most within a minute to that very address
   * @param perHost the most within a minute to all ports and addresses of its host
   */
  public boolean has(long now, Object owner, TransportAddress to, int perAddress, int perHost) {
    Host host = hosts.get(host(to.ip()));
    if (host == null) {
      return isRoom(now, owner);
    }
    host.sweep(now);
    int ofAddress = 0;
    for (Sent each : host.sent) {
      if (each.to.equals(to)) {
        ofAddress++;
      }
    }
    return host.sent.size() < perHost && ofAddress < perAddress;
  }

  /** Counts a check for which {@link #has} has just been true. */
  public void add(long now, Object owner, TransportAddress to) {
    hosts.computeIfAbsent(host(to.ip()), key -> new Host(owner)).sent.addLast(new Sent(now, to));
  }

  /** What went to that very address counts no longer; what went to others of its host does. */
  public void forget(TransportAddress address) {
    Object key = host(address.ip());
    Host host = hosts.get(key);
    if (host != null) {
      host.sent.removeIf(each -> each.to.equals(address));
      if (host.sent.isEmpty()) {
        hosts.remove(key);
      }
    }
  }

  /** Hosts remembered; for tests of the bounds. */
  public int held() {
    return hosts.size();
  }

  private boolean isRoom(long now, Object owner) {
    hosts.values().removeIf(host -> host.sent.isEmpty() || now - host.sent.getLast().at > WINDOW);
    if (hosts.size() >= maxHosts) {
      return false;
    }
    int own = 0;
    for (Host host : hosts.values()) {
      if (host.owner.equals(owner)) {
        own++;
      }
    }
    return own < hostsPerOwner;
  }
}
