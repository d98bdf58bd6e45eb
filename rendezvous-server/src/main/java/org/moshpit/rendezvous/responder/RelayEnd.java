package org.moshpit.rendezvous.responder;

import java.security.MessageDigest;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.moshpit.common.relay.RelayControl;
import org.moshpit.common.relay.RelayControl.Kind;
import org.moshpit.common.relay.RelayWire;
import org.moshpit.common.sansio.TransportAddress;

/**
 * One end of a relay, as its cookie lets it use UDP. Safe for any thread.
 *
 * <pre>
 * closed, open --open with a number above all before--> challenged there; an open end stays open
 * challenged   --confirm of that number, with its token, from that address--> open, at that address
 * open         --data or confirm from its address, within 30 s--> open
 * open         --30 s without--> closed: nothing is sent to it, data brings it back
 * any          --dismissed--> void
 * </pre>
 */
public final class RelayEnd {
  /** An end that has not been heard for so long, in nanoseconds, is not sent to. */
  public static final long SILENT = TimeUnit.SECONDS.toNanos(30);

  /**
   * A proof of the address is good for so long, in nanoseconds: data can be sent in somebody's
   * name, and agents prove it anew every 15 s while they use it.
   */
  public static final long PROVEN = TimeUnit.SECONDS.toNanos(60);

  /** Opens that are answered at once, and the nanoseconds until one more is. */
  private static final int BURST = 12;

  private static final long OPEN_EVERY = TimeUnit.MILLISECONDS.toNanos(250);

  /** Datagrams of one end that may wait for the relay at a time. */
  private static final int MAX_WAITING = 64;

  private record Place(TransportAddress address, RelayOutlet outlet) {}

  private final long cookie;
  private final byte[] key;
  private final int relay;
  private final long link;
  private final AtomicInteger waiting = new AtomicInteger();
  private volatile Place place;
  private volatile long heardAt;
  private volatile long provenAt;
  private volatile boolean dismissed;
  private long lastNumber;
  private TransportAddress challenged;
  private long opensUntil;

  /**
   * A closed end.
   *
   * @param now monotonic nanoseconds
   * @param cookie as {@link RelayWire} has it
   * @param key 32 bytes
   * @param relay the relay's number
   * @param link the link that was given the cookie
   */
  public RelayEnd(long now, long cookie, byte[] key, int relay, long link) {
    this.cookie = cookie;
    this.key = key.clone();
    this.relay = relay;
    this.link = link;
    this.opensUntil = now - BURST * OPEN_EVERY;
    this.heardAt = now;
  }

  long cookie() {
    return cookie;
  }

  byte[] key() {
    return key;
  }

  /** The relay's number. */
  public int relay() {
    return relay;
  }

  /** The link that was given the cookie. */
  public long link() {
    return link;
  }

  /** When it was last heard, monotonic nanoseconds; if never, when it was made. */
  public long heardAt() {
    return heardAt;
  }

  /** Whether it can be sent to. */
  public boolean isOpen(long now) {
    return place != null && !dismissed && now - heardAt < SILENT && now - provenAt < PROVEN;
  }

  /** The address it proved to be at last; null if none, or if it is void. */
  TransportAddress address() {
    Place at = place;
    return at == null || dismissed ? null : at.address();
  }

  /** Sends this payload to where it is; nothing happens if that is nowhere. */
  public void send(byte[] payload) {
    Place at = place;
    if (at != null && !dismissed) {
      at.outlet().send(at.address(), RelayWire.data(cookie, payload));
    }
  }

  /** Whether one more of its datagrams may wait for the relay; {@link #taken} says it does not. */
  public boolean mayWait() {
    if (waiting.incrementAndGet() <= MAX_WAITING) {
      return true;
    }
    waiting.decrementAndGet();
    return false;
  }

  /** A datagram that waited does so no more. */
  public void taken() {
    waiting.decrementAndGet();
  }

  /** The cookie is void. */
  void dismiss() {
    dismissed = true;
    place = null;
  }

  /** Whether its data is taken from that address; then it was heard. */
  boolean heard(long now, TransportAddress source) {
    Place at = place;
    if (at == null || dismissed || !at.address().equals(source)) {
      return false;
    }
    heardAt = now;
    return true;
  }

  /** The answer to an authentic open; null: silence. */
  synchronized RelayControl opened(
      long now, RelayControl open, TransportAddress source, byte[] token) {
    if (dismissed || open.number() <= lastNumber || !mayOpen(now)) {
      return null;
    }
    lastNumber = open.number();
    challenged = source;
    return open.followedBy(Kind.CHALLENGE, token);
  }

  private boolean mayOpen(long now) {
    long earliest = now - BURST * OPEN_EVERY;
    long next = (opensUntil - earliest < 0 ? earliest : opensUntil) + OPEN_EVERY;
    if (next - now > 0) {
      return false;
    }
    opensUntil = next;
    return true;
  }

  /** The answer to an authentic confirm; null: silence. Each challenge is good for one. */
  synchronized RelayControl confirmed(
      long now, RelayControl confirm, TransportAddress source, byte[] token, RelayOutlet outlet) {
    if (dismissed
        || confirm.number() != lastNumber
        || !source.equals(challenged)
        || !MessageDigest.isEqual(confirm.token(), token)) {
      return null;
    }
    challenged = null;
    heardAt = now;
    provenAt = now;
    place = new Place(source, outlet);
    return confirm.followedBy(Kind.OPENED, token);
  }
}
