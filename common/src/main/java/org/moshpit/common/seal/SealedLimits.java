package org.moshpit.common.seal;

/** Bounds of what is sealed; lengths in bytes. Both sides refuse what is outside. */
public final class SealedLimits {
  /** A whole sealed message. */
  public static final int MESSAGE = 49152;

  public static final int KEY = 32;
  public static final int TAG = 16;
  public static final int REALM = 32;
  public static final int NONCE = 32;
  public static final int ORDER = 16;
  public static final int HASH = 32;
  public static final int SECRET = 32;

  /** A payload, so that its message stays within {@link #MESSAGE}. */
  public static final int PAYLOAD = MESSAGE - KEY - TAG;

  /** Keys in one offer. */
  public static final int KEYS = 6;

  public static final int STATEMENT = 4096;
  public static final int REQUEST = 16384;
  public static final int USER = 128;
  public static final int ARGUMENTS = 256;
  public static final int SERVER_PATH = 1024;
  public static final int LOCALES = 32;
  public static final int COLORS = 16777216;
  public static final int CANDIDATES = 32;

  /** A sentence for a person, in characters. */
  public static final int SENTENCE = 512;

  /**
   * How long after its first offer an order may be offered again, in milliseconds; the box
   * remembers it for longer than any of its offers could pass.
   */
  public static final long ORDER_MILLIS = 300_000;

  /** A round trip or a delay longer than this is taken for this long, in milliseconds. */
  public static final int MILLIS = 10_000;

  private SealedLimits() {}
}
