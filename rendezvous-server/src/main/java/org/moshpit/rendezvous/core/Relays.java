package org.moshpit.rendezvous.core;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.random.RandomGenerator;
import org.moshpit.common.relay.RelayWire;
import org.moshpit.common.wire.LinkLimits;
import org.moshpit.rendezvous.core.CoreCommand.AdmitCookie;
import org.moshpit.rendezvous.core.CoreCommand.DropRelay;
import org.moshpit.rendezvous.core.CoreCommand.Event;
import org.moshpit.rendezvous.core.CoreCommand.RouteRelay;
import org.moshpit.rendezvous.core.Presence.Link;

/**
 * The relays: each one a session between the two agents that exchanged offer and answer, with the
 * sockets each end named for it.
 *
 * <pre>
 * (none) --answer says admitted--------------------------> open
 * open   --the laptop's link is gone---------------------> waiting, for relayGrace
 * waiting--the laptop uses the relay again---------------> open
 * open, waiting --either end closes it, is revoked, or the wait is over--> (none)
 * </pre>
 *
 * <p>An open relay whose box is away stays for as long as its laptop does: when the box is back it
 * carries at once, and nobody has to find out that. A box outlives its laptops, so that the reverse
 * would leave relays behind.
 *
 * <p>An end is an agent, that is a link key; which of its links carries the relay may change. A
 * newer link of the laptop takes the relay over by using it, so a link that died unnoticed does not
 * hold it.
 *
 * <p>A link whose agent knows cookies is given one for each relay it becomes an end of, by which it
 * may use UDP; the cookie is void when that end is another link's, or nobody's.
 */
final class Relays {
  private final CoreLimits limits;
  private final Presence presence;
  private final Out out;
  private final RandomGenerator random;
  private final Map<Integer, Relay> relays = new HashMap<>();
  private final Map<String, Set<Relay>> byAgent = new HashMap<>();
  private final Map<Integer, Long> waiting = new LinkedHashMap<>();

  Relays(CoreLimits limits, Presence presence, Out out, RandomGenerator random) {
    this.limits = limits;
    this.presence = presence;
    this.out = out;
    this.random = random;
  }

  /** One relay; a link is null while that end is away. */
  static final class Relay {
    final int number;
    final Bytes session;
    final String laptopName;
    final String boxName;
    final long sinceMillis;
    Link laptop;
    Link box;

    /** The links that have the cookies of either end; null: there is none. */
    Link laptopWithCookie;

    Link boxWithCookie;
    final Set<Bytes> laptopSockets = new LinkedHashSet<>();
    final Set<Bytes> boxSockets = new LinkedHashSet<>();

    /** Whether one more hint passes; null before the first. */
    TokenBucket hints;

    Relay(int number, Bytes session, String laptopName, String boxName, long sinceMillis) {
      this.number = number;
      this.session = session;
      this.laptopName = laptopName;
      this.boxName = boxName;
      this.sinceMillis = sinceMillis;
    }
  }

  boolean isFree(int number) {
    return number != 0 && !relays.containsKey(number);
  }

  /** The relay of this session between these two, or null. */
  Relay find(Bytes session, String laptop, String box) {
    for (Relay relay : of(laptop)) {
      if (relay.session.equals(session)
          && relay.laptopName.equals(laptop)
          && relay.boxName.equals(box)) {
        return relay;
      }
    }
    return null;
  }

  /** Those an agent is an end of. */
  Collection<Relay> of(String agent) {
    return byAgent.getOrDefault(agent, Set.of());
  }

  /** Whether one more would pass a quota. */
  boolean full(String laptop, String box) {
    return relays.size() >= limits.relaysInTotal()
        || of(laptop).size() >= limits.relaysPerAgent()
        || of(box).size() >= limits.relaysPerAgent();
  }

