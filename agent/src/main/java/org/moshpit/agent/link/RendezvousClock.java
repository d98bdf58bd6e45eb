package org.moshpit.agent.link;

import java.util.function.LongSupplier;
import org.moshpit.agent.netwatch.BootClock;

/**
 * The rendezvous' clock as an agent knows it: what it was told, counted on by the clock since boot.
 * So neither sleep nor somebody setting this computer's clock puts it wrong. Immutable; any thread.
 */
public final class RendezvousClock {
  private final long toldMillis;
  private final long toldAt;
  private final LongSupplier boot;

  private RendezvousClock(long toldMillis, LongSupplier boot) {
    this.toldMillis = toldMillis;
    this.boot = boot;
    this.toldAt = boot.getAsLong();
  }

  /**
   * It reads that now.
   *
   * @param unixMillis milliseconds since 1970
   */
  public static RendezvousClock told(long unixMillis) {
    return told(unixMillis, BootClock::millis);
  }

  /**
   * The same, counted on by another clock.
   *
   * @param boot milliseconds, that go on during sleep and that nobody sets
   */
  public static RendezvousClock told(long unixMillis, LongSupplier boot) {
    return new RendezvousClock(unixMillis, boot);
  }

  /**
   * Before it was told: this computer's own, and how far the rendezvous' was ahead the last time.
   *
   * @param aheadMillis 0 if that is not known
   */
  public static RendezvousClock guessed(long aheadMillis) {
    return told(System.currentTimeMillis() + aheadMillis);
  }

  /** What it reads now, milliseconds since 1970. */
  public long unixMillis() {
    return toldMillis + boot.getAsLong() - toldAt;
  }

  /** How far it is ahead of this computer's wall clock now, in milliseconds. */
  public long aheadMillis() {
    return unixMillis() - System.currentTimeMillis();
  }
}
