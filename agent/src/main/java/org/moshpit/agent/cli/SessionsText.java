package org.moshpit.agent.cli;

import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.List;
import org.moshpit.agent.control.SessionEntry;

/** Sessions for people. */
final class SessionsText {
  private static final DateTimeFormatter LOCAL_TIME =
      DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm");
  private static final int SHORTEST = 8;

  private SessionsText() {}

  static String of(List<SessionEntry> sessions, Instant now, ZoneId zone) {
    if (sessions.isEmpty()) {
      return "No sessions.\n";
    }
    int length = distinct(sessions);
    TextTable table =
        new TextTable(
            "SESSION", "USER", "FROM", "PATH", "SINCE", "HEARD", "KEPT UNTIL", "PORT", "PID");
    for (SessionEntry session : sessions) {
      table.row(
          session.id().substring(0, Math.min(length, session.id().length())),
          session.user(),
          session.peer(),
          session.path(),
          LOCAL_TIME.format(session.since().atZone(zone)),
          session.heard() == null ? "-" : ago(Duration.between(session.heard(), now)),
          session.ends() == null ? "-" : until(session.ends(), now, zone),
          Integer.toString(session.port()),
          session.pid() == null ? "-" : Long.toString(session.pid()));
    }
    return table.toString();
  }

  /** How many digits tell them apart. */
  private static int distinct(List<SessionEntry> sessions) {
    int length = SHORTEST;
    for (int i = 0; i < sessions.size(); i++) {
      for (int j = 0; j < i; j++) {
        length = Math.max(length, common(sessions.get(i).id(), sessions.get(j).id()) + 1);
      }
    }
    return length;
  }

  private static int common(String one, String other) {
    int length = 0;
    while (length < Math.min(one.length(), other.length())
        && one.charAt(length) == other.charAt(length)) {
      length++;
    }
    return length;
  }

  private static String until(Instant ends, Instant now, ZoneId zone) {
    return ends.isAfter(now) ? LOCAL_TIME.format(ends.atZone(zone)) : "being ended";
  }

  /** To the second below a minute, to the minute below an hour, and so on. */
  static String ago(Duration length) {
    long seconds = Math.max(0, length.toSeconds());
    if (seconds < 60) {
      return seconds + " s ago";
    }
    if (seconds < 3_600) {
      return seconds / 60 + " min ago";
    }
    return seconds < 48 * 3_600 ? seconds / 3_600 + " h ago" : seconds / 86_400 + " d ago";
  }
}
