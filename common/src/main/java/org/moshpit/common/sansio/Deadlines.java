package org.moshpit.common.sansio;

/** Arithmetic on moments of a clock that may wrap. */
public final class Deadlines {
  private Deadlines() {}

  /** The earlier of two deadlines, either of which may be {@link Machine#NO_DEADLINE}. */
  public static long earlier(long one, long other) {
    if (one == Machine.NO_DEADLINE) {
      return other;
    }
    if (other == Machine.NO_DEADLINE) {
      return one;
    }
    return one - other <= 0 ? one : other;
  }

  /** The later of two moments. */
  public static long later(long one, long other) {
    return one - other >= 0 ? one : other;
  }

  /** Whether {@code deadline} has come; never for {@link Machine#NO_DEADLINE}. */
  public static boolean isDue(long deadline, long now) {
    return deadline != Machine.NO_DEADLINE && deadline - now <= 0;
  }
}
