package org.moshpit.agent.cli;

import java.time.ZoneId;
import org.moshpit.agent.control.AgentStatus;
import org.moshpit.agent.control.SessionStatus;
import org.moshpit.common.text.Cell;
import org.moshpit.common.text.Human;
import org.moshpit.common.text.Screen;
import org.moshpit.common.text.Style;
import org.moshpit.common.text.TextTable;

/** The daemon's status for people. */
final class StatusText {
  private StatusText() {}

  static String of(AgentStatus status, ZoneId zone, Screen screen) {
    StringBuilder text = new StringBuilder();
    text.append(login(status, screen));
    text.append(
        screen.wrapped(
            "NAT: mapping "
                + status.mapping()
                + ", filtering "
                + status.filtering()
                + ", allocation "
                + status.allocation()
                + "."));
    if (status.hostKey() != null) {
      text.append(screen.wrapped("Host key: " + status.hostKey()));
    }
    if (status.sessions().isEmpty()) {
      return text.append(
              screen.wrapped(
                  "No sessions on this host; those that agent connect opened from here are not"
                      + " listed."))
          .toString();
    }
    int digits = Human.digits(status.sessions().stream().map(SessionStatus::id).toList());
    text.append('\n').append(table(status, digits, zone).on(screen));
    for (SessionStatus session : status.sessions()) {
      if (session.reason() != null) {
        text.append(
            screen.wrapped(Human.shortened(session.id(), digits) + ": " + session.reason() + "."));
      }
    }
    return text.toString();
  }

  private static String login(AgentStatus status, Screen screen) {
    String state = status.registered() ? "Logged in" : "Not logged in";
    String more =
        !status.registered()
            ? status.problem() == null
                ? " yet: on the way to the rendezvous."
                : ": " + status.problem() + "."
            : status.observed() == null
                ? " at the rendezvous; no answer by UDP from there yet: its UDP ports (usually 3478"
                    + " and 3479) may be shut, or UDP blocked here."
                : " at the rendezvous, seen as " + status.observed() + ".";
    // wrapped as it is seen, then coloured: what colours takes no room
    return screen.styled(status.registered() ? Style.GOOD : Style.BAD, state)
        + screen.wrapped(state + more).substring(state.length());
  }

  private static TextTable table(AgentStatus status, int digits, ZoneId zone) {
    TextTable table =
        new TextTable()
            .column("SESSION")
            .column("USER", 2, 8)
            .column("FROM", 3, 8)
            .column("PATH")
            .column("REMOTE", 4, 0)
            .column("RTT", 1, 0)
            .column("IN", 6, 0)
            .column("OUT", 5, 0)
            .column("ROAMS", 7, 0)
            .column("SINCE", 8, 0)
            .column("PORT", 9, 0);
    for (SessionStatus session : status.sessions()) {
      table.row(
          Human.shortened(session.id(), digits),
          session.user(),
          session.peer(),
          Cell.path(session.path()),
          session.remote(),
          Human.millis(session.rttMillis()),
          Human.bytes(session.receivedBytes()),
          Human.bytes(session.sentBytes()),
          session.roams(),
          Human.time(session.since(), zone),
          session.port());
    }
    return table;
  }
}
