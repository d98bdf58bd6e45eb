package org.moshpit.agent.punch.strategy;

import java.nio.ByteBuffer;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/**
 * Why an end makes no punch of many flows for now, and when it would.
 *
 * @param until nanoseconds, the clock of this end's machines
 */
public record NotNow(Cause cause, long until) {
  /** The longest wait that a peer is believed; budgets are by the hour. */
  static final int MAX_SECONDS = 3900;

  private static final int LENGTH = 1 + 2;

  /** What stands against it. */
  public enum Cause {
    /** This end asks for a wait, and why is not known: a code of a later version. */
    OTHER(0, "the other end asks for it", "the peer asks for it"),
    /** Of what one address may get within an hour, less is left than a punch takes. */
    HOUR(
        1,
        "too few are left of the 2,048 checks an hour that this end may send to one address",
        "too few are left of the 2,048 checks an hour that the peer may send to one address"),
    /** One of another session is under way. */
    ANOTHER(
        2,
        "one for another session is under way here, and they are made one at a time",
        "the peer is making one for another session, and they are made one at a time"),
    /** One has ended, and routers have not forgotten its flows. */
    PAUSE(
        3,
        "this end made one less than half a minute ago, and routers need a pause",
        "the peer made one less than half a minute ago, and routers need a pause"),
    /** Others have waited longer. */
    TURN(
        4,
        "other sessions here have waited longer, and they are made one at a time",
        "other sessions of the peer's have waited longer, and they are made one at a time");

    private final int code;
    private final String here;
    private final String there;

    Cause(int code, String here, String there) {
      this.code = code;
      this.here = here;
      this.there = there;
    }

    /** For a person at the end that has to wait. */
    String here() {
      return here;
    }

    /** For a person at the other end. */
    String there() {
      return there;
    }

    private static Cause ofCode(int code) {
      for (Cause cause : values()) {
        if (cause.code == code) {
          return cause;
        }
      }
      return OTHER;
    }
  }

  /** As it goes on the wire at {@code now}: docs/protocol.md. The wait is rounded up. */
  public byte[] toBytes(long now) {
    long seconds = TimeUnit.NANOSECONDS.toSeconds(until - now + TimeUnit.SECONDS.toNanos(1) - 1);
    short wait = (short) Math.max(1, Math.min(seconds, MAX_SECONDS));
    return ByteBuffer.allocate(LENGTH).put((byte) cause.code).putShort(wait).array();
  }

  /**
   * From bytes a peer sent, which may be anything; empty if they are none of this. What follows
   * them is a later version's.
   */
  public static Optional<NotNow> fromBytes(long now, byte[] bytes) {
    if (bytes.length < LENGTH) {
      return Optional.empty();
    }
    ByteBuffer in = ByteBuffer.wrap(bytes);
    Cause cause = Cause.ofCode(in.get() & 0xff);
    int seconds = in.getShort() & 0xffff;
    if (seconds == 0) {
      return Optional.empty();
    }
    long wait = TimeUnit.SECONDS.toNanos(Math.min(seconds, MAX_SECONDS));
    return Optional.of(new NotNow(cause, now + wait));
  }
}
