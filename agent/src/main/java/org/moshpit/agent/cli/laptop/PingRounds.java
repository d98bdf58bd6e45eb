package org.moshpit.agent.cli.laptop;

import java.util.ArrayDeque;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.moshpit.agent.path.PathKind;
import org.moshpit.agent.path.PathOut;
import org.moshpit.common.sansio.Deadlines;
import org.moshpit.common.sansio.Machine;
import org.moshpit.common.sansio.Transmit;

/**
 * When a ping asks, what it prints, and when it is over. The first question leaves at once, the
 * second soon after, each other one second after the one before; and one as soon as there is a
 * direct path.
 */
final class PingRounds implements Machine<PingRounds.In, PingRounds.Out> {
  private static final long FIRST_GAP = TimeUnit.MILLISECONDS.toNanos(200);
  private static final long GAP = TimeUnit.SECONDS.toNanos(1);

  /** Nobody waits longer for an answer. */
  private static final long LOST_AFTER = TimeUnit.SECONDS.toNanos(2);

  /** What it is told. */
  sealed interface In {
    /** The box has answered. */
    record Begun(PathKind path, String reason) implements In {}

    /** What carries datagrams now, and why. */
    record Changed(PathKind path, String reason) implements In {}

    /** A question came back. */
    record Back(PathOut.RoundTrip trip) implements In {}
  }

  /** What it wants. */
  sealed interface Out {
    /** Ask; the number comes back with the answer. */
    record Ask(int number) implements Out {}

    /** Print that line. */
    record Say(String line) implements Out {}

    /** It was enough. */
    record Over() implements Out {}
  }

  private final String name;
  private final int wanted;
  private final ArrayDeque<Out> out = new ArrayDeque<>();

  /** Number → when it counts as lost. */
  private final Map<Integer, Long> waiting = new LinkedHashMap<>();

  private PathKind path = PathKind.NONE;
  private String reason = "";
  private String shown = "";
  private boolean begun;
  private boolean over;
  private long begunAt;
  private long nextAsk;
  private long directAfter = -1;
  private int asked;
  private int relayed;
  private long relayedNanos;
  private int direct;
  private long directNanos;

  /**
   * A ping of that box.
   *
   * @param wanted how many, or {@link Ping#ENDLESS}
   */
  PingRounds(String name, int wanted) {
    this.name = name;
    this.wanted = wanted;
  }

  @Override
  public void handle(long now, In event) {
    if (event instanceof In.Begun started) {
      begun = true;
      begunAt = now;
      nextAsk = now;
      path = started.path();
      reason = started.reason();
      noteDirect(now);
    } else if (event instanceof In.Changed changed) {
      path = changed.path();
      reason = changed.reason();
      noteDirect(now);
    } else if (event instanceof In.Back back && waiting.remove(back.trip().number()) != null) {
      count(back.trip());
    }
    advance(now);
  }

  @Override
  public void handleTimeout(long now) {
    advance(now);
  }

  private void noteDirect(long now) {
    if (begun && path == PathKind.DIRECT && directAfter < 0) {
      directAfter = now - begunAt;
      nextAsk = now;
    }
  }

  private void count(PathOut.RoundTrip trip) {
    boolean isDirect = trip.path() == PathKind.DIRECT;
    if (isDirect) {
      direct++;
      directNanos += trip.rttNanos();
    } else {
      relayed++;
      relayedNanos += trip.rttNanos();
    }
    String way = isDirect ? " direct " + trip.remote() : " over the relay";
    say(name + way + ": " + millis(trip.rttNanos()), !isDirect);
  }

  /** With why it is on the relay, if that has not been told yet. */
  private void say(String line, boolean withReason) {
    boolean news = withReason && path != PathKind.DIRECT && !reason.equals(shown);
    shown = news ? reason : shown;
    out.add(new Out.Say(news ? line + "   (" + reason + ")" : line));
  }

  private void advance(long now) {
    if (!begun || over) {
      return;
    }
    Iterator<Long> lost = waiting.values().iterator();
    while (lost.hasNext() && lost.next() - now <= 0) {
      lost.remove();
      say(name + ": no answer within 2 s", true);
    }
    if (!isAllAsked() && nextAsk - now <= 0) {
      asked++;
      waiting.put(asked, now + LOST_AFTER);
      nextAsk = now + (asked == 1 && path != PathKind.DIRECT ? FIRST_GAP : GAP);
      out.add(new Out.Ask(asked));
    }
    if (isAllAsked() && waiting.isEmpty()) {
      over = true;
      out.add(new Out.Over());
    }
  }

  private boolean isAllAsked() {
    return wanted != Ping.ENDLESS && asked >= wanted;
  }

  /** Whether any came back. */
  boolean isAnyBack() {
    return relayed + direct > 0;
  }

  /** For the last line; empty if nothing was asked. */
  String summary() {
    if (asked == 0) {
      return "";
    }
    int back = relayed + direct;
    StringBuilder line = new StringBuilder();
    int lost = asked - back - waiting.size();
    line.append(lost > 0 ? back + " of " + (back + lost) : Integer.toString(back));
    line.append(back + Math.max(lost, 0) == 1 ? " round trip" : " round trips");
    if (relayed > 0) {
      line.append(", ").append(relayed).append(" over the relay (");
      line.append(millis(relayedNanos / relayed)).append(")");
    }
    if (direct > 0) {
      line.append(", ").append(direct).append(" direct (");
      line.append(millis(directNanos / direct)).append(")");
    }
    if (directAfter >= 0) {
      line.append(String.format(Locale.ROOT, "; direct after %.1f s", directAfter / 1e9));
    }
    if (path != PathKind.DIRECT) {
      line.append("; on the relay: ").append(reason);
    }
    return line.toString();
  }

  private static String millis(long nanos) {
    double millis = nanos / 1e6;
    return String.format(Locale.ROOT, millis < 10 ? "%.1f ms" : "%.0f ms", millis);
  }

  /** Never: it asks by an event. */
  @Override
  public Transmit pollTransmit() {
    return null;
  }

  @Override
  public Out pollEvent() {
    return out.poll();
  }

  @Override
  public long nextDeadline() {
    if (!begun || over) {
      return NO_DEADLINE;
    }
    long next = isAllAsked() ? NO_DEADLINE : nextAsk;
    for (long lost : waiting.values()) {
      next = Deadlines.earlier(next, lost);
    }
    return next;
  }
}