  /** Opens a relay, or gives one that goes on new links and sockets. */
  Relay open(
      long wallMillis,
      int number,
      Bytes session,
      Link laptop,
      Link box,
      Collection<Bytes> laptopSockets,
      Collection<Bytes> boxSockets) {
    Relay relay = relays.get(number);
    if (relay == null) {
      relay = new Relay(number, session, laptop.name(), box.name(), wallMillis);
      relays.put(number, relay);
      byAgent.computeIfAbsent(relay.laptopName, n -> new LinkedHashSet<>()).add(relay);
      byAgent.computeIfAbsent(relay.boxName, n -> new LinkedHashSet<>()).add(relay);
      out.note(Event.RELAY_OPENED, relay.boxName, "for " + relay.laptopName);
    }
    relay.laptop = laptop;
    relay.box = box;
    replace(relay.laptopSockets, laptopSockets);
    replace(relay.boxSockets, boxSockets);
    route(relay);
    return relay;
  }

  private static void replace(Set<Bytes> sockets, Collection<Bytes> latest) {
    // The latest exchange speaks of the sockets in use now, but may name none at all.
    if (!latest.isEmpty()) {
      sockets.clear();
      latest.stream().limit(LinkLimits.MAX_SOCKETS).forEach(sockets::add);
    }
  }

  /** A link is gone: its relays wait for another. */
  void linkGone(long now, Link link) {
    for (Relay relay : of(link.name())) {
      boolean was = false;
      if (relay.laptop == link) {
        relay.laptop = null;
        was = true;
      }
      if (relay.box == link) {
        relay.box = null;
        was = true;
      }
      if (was) {
        if (relay.laptop == null) {
          waiting.putIfAbsent(relay.number, now + limits.relayGrace().toNanos());
        }
        route(relay);
      }
    }
  }

  /** A box logged in: it carries its relays on. */
  void boxHere(long now, Link box) {
    for (Relay relay : of(box.name())) {
      if (relay.boxName.equals(box.name())) {
        relay.box = box;
        resumed(now, relay, box, relay.laptopName, relay.laptopSockets);
      }
    }
  }

  /**
   * The relay of this number as this link's, which takes it over if its agent is an end of it;
   * null, and the link is told, if there is none or it is not the agent's.
   */
  Relay use(long now, Link link, int number) {
    Relay relay = relays.get(number);
    if (relay != null && (relay.laptop == link || relay.box == link)) {
      return relay;
    }
    if (relay != null && !link.box && relay.laptopName.equals(link.name())) {
      if (relay.laptop == null || relay.laptop.epoch < link.epoch) {
        relay.laptop = link;
        resumed(now, relay, link, relay.boxName, relay.boxSockets);
        return relay;
      }
    }
    out.send(
        link.id, new RendezvousFrame.RelayClosed(number, "the rendezvous has this relay no more"));
    return null;
  }

  private void resumed(long now, Relay relay, Link end, String peer, Set<Bytes> peerSockets) {
    if (relay.laptop != null) {
      waiting.remove(relay.number);
    }
    route(relay);
    for (Observed observed : presence.of(peer, now).observed(peerSockets)) {
      out.send(end.id, new RendezvousFrame.PeerObserved(relay.number, observed));
    }
  }

  /**
   * An agent's socket was seen somewhere new: the other end of each of its relays is told.
   *
   * @return how many were
   */
  int observed(String agent, Observed observed) {
    int told = 0;
    for (Relay relay : of(agent)) {
      if (relay.laptopName.equals(agent) && relay.laptopSockets.contains(observed.socket())) {
        tell(relay.box, relay.number, observed);
        told++;
      }
      if (relay.boxName.equals(agent) && relay.boxSockets.contains(observed.socket())) {
        tell(relay.laptop, relay.number, observed);
        told++;
      }
    }
    return told;
  }

  private void tell(Link end, int number, Observed observed) {
    if (end != null) {
      out.send(end.id, new RendezvousFrame.PeerObserved(number, observed));
    }
  }

  /** Passes a hint to the other end, not too often. */
  void hint(long now, Link link, AgentFrame.Hint hint) {
    Relay relay = use(now, link, hint.relay());
    if (relay == null || !relay.session.equals(hint.session())) {
      return;
    }
    if (relay.hints == null) {
      relay.hints = limits.hints().bucket(now);
    }
    if (!relay.hints.take(now, 1)) {
      out.note(Event.IGNORED, link.name(), "hint too soon");
      return;
    }
    Link other = relay.box == link ? relay.laptop : relay.box;
    if (other != null) {
      out.send(other.id, new RendezvousFrame.Hinted(relay.number, relay.session));
    }
  }

