package org.moshpit.agent.cli;

import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.util.List;
import org.moshpit.agent.control.LocalSessions;
import org.moshpit.agent.control.SessionEntry;
import org.moshpit.common.text.Cell;
import org.moshpit.common.text.Human;
import org.moshpit.common.text.Screen;
import org.moshpit.common.text.Style;
import org.moshpit.common.text.TextTable;

/** Sessions for people. */
final class SessionsText {
  private SessionsText() {}

  static String of(LocalSessions seen, Instant now, ZoneId zone, Screen screen) {
    return of(seen.sessions(), now, zone, screen) + Notes.beneath(seen.notes(), screen);
  }

  static String of(List<SessionEntry> sessions, Instant now, ZoneId zone, Screen screen) {
    if (sessions.isEmpty()) {
      return "No sessions.\n";
    }
    int digits = Human.digits(sessions.stream().map(SessionEntry::id).toList());
    TextTable table =
        new TextTable()
            .column("SESSION")
            .column("USER", 1, 8)
            .column("FROM", 2, 8)
            .column("PATH")
            .column("SINCE", 5, 0)
            .column("HEARD", 3, 0)
            .column("KEPT UNTIL", 4, 0)
            .column("PORT", 6, 0)
            .column("PID", 7, 0);
    for (SessionEntry session : sessions) {
      table.row(
          Human.shortened(session.id(), digits),
          session.user(),
          session.peer(),
          Cell.path(session.path()),
          Human.time(session.since(), zone),
          session.heard() == null ? null : Human.ago(Duration.between(session.heard(), now)),
          until(session.ends(), now, zone),
          session.port(),
          session.pid());
    }
    return table.on(screen);
  }

  private static Cell until(Instant ends, Instant now, ZoneId zone) {
    return ends == null || ends.isAfter(now)
        ? Cell.of(Human.time(ends, zone))
        : new Cell("being ended", Style.FAIR);
  }
}
