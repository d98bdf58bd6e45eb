package org.moshpit.rendezvous.io;

import com.google.protobuf.ByteString;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;
import org.moshpit.rendezvous.core.LinkId;
import org.moshpit.rendezvous.core.TokenBucket;

/**
 * Where each relay's datagrams go, and how many. The core decides the routes; a datagram is routed
 * by the link it came on and its relay number, never by an address.
 */
final class RelaySwitch {
  /** Bytes a second one end of a relay may send. */
  static final int BYTES_PER_SECOND = 256 << 10;

  /** Bytes one end may send at once. */
  static final int BURST = 512 << 10;

  /**
   * Bytes a second one agent may send on all its relays: a hundred busy sessions at mosh's highest
   * rate, and an eighth of what there is.
   */
  static final int AGENT_PER_SECOND = 8 << 20;

  /** Bytes a second all relays together may send. */
  static final int TOTAL_PER_SECOND = 64 << 20;

  /** Agents from which on those that send nothing are forgotten. */
  private static final int MAX_IDLE = 1024;

  private final Map<Integer, Route> routes = new HashMap<>();
  private final Map<String, TokenBucket> agents = new HashMap<>();
  private final TokenBucket total;

  RelaySwitch(long now) {
    total = new TokenBucket(TOTAL_PER_SECOND, TOTAL_PER_SECOND, now);
  }

  /** What to do with a datagram. */
  enum Verdict {
    /** Send it to {@link Decision#to}. */
    FORWARD,
    /** Drop it: over a quota, or the other end is away. */
    DROP,
    /** Ask the core whether this link may take the relay over. */
    ASK
  }

  /** A verdict; {@code to} is set with FORWARD only. */
  record Decision(Verdict verdict, LinkId to) {
    private static final Decision DROPPED = new Decision(Verdict.DROP, null);
    private static final Decision ASKED = new Decision(Verdict.ASK, null);
  }

  private static final class Route {
    LinkId laptop;
    LinkId box;
    final TokenBucket fromLaptop;
    final TokenBucket fromBox;

    Route(long now) {
      fromLaptop = new TokenBucket(BURST, BYTES_PER_SECOND, now);
      fromBox = new TokenBucket(BURST, BYTES_PER_SECOND, now);
    }
  }

  /** Sets a relay's ends; null: away. */
  void route(long now, int relay, LinkId laptop, LinkId box) {
    Route route = routes.computeIfAbsent(relay, r -> new Route(now));
    route.laptop = laptop;
    route.box = box;
  }

  /** Forgets a relay; returns the links that were its ends. */
  List<LinkId> drop(int relay) {
    Route route = routes.remove(relay);
    return route == null
        ? List.of()
        : Stream.of(route.laptop, route.box).filter(Objects::nonNull).toList();
  }

  /**
   * What to do with a datagram.
   *
   * @param from the link it came on
   * @param agent whose link that is
   */
  Decision decide(long now, LinkId from, String agent, int relay, ByteString payload) {
    Route route = routes.get(relay);
    if (route == null) {
      return Decision.ASKED;
    }
    // One agent may be both ends; then its links are two, and this is still unambiguous.
    boolean laptop = from.equals(route.laptop);
    if (!laptop && !from.equals(route.box)) {
      return Decision.ASKED;
    }
    LinkId to = laptop ? route.box : route.laptop;
    TokenBucket bucket = laptop ? route.fromLaptop : route.fromBox;
    int size = payload.size();
    if (to == null
        || !bucket.take(now, size)
        || !ofAgent(now, agent).take(now, size)
        || !total.take(now, size)) {
      return Decision.DROPPED;
    }
    return new Decision(Verdict.FORWARD, to);
  }

  private TokenBucket ofAgent(long now, String agent) {
    TokenBucket bucket = agents.get(agent);
    if (bucket == null) {
      if (agents.size() >= MAX_IDLE) {
        agents.values().removeIf(idle -> idle.isFull(now));
      }
      bucket = new TokenBucket(AGENT_PER_SECOND, AGENT_PER_SECOND, now);
      agents.put(agent, bucket);
    }
    return bucket;
  }
}