  /** One end closes a relay. */
  void close(long now, Link link, int number) {
    Relay relay = use(now, link, number);
    if (relay != null) {
      drop(relay, relay.laptop == link ? relay.box : relay.laptop, "closed by the other end");
    }
  }

  /** Ends every relay of an agent. */
  void closeAll(String agent, String reason) {
    for (Relay relay : List.copyOf(of(agent))) {
      drop(relay, relay.laptopName.equals(agent) ? relay.box : relay.laptop, reason);
    }
  }

  /** Ends the relays whose wait is over. */
  void handleTimeout(long now) {
    while (Presence.due(waiting, now)) {
      Relay relay = relays.get(Presence.pop(waiting));
      if (relay != null) {
        drop(relay, relay.laptop == null ? relay.box : relay.laptop, "the other end is gone");
      }
    }
  }

  long nextDeadline() {
    return Presence.first(waiting);
  }

  /** The sessions of an agent with the sockets it named for them. */
  List<AgentView.SessionSocket> sessionSockets(String agent, Presence.Here here) {
    List<AgentView.SessionSocket> sockets = new ArrayList<>();
    for (Relay relay : of(agent)) {
      Set<Bytes> own = relay.laptopName.equals(agent) ? relay.laptopSockets : relay.boxSockets;
      for (Bytes socket : own) {
        sockets.add(new AgentView.SessionSocket(relay.session, here.sockets.get(socket)));
      }
    }
    return sockets;
  }

  /** All of them, in no order. */
  List<SessionView> sessions() {
    List<SessionView> views = new ArrayList<>(relays.size());
    for (Relay relay : relays.values()) {
      views.add(
          new SessionView(
              relay.number,
              relay.laptopName,
              relay.boxName,
              relay.laptop != null,
              relay.box != null,
              relay.sinceMillis));
    }
    return views;
  }

  private void route(Relay relay) {
    out.add(
        new RouteRelay(
            relay.number,
            relay.laptop == null ? null : relay.laptop.id,
            relay.box == null ? null : relay.box.id));
    if (relay.laptop != relay.laptopWithCookie) {
      relay.laptopWithCookie = relay.laptop;
      giveCookie(relay.number, relay.laptop);
    }
    if (relay.box != relay.boxWithCookie) {
      relay.boxWithCookie = relay.box;
      giveCookie(relay.number, relay.box);
    }
  }

  /** Behind the route, which voids the cookie of the link before. */
  private void giveCookie(int relay, Link link) {
    if (link == null || !link.relayCookies) {
      return;
    }
    byte[] cookie = ByteBuffer.allocate(RelayWire.COOKIE).putLong(newCookie()).array();
    byte[] key = new byte[RelayWire.KEY];
    random.nextBytes(key);
    out.add(new AdmitCookie(relay, link.id, Bytes.of(cookie), Bytes.of(key)));
    out.send(link.id, new RendezvousFrame.RelayCookie(relay, Bytes.of(cookie), Bytes.of(key)));
  }

  private long newCookie() {
    return RelayWire.cookie(random.nextLong());
  }

  private void drop(Relay relay, Link toTell, String reason) {
    relays.remove(relay.number);
    waiting.remove(relay.number);
    unindex(relay.laptopName, relay);
    unindex(relay.boxName, relay);
    out.add(new DropRelay(relay.number));
    if (toTell != null) {
      out.send(toTell.id, new RendezvousFrame.RelayClosed(relay.number, reason));
    }
    out.note(Event.RELAY_CLOSED, relay.boxName, reason);
  }

  private void unindex(String agent, Relay relay) {
    byAgent.computeIfPresent(
        agent,
        (name, set) -> {
          set.remove(relay);
          return set.isEmpty() ? null : set;
        });
  }
}
