package org.moshpit.common.process;

import sun.misc.Signal;

/** SIGHUP, on which daemons read their settings again; without this the JVM would end. */
public final class HangUp {
  private HangUp() {}

  /**
   * Runs that at every SIGHUP, on a thread of its own, once more if another came meanwhile.
   *
   * @return false where there is no such signal
   */
  public static boolean run(Runnable action) {
    try {
      Signal.handle(new Signal("HUP"), signal -> locked(action));
      return true;
    } catch (IllegalArgumentException e) {
      return false; // another system, or -Xrs
    }
  }

  private static void locked(Runnable action) {
    synchronized (HangUp.class) {
      action.run();
    }
  }
}
