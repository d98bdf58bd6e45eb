package org.moshpit.agent.path;

import java.util.ArrayDeque;
import java.util.Queue;
import java.util.concurrent.TimeUnit;
import org.moshpit.common.relay.RelayControl;
import org.moshpit.common.relay.RelayControl.Kind;
import org.moshpit.common.relay.RelayWire;
import org.moshpit.common.sansio.Deadlines;
import org.moshpit.common.sansio.Machine;
import org.moshpit.common.sansio.SocketId;
import org.moshpit.common.sansio.Transmit;
import org.moshpit.common.sansio.TransportAddress;

/**
 * One end's way to the rendezvous for what it relays: the link, which is always there, or UDP,
 * which never waits for a lost packet. The other end decides for itself; the rendezvous joins the
 * two.
 *
 * <pre>
 * LINK   --relayed something, 300 ms ago; later by {@link RetrySchedule}--> ASKING
 * ASKING --opened------------------------------------------------------> UDP, 300 ms by both
 * ASKING --three opens in 3 s not answered-----------------------------> LINK
 * UDP    --an open not answered in time; the network changed-----------> DOUBT
 * UDP    --heard over the link, and not by UDP within 200 ms------------> DOUBT
 * UDP    --relayed nothing for 30 s------------------------------------> LINK, at rest
 * DOUBT  --opened------------------------------------------------------> UDP
 * DOUBT  --3 s since the first of these opens--------------------------> LINK
 * any    --cookie void, or another-------------------------------------> LINK
 * </pre>
 *
 * <p>While UDP is used an open is sent every 15 s, which also keeps the NAT's mapping, and as soon
 * as what was sent brings nothing back: for 3.5 s, since mosh says something every 3 s, or for 1 s
 * if it was several datagrams. In time is within 500 ms, or three round trips as last measured if
 * that is longer, at most 2.5 s: an answer takes two. For one thread.
 */
public final class RelayWayMachine implements Machine<RelayWayIn, RelayWayOut> {
  /** A direct path has so long, in nanoseconds, to make all this needless. */
  static final long SETTLE = TimeUnit.MILLISECONDS.toNanos(300);

  /** After the switch to UDP, so long do datagrams take both ways. */
  static final long OVERLAP = TimeUnit.MILLISECONDS.toNanos(300);

  /** How long opens may be unanswered. */
  static final long PATIENCE = TimeUnit.SECONDS.toNanos(3);

  /**
   * From here on an unanswered open is a reason for doubt, or after as many round trips; always
   * before {@link #PATIENCE} is over.
   */
  static final long DOUBTFUL = TimeUnit.MILLISECONDS.toNanos(500);

  /**
   * The rendezvous sends what comes for a silent end both ways: so much later than over the link,
   * in nanoseconds, it is there by UDP, or lost.
   */
  static final long LATE = TimeUnit.MILLISECONDS.toNanos(200);

  private static final int DOUBTFUL_ROUND_TRIPS = 3;
  private static final long DOUBTFUL_AT_MOST = TimeUnit.MILLISECONDS.toNanos(2500);

  /** Between two opens while all is well. */
  static final long KEEPALIVE = TimeUnit.SECONDS.toNanos(15);

  /** Without relaying anything for so long, UDP is given up. */
  static final long IDLE = TimeUnit.SECONDS.toNanos(30);

  private static final long SILENCE = TimeUnit.MILLISECONDS.toNanos(3500);
  private static final long BUSY_SILENCE = TimeUnit.SECONDS.toNanos(1);
  private static final int BUSY = 4;

  /** When opens are sent, from the first; later where the round trip is known to be long. */
  private static final long[] OPENS = {
    0, TimeUnit.MILLISECONDS.toNanos(500), TimeUnit.MILLISECONDS.toNanos(1300)
  };

  private final Queue<Transmit> transmits = new ArrayDeque<>();
  private final Queue<RelayWayOut> events = new ArrayDeque<>();
  private final RetrySchedule retries = new RetrySchedule();
  private RelayWay state = RelayWay.LINK;
  private RelayWayIn.Granted granted;
  private int server;
  private SocketId socket;
  private boolean socketIsIpv6;
  private boolean socketAsked;
  private boolean used;
  private long usedAt;
  private long tryAt = NO_DEADLINE;

  /** Opens sent since {@link #askedAt} without an answer; 0: none is under way. */
  private int opens;

  private long askedAt;

  /** When the opens of this round were sent. */
  private final long[] sentAt = new long[OPENS.length];

  /** Whether one of them brought a challenge, the last one at {@link #challengedAt}. */
  private boolean challenged;

  private long challengedAt;

  /** The round trip to the rendezvous as last measured; 0 unknown. */
  private long rtt;

  private long number;
  private long openedAt;
  private boolean both;
  private long bothUntil;

