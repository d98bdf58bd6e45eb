package org.moshpit.common.wire;

/** The constants both ends of a link agree on. */
public final class Link {
  /** The application protocol both ends must choose (RFC 7301). */
  public static final String ALPN = "moshpit/1";

  /** The oldest protocol version this build speaks. */
  public static final int VERSION_MIN = 1;

  /** The newest protocol version this build speaks. */
  public static final int VERSION_MAX = 1;

  /** Where a rendezvous listens unless told otherwise: TLS on TCP, STUN on UDP, and port + 1. */
  public static final int DEFAULT_PORT = 3478;

  /** The largest message in one frame, in bytes, without its length. */
  public static final int MAX_FRAME = 65536;

  /** The same before the login, where a Login and an Enroll are all that is said. */
  public static final int MAX_STRANGER_FRAME = 1024;

  /** How often an agent pings an otherwise silent link, in milliseconds. */
  public static final long PING_MILLIS = 20_000;

  /** After how long without any frame either end takes the link for dead, in milliseconds. */
  public static final long DEAD_MILLIS = 50_000;

  private Link() {}
}
