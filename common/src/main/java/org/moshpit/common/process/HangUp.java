package org.moshpit.common.process;

import sun.misc.Signal;

/**
 * SIGHUP, on which daemons read their settings again; without this the JVM would end. One that
 * comes while a daemon still begins waits until it has begun.
 */
public final class HangUp {
  private Runnable action;
  private boolean waits;

  HangUp() {}

  /** From now on the signal ends nothing; where there is none (-Xrs), none comes. */
  public static HangUp listen() {
    HangUp hangUp = new HangUp();
    try {
      Signal.handle(new Signal("HUP"), signal -> hangUp.came());
    } catch (IllegalArgumentException e) {
      // another system, or -Xrs
    }
    return hangUp;
  }

  /**
   * Runs that at every SIGHUP, on a thread of its own, once more if another came meanwhile; and
   * now, once, if any came before.
   */
  public synchronized void run(Runnable action) {
    this.action = action;
    if (waits) {
      waits = false;
      action.run();
    }
  }

  synchronized void came() {
    if (action == null) {
      waits = true;
    } else {
      action.run();
    }
  }
}