  /** Datagrams sent by UDP since one came; the first of them at {@link #unansweredSince}. */
  private int unanswered;

  private long unansweredSince;

  /** When it last came by UDP, since that is the way. */
  private long heardAt;

  /** When what came over the link ought to have come by UDP. */
  private long overdueAt = NO_DEADLINE;

  /** Which way it is. */
  public RelayWay way() {
    return state;
  }

  @Override
  public void handle(long now, RelayWayIn event) {
    if (event instanceof RelayWayIn.ToPeer data) {
      toPeer(now, data.bytes());
    } else if (event instanceof RelayWayIn.Received received) {
      received(now, received.from(), received.bytes());
    } else if (event instanceof RelayWayIn.HeardByLink heard) {
      heardByLink(now, heard.size());
    } else if (event instanceof RelayWayIn.Granted grant) {
      granted(now, grant);
    } else if (event instanceof RelayWayIn.Voided gone) {
      forget(gone.reason());
    } else if (event instanceof RelayWayIn.SocketOpened opened) {
      socket = opened.socket();
      socketAsked = false;
    } else if (event instanceof RelayWayIn.SocketFailed) {
      socketAsked = false;
      tryAt = now + retries.failed();
    } else if (event instanceof RelayWayIn.NetworkChanged changed) {
      networkChanged(now, changed.reason());
    }
    advance(now);
  }

  @Override
  public void handleTimeout(long now) {
    advance(now);
  }

  @Override
  public Transmit pollTransmit() {
    return transmits.poll();
  }

  @Override
  public RelayWayOut pollEvent() {
    return events.poll();
  }

  @Override
  public long nextDeadline() {
    if (granted == null) {
      return NO_DEADLINE;
    }
    if (state == RelayWay.LINK) {
      return socketAsked ? NO_DEADLINE : tryAt;
    }
    long next = NO_DEADLINE;
    if (opens > 0) {
      next = askedAt + PATIENCE;
      if (mayOpen()) {
        next = Deadlines.earlier(next, nextOpen());
      }
      if (state == RelayWay.UDP) {
        next = Deadlines.earlier(next, askedAt + doubtful());
      }
    } else if (state == RelayWay.UDP) {
      next = probeAt();
    }
    next = Deadlines.earlier(next, overdueAt);
    return state == RelayWay.UDP ? Deadlines.earlier(next, usedAt + IDLE) : next;
  }

  private long probeAt() {
    long at = openedAt + KEEPALIVE;
    if (unanswered > 0) {
      at = Deadlines.earlier(at, unansweredSince + (unanswered >= BUSY ? BUSY_SILENCE : SILENCE));
    }
    return at;
  }

  // datagrams

  private void toPeer(long now, byte[] bytes) {
    used(now);
    boolean fits = bytes.length > 0 && bytes.length <= RelayWire.MAX_PAYLOAD;
    boolean byUdp = fits && (state == RelayWay.UDP || state == RelayWay.DOUBT);
    if (byUdp) {
      transmit(RelayWire.data(granted.cookie(), bytes));
      if (unanswered++ == 0) {
        unansweredSince = now;
      }
    }
    both &= bothUntil - now > 0;
    if (!byUdp || state == RelayWay.DOUBT || both) {
      events.add(new RelayWayOut.ByLink(bytes));
    }
    if (state == RelayWay.LINK && tryAt == NO_DEADLINE && !socketAsked) {
      tryAt = now + SETTLE;
    }
  }

  private void used(long now) {
    used = true;
    usedAt = now;
  }

  private boolean isInUse(long now) {
    return used && now - usedAt < IDLE;
  }

  private void received(long now, TransportAddress from, byte[] datagram) {
    if (granted == null
        || !granted.servers().contains(from)
        || RelayWire.cookieOf(datagram) != granted.cookie()) {
      return;
    }
    if (RelayWire.isControl(datagram)) {
      RelayControl message = RelayControl.read(datagram, granted.key());
      if (message != null && isOfThisRound(message.number())) {
        control(now, message);
      }
      return;
    }
    byte[] payload = RelayWire.payload(datagram);
    if (payload != null) {
      heardByUdp(now);
      used(now);
      events.add(new RelayWayOut.FromPeer(payload));
    }
  }

  private void heardByLink(long now, int size) {
    boolean either = size <= RelayWire.MAX_PAYLOAD && now - heardAt >= LATE;
    if (state == RelayWay.UDP && either && overdueAt == NO_DEADLINE) {
      overdueAt = now + LATE;
    }
  }

  private void heardByUdp(long now) {
    unanswered = 0;
    heardAt = now;
    overdueAt = NO_DEADLINE;
  }

  /** Each open has a number of its own, so that no answer captured earlier counts. */
  private boolean isOfThisRound(long answered) {
    return answered > number - opens && answered <= number;
  }

