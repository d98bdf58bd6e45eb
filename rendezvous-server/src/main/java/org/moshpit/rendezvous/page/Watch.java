package org.moshpit.rendezvous.page;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import org.moshpit.rendezvous.core.AgentView;
import org.moshpit.rendezvous.core.RelayUse;
import org.moshpit.rendezvous.core.SessionView;
import org.moshpit.rendezvous.core.Survey;

/** Looks each minute and remembers; for one thread. */
public final class Watch {
  private final History history;
  private long relayedBytes;

  /** Has seen nothing; {@code now} is monotonic nanoseconds. */
  public Watch(long now) {
    history = new History(now);
  }

  /** Puts down how it stands; to be called once a minute. */
  public void minute(long now, Survey survey) {
    Map<Carrier, Integer> by = byCarrier(survey);
    long bytes = survey.relayedBytes() - relayedBytes;
    relayedBytes = survey.relayedBytes();
    history.put(
        now,
        new Minute(
            true,
            (int) survey.agents().stream().filter(AgentView::online).count(),
            by.get(Carrier.RELAY),
            by.get(Carrier.NOT_RELAY),
            by.get(Carrier.AWAY),
            bytes));
  }

  /**
   * What the page shows.
   *
   * @param now monotonic nanoseconds
   * @param unixMillis the wall clock
   * @param host the rendezvous' public address
   */
  public Status status(long now, long unixMillis, String host, Survey survey) {
    List<Status.Session> sessions = new ArrayList<>();
    for (SessionView view : survey.sessions()) {
      RelayUse use = use(survey, view);
      sessions.add(
          new Status.Session(
              view.laptop(),
              view.box(),
              Carrier.of(view, use),
              view.sinceMillis(),
              use.bytes(),
              use.silentNanos()));
    }
    sessions.sort(
        Comparator.comparing(Status.Session::laptop)
            .thenComparing(Status.Session::box)
            .thenComparing(Status.Session::sinceMillis));
    return new Status(
        unixMillis, host, survey.agents(), sessions, survey.relayedBytes(), history.until(now));
  }

  private static RelayUse use(Survey survey, SessionView session) {
    return survey.use().getOrDefault(session.relay(), RelayUse.NONE);
  }

  private static Map<Carrier, Integer> byCarrier(Survey survey) {
    Map<Carrier, Integer> by = new EnumMap<>(Carrier.class);
    for (Carrier carrier : Carrier.values()) {
      by.put(carrier, 0);
    }
    survey.sessions().forEach(s -> by.merge(Carrier.of(s, use(survey, s)), 1, Integer::sum));
    return by;
  }
}
