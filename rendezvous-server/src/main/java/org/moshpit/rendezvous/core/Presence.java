package org.moshpit.rendezvous.core;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.moshpit.common.sansio.Machine;
import org.moshpit.common.sansio.TransportAddress;
import org.moshpit.common.wire.SpkiPin;

/** Which links there are, whose they are, and what is known of an agent only while it is here. */
final class Presence {
  private final CoreLimits limits;
  private final Map<LinkId, Link> links = new HashMap<>();
  private final Map<LinkId, Long> loginDeadlines = new LinkedHashMap<>();
  private final Map<String, Here> here = new HashMap<>();
  private final Map<String, Long> quotas = new HashMap<>();
  private final Map<String, Long> forgetDeadlines = new LinkedHashMap<>();

  Presence(CoreLimits limits) {
    this.limits = limits;
  }

  /** One link; {@code agent} is null until it has logged in. */
  static final class Link {
    final LinkId id;
    final Bytes nonce;

    /** The key in its TLS handshake; later links may be presented another. */
    final SpkiPin presented;

    AgentEntry agent;

    /** Its first login was not heard: nothing is, until it logs in again. */
    boolean again;

    boolean box;

    /** Its agent knows relay cookies. */
    boolean relayCookies;

    long epoch;

    /** The link's own until its login, then its agent's: another link gives no more. */
    TokenBucket frames;

    Link(LinkId id, Bytes nonce, SpkiPin presented, TokenBucket frames) {
      this.id = id;
      this.nonce = nonce;
      this.presented = presented;
      this.frames = frames;
    }

    String name() {
      return agent == null ? "" : agent.name();
    }
  }

  /** What is known of an agent since it was first here. */
  static final class Here {
    Link box;
    final Set<Link> visitors = new LinkedHashSet<>();
    long boxSinceMillis;
    long sinceMillis;
    NatWords nat = NatWords.UNKNOWN;
    TransportAddress registered;
    Bytes registeredSocket;
    final Map<Bytes, TransportAddress> sockets = new LinkedHashMap<>(16, 0.75f, true);
    final TokenBucket offers;
    final TokenBucket lookups;
    final TokenBucket publishes;
    final TokenBucket frames;
    final TokenBucket strayDatagrams;

    /** An agent that floods must not flood the log. */
    final TokenBucket quotaNotes;

    Here(CoreLimits limits, long now) {
      offers =
          new TokenBucket(limits.offerBurstPerSender(), 1 / limits.offerSecondsPerSender(), now);
      lookups = new TokenBucket(limits.lookupBurst(), 2, now);
      publishes =
          new TokenBucket(limits.publishBurst(), 1e9 / limits.publishInterval().toNanos(), now);
      frames = limits.frames().bucket(now);
      strayDatagrams = limits.strayDatagrams().bucket(now);
      quotaNotes = new TokenBucket(3, 1 / 60.0, now);
    }

    boolean online() {
      return box != null || !visitors.isEmpty();
    }

    /** Those of these sockets that have been seen, in this order. */
    List<Observed> observed(Iterable<Bytes> ids) {
      List<Observed> seen = new ArrayList<>();
      for (Bytes id : ids) {
        TransportAddress address = sockets.get(id);
        if (address != null) {
          seen.add(new Observed(id, address));
        }
      }
      return seen;
    }
  }

  void connected(long now, LinkId id, Bytes nonce, SpkiPin presented) {
    links.put(id, new Link(id, nonce, presented, limits.strangerFrames().bucket(now)));
    awaitLogin(now, id);
  }

  void awaitLogin(long now, LinkId id) {
    loginDeadlines.remove(id);
    loginDeadlines.put(id, now + limits.loginTimeout().toNanos());
  }

  /** The link, or null if the core has ended it. */
  Link link(LinkId id) {
    return links.get(id);
  }

  List<Link> links() {
    return List.copyOf(links.values());
  }

  /** What is known of this agent; made if there is nothing. */
  Here of(String name, long now) {
    return here.computeIfAbsent(name, n -> new Here(limits, now));
  }

  /** What is known of this agent, or null. */
  Here find(String name) {
    return here.get(name);
  }

  /** The link offers to this box go to, or null. */
  Link box(String name) {
    Here known = here.get(name);
    return known == null ? null : known.box;
  }