  private void control(long now, RelayControl message) {
    if (message.kind() == Kind.CHALLENGE) {
      // the opens of a round have consecutive numbers, the last of which is number
      int open = Math.toIntExact(message.number() - (number - opens)) - 1;
      rtt = now - sentAt[open];
      challenged = true;
      challengedAt = now;
      transmit(message.followedBy(Kind.CONFIRM, message.token()).encode(granted.key()));
    } else if (message.kind() == Kind.OPENED) {
      opens = 0;
      openedAt = now;
      heardByUdp(now);
      retries.reset();
      if (state == RelayWay.ASKING) {
        both = true;
        bothUntil = now + OVERLAP;
      }
      if (state != RelayWay.UDP) {
        become(RelayWay.UDP, "the rendezvous answers by UDP");
      }
    }
  }

  private void transmit(byte[] datagram) {
    transmits.add(new Transmit(socket, server(), datagram));
  }

  private TransportAddress server() {
    return granted.servers().get(server % granted.servers().size());
  }

  // cookies and networks

  private void granted(long now, RelayWayIn.Granted grant) {
    forget("another cookie");
    if (grant.servers().isEmpty() || !RelayWire.isCookie(grant.cookie())) {
      return;
    }
    granted = grant;
    server = 0;
    number = 0;
    rtt = 0;
    retries.reset();
    if (isInUse(now)) {
      tryAt = now + SETTLE;
    }
  }

  private void forget(String why) {
    granted = null;
    tryAt = NO_DEADLINE;
    become(RelayWay.LINK, why);
  }

  private void networkChanged(long now, String why) {
    retries.reset();
    rtt = 0; // of the network before
    if (state == RelayWay.UDP) {
      become(RelayWay.DOUBT, why);
      ask(now);
    } else if (state != RelayWay.LINK) {
      ask(now);
    } else if (tryAt != NO_DEADLINE) {
      tryAt = now;
    }
  }

  // time

  private void advance(long now) {
    if (granted == null) {
      return;
    }
    switch (state) {
      case LINK -> {
        if (tryAt != NO_DEADLINE && tryAt - now <= 0 && !socketAsked) {
          begin(now);
        }
      }
      case ASKING -> askOn(now);
      case UDP -> {
        if (!isInUse(now)) {
          become(RelayWay.LINK, "nothing is relayed");
        } else if (Deadlines.isDue(overdueAt, now)) {
          become(RelayWay.DOUBT, "what came over the link did not come by UDP");
          ask(now);
        } else if (opens == 0) {
          if (probeAt() - now <= 0) {
            ask(now);
          }
        } else {
          if (askedAt + doubtful() - now <= 0) {
            become(RelayWay.DOUBT, "no answer by UDP");
          }
          askOn(now);
        }
      }
      case DOUBT -> askOn(now);
    }
  }

  private void begin(long now) {
    if (socket != null && socketIsIpv6 != server().isIpv6()) {
      events.add(new RelayWayOut.CloseSocket(socket));
      socket = null;
    }
    if (!isInUse(now)) {
      tryAt = NO_DEADLINE;
    } else if (socket == null) {
      socketAsked = true;
      socketIsIpv6 = server().isIpv6();
      events.add(new RelayWayOut.OpenSocket(socketIsIpv6));
    } else {
      tryAt = NO_DEADLINE;
      become(RelayWay.ASKING, "asking " + server());
      ask(now);
    }
  }

  private void ask(long now) {
    opens = 0;
    askedAt = now;
    challenged = false;
    askOn(now);
  }

  private void askOn(long now) {
    if (askedAt + PATIENCE - now <= 0) {
      tryAt = now + retries.failed();
      server++; // the other port, perhaps another address
      become(RelayWay.LINK, "no answer by UDP");
    } else if (mayOpen() && nextOpen() - now <= 0) {
      sentAt[opens] = now;
      opens++;
      transmit(RelayControl.open(granted.cookie(), ++number).encode(granted.key()));
    }
  }

  private boolean mayOpen() {
    return opens < OPENS.length;
  }

  /**
   * Not before the answer to the one before can be there; nor, since a further open voids a
   * challenge, before its confirm has had the time to be answered.
   */
  private long nextOpen() {
    long patience = rtt + rtt / 2;
    long next = askedAt + Math.max(OPENS[opens], opens * patience);
    return challenged ? Deadlines.later(next, challengedAt + Math.max(DOUBTFUL, patience)) : next;
  }

  private long doubtful() {
    return Math.max(DOUBTFUL, Math.min(DOUBTFUL_ROUND_TRIPS * rtt, DOUBTFUL_AT_MOST));
  }

  private void become(RelayWay to, String why) {
    if (to == RelayWay.LINK) {
      opens = 0;
      unanswered = 0;
      both = false;
    }
    if (to != state) {
      overdueAt = NO_DEADLINE;
      events.add(new RelayWayOut.Changed(state, to, why));
      state = to;
    }
  }
}
