package org.moshpit.agent.cli;

import java.time.ZoneId;
import org.moshpit.agent.control.AgentStatus;
import org.moshpit.agent.control.LocalStatus;
import org.moshpit.agent.control.SessionStatus;
import org.moshpit.common.text.Cell;
import org.moshpit.common.text.Human;
import org.moshpit.common.text.Screen;
import org.moshpit.common.text.Style;
import org.moshpit.common.text.TextTable;

/** The daemon's status for people. */
final class StatusText {
  private StatusText() {}

  static String of(LocalStatus seen, ZoneId zone, Screen screen) {
    AgentStatus status = seen.status();
    return head(status, screen)
        + (seen.system() == null ? "" : beside(seen.system(), screen))
        + sessions(status, zone, screen)
        + Notes.beneath(seen.notes(), screen);
  }

  /** Of root's agent, in one sentence: its NAT is the same network's. */
  private static String beside(AgentStatus system, Screen screen) {
    return screen.wrapped(
        "Root's agent, which serves you here, too: " + Sentences.continued(words(system)) + ".");
  }

  private static String head(AgentStatus status, Screen screen) {
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
    return text.toString();
  }

  private static String sessions(AgentStatus status, ZoneId zone, Screen screen) {
    StringBuilder text = new StringBuilder();
    if (status.sessions().isEmpty()) {
      return text.append(
              screen.wrapped(
                  "No sessions to show; those that agent connect opened from here are not"
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
    String state = state(status);
    // wrapped as it is seen, then coloured: what colours takes no room
    return screen.styled(status.registered() ? Style.GOOD : Style.BAD, state)
        + screen.wrapped(words(status)).substring(state.length());
  }

  private static String state(AgentStatus status) {
    return status.registered() ? "Logged in" : "Not logged in";
  }

  private static String words(AgentStatus status) {
    return state(status)
        + (!status.registered()
            ? status.problem() == null
                ? " yet: on the way to the rendezvous."
                : ": " + status.problem() + "."
            : status.observed() == null
                ? " at the rendezvous; no answer by UDP from there yet: its UDP ports (usually 3478"
                    + " and 3479) may be shut, or UDP blocked here."
                : " at the rendezvous, seen as " + status.observed() + ".");
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
