package org.moshpit.rendezvous.page;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * The last 24 hours, minute by minute, in arrays of fixed size, 48 kB. Minutes are counted by
 * monotonic time, so that setting the wall clock neither loses nor repeats any.
 */
public final class History {
  /** How many minutes are kept. */
  public static final int MINUTES = 24 * 60;

  private final long begin;
  private final long[] number = new long[MINUTES];
  private final int[] online = new int[MINUTES];
  private final int[] relay = new int[MINUTES];
  private final int[] direct = new int[MINUTES];
  private final int[] away = new int[MINUTES];
  private final long[] bytes = new long[MINUTES];

  /** Empty; {@code now} is monotonic nanoseconds. */
  public History(long now) {
    begin = now;
    Arrays.fill(number, -1);
  }

  /** The number of the minute that {@code now} is in; 0 is the first. */
  private long minute(long now) {
    return Math.floorDiv(now - begin, TimeUnit.MINUTES.toNanos(1));
  }

  /** Puts down the minute that {@code now} is in; a second time within it replaces the first. */
  public void put(long now, Minute is) {
    long minute = minute(now);
    int slot = (int) Math.floorMod(minute, (long) MINUTES);
    number[slot] = minute;
    online[slot] = is.online();
    relay[slot] = is.relay();
    direct[slot] = is.direct();
    away[slot] = is.away();
    bytes[slot] = is.bytes();
  }

  /** The minutes up to the one that {@code now} is in, oldest first, {@link #MINUTES} of them. */
  public List<Minute> until(long now) {
    long last = minute(now);
    List<Minute> minutes = new ArrayList<>(MINUTES);
    for (long minute = last - MINUTES + 1; minute <= last; minute++) {
      int slot = (int) Math.floorMod(minute, (long) MINUTES);
      minutes.add(
          minute >= 0 && number[slot] == minute
              ? new Minute(true, online[slot], relay[slot], direct[slot], away[slot], bytes[slot])
              : Minute.UNKNOWN);
    }
    return minutes;
  }
}
