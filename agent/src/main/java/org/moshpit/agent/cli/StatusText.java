package org.moshpit.agent.cli;

import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import org.moshpit.agent.control.AgentStatus;
import org.moshpit.agent.control.SessionStatus;

/** The daemon's status for people. */
final class StatusText {
  private static final DateTimeFormatter LOCAL_TIME =
      DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm");

  private StatusText() {}

  static String of(AgentStatus status, ZoneId zone) {
    StringBuilder text = new StringBuilder();
    text.append(
        status.registered()
            ? "Logged in at the rendezvous"
            : "Not logged in: the rendezvous cannot be reached, or refuses this agent");
    if (status.registered() && status.observed() != null) {
      text.append(", seen as ").append(status.observed());
    }
    text.append(".\nNAT: mapping ")
        .append(status.mapping())
        .append(", filtering ")
        .append(status.filtering())
        .append(", allocation ")
        .append(status.allocation())
        .append(".\n");
    if (status.sessions().isEmpty()) {
      return text.append("No sessions.\n").toString();
    }
    TextTable table =
        new TextTable("SESSION", "USER", "FROM", "PATH", "REMOTE", "RTT", "SINCE", "ROAMS", "PORT");
    for (SessionStatus session : status.sessions()) {
      table.row(
          session.id(),
          session.user(),
          session.peer(),
          session.path(),
          session.remote() == null ? "-" : session.remote().toString(),
          session.rttMillis() == null
              ? "-"
              : String.format(Locale.ROOT, "%.0f ms", session.rttMillis()),
          LOCAL_TIME.format(session.since().atZone(zone)),
          Long.toString(session.roams()),
          Integer.toString(session.port()));
    }
    text.append(table);
    for (SessionStatus session : status.sessions()) {
      if (session.reason() != null) {
        text.append(session.id()).append(": ").append(session.reason()).append(".\n");
      }
    }
    return text.toString();
  }
}
