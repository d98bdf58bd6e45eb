package org.moshpit.common.web;

import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.Predicate;

/**
 * Who is connected: so many in all, and fewer from one source, so that no source has all places.
 * For one more goes whoever has been at the same thing for longest, of its source where that has
 * too many, else of all; not whom the daemon is about to answer. For one thread.
 *
 * @param <C> a connection
 */
final class Places<C> {
  /** Bytes of an IPv6 address that one network's owner cannot choose: a /56. */
  private static final int IPV6_PREFIX = 7;

  private static final ByteBuffer LOOPBACK = ByteBuffer.allocate(0);

  private final int all;
  private final int ofOneSource;
  private final Predicate<C> mayGo;
  private final Consumer<C> close;

  /** By when they came or began something else. */
  private final Map<C, ByteBuffer> sources = new LinkedHashMap<>();

  /**
   * Nobody is there yet.
   *
   * @param mayGo whether a connection may be closed for another
   * @param close closes it
   */
  Places(int all, int ofOneSource, Predicate<C> mayGo, Consumer<C> close) {
    this.all = all;
    this.ofOneSource = ofOneSource;
    this.mayGo = mayGo;
    this.close = close;
  }

  /** Whether there is a place for it, or could be made. */
  boolean admit(C connection, InetAddress from) {
    ByteBuffer source = source(from);
    long same = sources.values().stream().filter(source::equals).count();
    boolean room = same >= ofOneSource ? makeRoom(source) : sources.size() < all || makeRoom(null);
    if (room) {
      sources.put(connection, source);
    }
    return room;
  }

  /** It has begun something else. */
  void moved(C connection) {
    ByteBuffer source = sources.remove(connection);
    if (source != null) {
      sources.put(connection, source);
    }
  }

  void gone(C connection) {
    sources.remove(connection);
  }

  private boolean makeRoom(ByteBuffer source) {
    for (Map.Entry<C, ByteBuffer> one : sources.entrySet()) {
      C connection = one.getKey();
      if ((source == null || source.equals(one.getValue())) && mayGo.test(connection)) {
        sources.remove(connection);
        close.accept(connection);
        return true;
      }
    }
    return false;
  }

  /** All of 127.0.0.0/8 is one: who is on this machine chooses among them. */
  private static ByteBuffer source(InetAddress from) {
    if (from.isLoopbackAddress()) {
      return LOOPBACK;
    }
    byte[] ip = from.getAddress();
    return ByteBuffer.wrap(ip, 0, ip.length == 4 ? 4 : IPV6_PREFIX);
  }
}
