package org.moshpit.rendezvous.io;

import com.google.protobuf.ByteString;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.moshpit.common.relay.RelayWire;
import org.moshpit.rendezvous.core.LinkId;
import org.moshpit.rendezvous.core.RelayUse;
import org.moshpit.rendezvous.core.TokenBucket;
import org.moshpit.rendezvous.io.Meter.RelayDrop;
import org.moshpit.rendezvous.responder.RelayDoor;
import org.moshpit.rendezvous.responder.RelayEnd;

/**
 * Where each relay's datagrams go, and how many. The core decides the routes; a datagram is routed
 * by the link it came on and its relay number, or by the cookie of that end, never by an address.
 *
 * <p>An end is answered by the way it speaks: over the link, by UDP, or, for a second after it
 * spoke over both, by both. One that has not spoken by UDP for a second may have lost it without
 * knowing: it is sent to by both. The quotas are the same for either way.
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

  /**
   * For so long after an end spoke over its link is it answered there, too; and an end that has not
   * spoken by UDP for so long is sent to by its link as well; nanoseconds.
   */
  static final long BOTH_WAYS = TimeUnit.SECONDS.toNanos(1);

  private final RelayDoor door;
  private final Map<Integer, Route> routes = new HashMap<>();
  private final Map<String, TokenBucket> agents = new HashMap<>();
  private final TokenBucket total;
  private long carried;

  /**
   * Without routes.
   *
   * @param door is told which cookies are good
   */
  RelaySwitch(long now, RelayDoor door) {
    this.door = door;
    total = new TokenBucket(TOTAL_PER_SECOND, TOTAL_PER_SECOND, now);
  }

  /** What to do with a datagram. */
  enum Verdict {
    /** Send it as the {@link Decision} says. */
    FORWARD,
    /** Drop it: over a quota, or the other end is away. */
    DROP,
    /** Ask the core whether this link may take the relay over. */
    ASK
  }

  /**
   * A verdict; with FORWARD one of {@code to} and {@code udp} is set, or both.
   *
   * @param to over this link
   * @param udp by UDP to there
   * @param drop why, with DROP
   */
  record Decision(Verdict verdict, LinkId to, RelayEnd udp, RelayDrop drop) {
    private static final Decision ASKED = new Decision(Verdict.ASK, null, null);

    Decision(Verdict verdict, LinkId to, RelayEnd udp) {
      this(verdict, to, udp, null);
    }

    private static Decision dropped(RelayDrop reason) {
      return new Decision(Verdict.DROP, null, null, reason);
    }
  }

  private static final class Route {
    final End laptop;
    final End box;
    long bytes;
    long carriedAt;

    Route(long now) {
      laptop = new End(now);
      box = new End(now);
    }

    End other(End end) {
      return end == laptop ? box : laptop;
    }
  }

  /** One end of a relay; without a link it is away. */
  private static final class End {
    final TokenBucket bucket;
    LinkId link;
    RelayEnd udp;
    long linkHeardAt;

    End(long now) {
      bucket = new TokenBucket(BURST, BYTES_PER_SECOND, now);
      linkHeardAt = now - 2 * BOTH_WAYS;
    }

    boolean isByUdp(long now, int size) {
      return udp != null
          && size <= RelayWire.MAX_PAYLOAD
          && udp.isOpen(now)
          && linkHeardAt - udp.heardAt() < BOTH_WAYS;
    }
  }

  /** Sets a relay's ends; null: away. The cookie of an end that is another link's now is void. */
  void route(long now, int relay, LinkId laptop, LinkId box) {
    Route route = routes.computeIfAbsent(relay, r -> new Route(now));
    set(route.laptop, laptop);
    set(route.box, box);
  }

  private void set(End end, LinkId link) {
    if (!Objects.equals(end.link, link)) {
      dismiss(end);
    }
    end.link = link;
  }

  private void dismiss(End end) {
    if (end.udp != null) {
      door.dismiss(end.udp);
      end.udp = null;
    }
  }

  /** A cookie for the end of a relay that this link is; nothing happens if it is none. */
  void admit(LinkId link, RelayEnd udp) {
    Route route = routes.get(udp.relay());
    End end = route == null ? null : endOf(route, link);
    if (end != null) {
      dismiss(end);
      end.udp = udp;
      door.admit(udp);
    }
  }

  /** One agent may be both ends; then its links are two, and this is still unambiguous. */
  private static End endOf(Route route, LinkId link) {
    if (link.equals(route.laptop.link)) {
      return route.laptop;
    }
    return link.equals(route.box.link) ? route.box : null;
  }

  /** How many relays there are. */
  int size() {
    return routes.size();
  }

  /** Payload passed on by all relays so far, bytes. */
  long carried() {
    return carried;
  }

  /** What each relay has carried, by its number. */
  Map<Integer, RelayUse> use(long now) {
    Map<Integer, RelayUse> use = new HashMap<>();
    routes.forEach(
        (relay, route) ->
            use.put(
                relay,
                route.bytes == 0
                    ? RelayUse.NONE
                    : new RelayUse(route.bytes, now - route.carriedAt)));
    return use;
  }

  /** Forgets a relay; returns the links that were its ends. */
  List<LinkId> drop(int relay) {
    Route route = routes.remove(relay);
    if (route == null) {
      return List.of();
    }
    dismiss(route.laptop);
    dismiss(route.box);
    return Stream.of(route.laptop.link, route.box.link).filter(Objects::nonNull).toList();
  }

  /**
   * What to do with a datagram from a link.
   *
   * @param from the link it came on
   * @param agent whose link that is
   */
  Decision decide(long now, LinkId from, String agent, int relay, ByteString payload) {
    Route route = routes.get(relay);
    End end = route == null ? null : endOf(route, from);
    if (end == null) {
      return Decision.ASKED;
    }
    end.linkHeardAt = now;
    return pass(now, route, end, agent, payload.size());
  }

  /**
   * What to do with a datagram that came by UDP.
   *
   * @param from whose cookie it has
   * @param agent whose link was given that
   * @param size of the payload, bytes
   */
  Decision decide(long now, RelayEnd from, String agent, int size) {
    Route route = routes.get(from.relay());
    if (route == null || (route.laptop.udp != from && route.box.udp != from)) {
      return Decision.dropped(RelayDrop.AWAY); // it was under way when the cookie became void
    }
    End end = route.laptop.udp == from ? route.laptop : route.box;
    return pass(now, route, end, agent, size);
  }

  private Decision pass(long now, Route route, End from, String agent, int size) {
    End to = route.other(from);
    if (to.link == null) {
      return Decision.dropped(RelayDrop.AWAY);
    }
    if (!from.bucket.take(now, size)) {
      return Decision.dropped(RelayDrop.QUOTA_OF_END);
    }
    if (!ofAgent(now, agent).take(now, size)) {
      return Decision.dropped(RelayDrop.QUOTA_OF_AGENT);
    }
    if (!total.take(now, size)) {
      return Decision.dropped(RelayDrop.QUOTA_OF_ALL);
    }
    carried += size;
    route.bytes += size;
    route.carriedAt = now;
    boolean byUdp = to.isByUdp(now, size);
    boolean silent = byUdp && now - to.udp.heardAt() >= BOTH_WAYS;
    boolean byLink = !byUdp || silent || now - to.linkHeardAt < BOTH_WAYS;
    return new Decision(Verdict.FORWARD, byLink ? to.link : null, byUdp ? to.udp : null);
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