  /** Notes that an agent has reached a quota, now and then; counts it always. */
  void noteQuota(long now, Out out, String name, String quota) {
    countQuota(quota);
    if (of(name, now).quotaNotes.take(now, 1)) {
      out.note(CoreCommand.Event.QUOTA, name, quota);
    }
  }

  void countQuota(String quota) {
    quotas.merge(quota, 1L, Long::sum);
  }

  /** How many are here; {@code enrolled} is for others to know. */
  Census census(int enrolled) {
    int boxes = 0;
    int laptops = 0;
    for (Here one : here.values()) {
      boxes += one.box == null ? 0 : 1;
      laptops += one.visitors.isEmpty() ? 0 : 1;
    }
    int strangers = 0;
    for (Link link : links.values()) {
      strangers += link.agent == null ? 1 : 0;
    }
    return new Census(enrolled, boxes, laptops, strangers, quotas);
  }

  /** Makes a link an agent's. */
  void loggedIn(long now, Link link, AgentEntry agent, boolean box, long epoch, long wallMillis) {
    loginDeadlines.remove(link.id);
    forgetDeadlines.remove(agent.name());
    Here known = of(agent.name(), now);
    if (!known.online()) {
      known.sinceMillis = wallMillis;
    }
    link.agent = agent;
    link.box = box;
    link.epoch = epoch;
    link.frames = known.frames;
    if (box) {
      known.box = link;
      known.boxSinceMillis = wallMillis;
    } else {
      known.visitors.add(link);
    }
  }

  /** Takes a link out of everything; true if it was its agent's last. */
  boolean remove(long now, Link link, long wallMillis) {
    links.remove(link.id);
    loginDeadlines.remove(link.id);
    if (link.agent == null) {
      return false;
    }
    Here known = of(link.name(), now);
    known.visitors.remove(link);
    if (known.box == link) {
      known.box = null;
      known.boxSinceMillis = wallMillis;
    }
    if (known.online()) {
      return false;
    }
    known.sinceMillis = wallMillis;
    forgetDeadlines.remove(link.name());
    forgetDeadlines.put(link.name(), now + limits.relayGrace().toNanos());
    return true;
  }

  /** Forgets an agent altogether. */
  void forget(String name) {
    here.remove(name);
    forgetDeadlines.remove(name);
  }

  /** Remembers where a socket was seen; false if that was known. */
  boolean observed(long now, String name, Observed observed, boolean registered) {
    Here known = of(name, now);
    if (registered) {
      known.registered = observed.address();
      known.registeredSocket = observed.socket();
    }
    TransportAddress before = known.sockets.put(observed.socket(), observed.address());
    if (known.sockets.size() > limits.socketsPerAgent()) {
      Iterator<Bytes> oldest = known.sockets.keySet().iterator();
      oldest.next();
      oldest.remove();
    }
    return !observed.address().equals(before);
  }

  /** The links whose time to log in is over, taken out. */
  List<Link> expireLogins(long now) {
    List<Link> late = new ArrayList<>();
    while (due(loginDeadlines, now)) {
      Link link = links.remove(pop(loginDeadlines));
      if (link != null) {
        late.add(link);
      }
    }
    return late;
  }

  /** Forgets the addresses of agents that have been gone for long. */
  void forgetObservations(long now) {
    while (due(forgetDeadlines, now)) {
      Here known = here.get(pop(forgetDeadlines));
      if (known != null) {
        known.sockets.clear();
        known.registered = null;
        known.registeredSocket = null;
      }
    }
  }

  long nextDeadline() {
    return earlier(first(loginDeadlines), first(forgetDeadlines));
  }

  /** Whether the first deadline of a map in order of deadlines has passed. */
  static boolean due(Map<?, Long> deadlines, long now) {
    return !deadlines.isEmpty() && first(deadlines) - now <= 0;
  }

  static long first(Map<?, Long> deadlines) {
    return deadlines.isEmpty() ? Machine.NO_DEADLINE : deadlines.values().iterator().next();
  }

  static <K> K pop(Map<K, Long> deadlines) {
    Iterator<K> keys = deadlines.keySet().iterator();
    K key = keys.next();
    keys.remove();
    return key;
  }

  static long earlier(long a, long b) {
    if (a == Machine.NO_DEADLINE) {
      return b;
    }
    return b == Machine.NO_DEADLINE || a - b <= 0 ? a : b;
  }
}
