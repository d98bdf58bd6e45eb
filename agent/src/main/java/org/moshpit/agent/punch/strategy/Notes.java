package org.moshpit.agent.punch.strategy;

import java.util.List;
import java.util.concurrent.TimeUnit;
import org.moshpit.common.sansio.Deadlines;
import org.moshpit.common.sansio.Machine;

/** The notes of one generation, both ways: numbered, and said again until they are heard. */
final class Notes {
  /** A note is said again that long after, until the peer has heard it. */
  private static final int[] AGAIN_MILLIS = {100, 200, 400, 800, 1600, 1600, 1600};

  private PortNote told;
  private PortNote heard;
  private boolean heardByPeer;
  private int repeated;
  private long next = Machine.NO_DEADLINE;

  /** What the peer last told, or null. */
  PortNote heard() {
    return heard;
  }

  /**
   * Takes an authentic note of the peer.
   *
   * @return whether it is news
   */
  boolean hear(PortNote note) {
    if (told != null && note.heard() >= told.number()) {
      heardByPeer = true;
      next = Machine.NO_DEADLINE;
    }
    boolean news = heard == null || note.number() > heard.number();
    if (news) {
      heard = note;
    }
    return news;
  }

  /** From now on that is to be said; it is due at once. */
  void tell(
      long now,
      PortKind kind,
      int allowed,
      PortRange span,
      int base,
      int step,
      List<PortRange> meetings) {
    int number = told == null ? 1 : told.number() + 1;
    told = new PortNote(number, 0, kind, allowed, span, base, step, meetings);
    heardByPeer = false;
    repeated = 0;
    schedule(now);
  }

  /** The same again, under a new number: something beside it is new. */
  void tellAgain(long now) {
    if (told != null) {
      tell(
          now, told.kind(), told.allowed(), told.span(), told.base(), told.step(), told.meetings());
    }
  }

  /** What is to be said now; null if there is nothing yet. */
  PortNote current() {
    int known = heard == null ? 0 : heard.number();
    return told == null
        ? null
        : new PortNote(
            told.number(),
            known,
            told.kind(),
            told.allowed(),
            told.span(),
            told.base(),
            told.step(),
            told.meetings());
  }

  /** Whether it is time to say it again; asked once. */
  boolean isDue(long now) {
    if (!Deadlines.isDue(next, now)) {
      return false;
    }
    schedule(now);
    return true;
  }

  private void schedule(long now) {
    next =
        heardByPeer || repeated == AGAIN_MILLIS.length
            ? Machine.NO_DEADLINE
            : now + TimeUnit.MILLISECONDS.toNanos(AGAIN_MILLIS[repeated++]);
  }

  /** When something is due next, or {@link Machine#NO_DEADLINE}. */
  long nextDeadline() {
    return next;
  }
}
