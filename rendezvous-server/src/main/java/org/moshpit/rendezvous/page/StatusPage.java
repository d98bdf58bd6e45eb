package org.moshpit.rendezvous.page;

import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.moshpit.rendezvous.core.AgentView;

/** The page, whole, as HTML. */
public final class StatusPage {
  /** Rows of a table; a page of more is no use to a person, nor to their browser. */
  static final int MAX_ROWS = 500;

  private static final int MAX_ADDRESSES = 4;

  private StatusPage() {}

  /** Renders it. */
  public static String of(Status status) {
    Html out = new Html();
    begin(out, status.host());
    out.raw("<header><h1>Rendezvous ")
        .text(status.host())
        .raw("</h1>\n<p>As of <span id=\"as-of\">");
    out.text(Words.time(status.unixMillis()));
    out.raw(" UTC</span>. <a href=\"/\" id=\"refresh\">Refresh</a>")
        .raw("<span id=\"auto\" hidden> <label><input type=\"checkbox\" id=\"every\" checked>")
        .raw(" every 30 s</label></span></p></header>\n<main id=\"main\">\n");
    figures(out, status);
    out.raw("<section><h2>Who reaches whom</h2>\n");
    Picture.draw(out, status.sessions());
    legend(out);
    sessions(out, status);
    out.raw("</section>\n<section><h2>The last 24 hours</h2>\n<h3>Sessions at once</h3>\n");
    Charts.sessions(out, status.minutes());
    out.raw("<h3>Relay traffic, bytes a second</h3>\n");
    Charts.traffic(out, status.minutes());
    Tables.history(out, status);
    out.raw("</section>\n");
    agents(out, status.agents());
    limits(out);
    return out.raw("</main>\n</body></html>\n").toString();
  }

  static void begin(Html out, String title) {
    out.raw("<!DOCTYPE html>\n<html lang=\"en\"><head><meta charset=\"utf-8\">\n<title>")
        .text("Rendezvous " + title)
        .raw("</title>\n<meta name=\"viewport\" content=\"width=device-width\">\n")
        .raw("<meta name=\"color-scheme\" content=\"light dark\">\n")
        .raw("<link rel=\"stylesheet\" href=\"/page.css\">\n")
        .raw("<script src=\"/page.js\" defer></script></head><body>\n");
  }

  private static void figures(Html out, Status status) {
    Minute last = Minute.UNKNOWN;
    for (Minute minute : status.minutes()) {
      last = minute.known() ? minute : last;
    }
    long online = status.agents().stream().filter(AgentView::online).count();
    out.raw("<dl class=\"figures\">");
    figure(out, online + " of " + status.agents().size(), "agents online");
    for (Carrier carrier : Carrier.values()) {
      figure(out, Long.toString(status.count(carrier)), "sessions: " + carrier.words());
    }
    figure(out, last.known() ? Words.bytes(last.bytes()) : "–", "relayed in the last whole minute");
    figure(out, Words.bytes(status.relayedBytes()), "relayed since the start");
    out.raw("</dl>\n");
  }

  private static void figure(Html out, String value, String name) {
    out.raw("<div>").element("dt", name).element("dd", value).raw("</div>");
  }

  private static void legend(Html out) {
    out.raw("<ul class=\"legend\">");
    for (Carrier carrier : Carrier.values()) {
      out.raw("<li><svg aria-hidden=\"true\" viewBox=\"0 0 28 8\"><g class=\"line ")
          .raw(carrier.styleClass())
          .raw("\"><path d=\"M0 4H28\"/></g></svg> ")
          .text(carrier.words())
          .raw("</li>");
    }
    out.raw("</ul>\n");
  }

  private static void sessions(Html out, Status status) {
    if (status.sessions().isEmpty()) {
      return;
    }
    Tables.begin(out, "Sessions", "Laptop", "Box", "Path", "Since (UTC)", "Relayed", "Relay last");
    for (Status.Session session : Tables.shown(status.sessions())) {
      out.raw("<tr>")
          .element("th scope=\"row\"", session.laptop())
          .element("td class=\"name\"", session.box())
          .cell(session.carrier().words())
          .cell(Words.time(session.sinceMillis()))
          .number(Words.bytes(session.bytes()))
          .cell(
              session.silentNanos() == Long.MAX_VALUE
                  ? "never"
                  : Words.span(session.silentNanos()) + " ago")
          .raw("</tr>\n");
    }
    Tables.end(out, status.sessions().size());
  }

  private static void agents(Html out, List<AgentView> agents) {
    out.raw("<section><h2>Agents</h2>\n");
    if (agents.isEmpty()) {
      out.raw("<p>None is enrolled.</p>\n</section>\n");
      return;
    }
    Tables.begin(
        out,
        "Agents",
        "Name",
        "State",
        "Since (UTC)",
        "Observed at",
        "Mapping",
        "Filtering",
        "Ports");
    for (AgentView agent : Tables.shown(agents)) {
      out.raw("<tr>")
          .element("th scope=\"row\"", agent.name())
          .cell(agent.online() ? "online" : "offline")
          .cell(Words.time(agent.sinceMillis()))
          .cell(addresses(agent))
          .element("td class=\"w\"", agent.nat().mapping())
          .element("td class=\"w\"", agent.nat().filtering())
          .cell(agent.nat().allocation())
          .raw("</tr>\n");
    }
    Tables.end(out, agents.size());
    out.raw("</section>\n");
  }

  private static String addresses(AgentView agent) {
    Set<String> all = new LinkedHashSet<>();
    if (agent.observed() != null) {
      all.add(agent.observed().toString());
    }
    for (AgentView.SessionSocket socket : agent.sockets()) {
      if (socket.observed() != null) {
        all.add(socket.observed().toString());
      }
    }
    String shown = String.join(", ", all.stream().limit(MAX_ADDRESSES).toList());
    return all.isEmpty()
        ? "–"
        : shown + (all.size() > MAX_ADDRESSES ? " and " + (all.size() - MAX_ADDRESSES) : "");
  }

  private static void limits(Html out) {
    out.raw(
        """
        <section><h2>What this page cannot know</h2>
        <ul>
        <li>A direct path does not pass the rendezvous. “Not on the relay” means: both ends are
        here and their relay was silent for a minute. That is a direct path, or a session in which
        nobody says anything, as of a laptop that sleeps.</li>
        <li>“An end is away” says that a link is missing, not that the session stands still: on a
        direct path it goes on without the rendezvous.</li>
        <li>A session is known from the answer that opened it here until an end closes its relay.
        After a restart of the rendezvous, until an end asks again, it is not known.</li>
        <li>A mosh-server that took the agent's port over (<code>--handover</code>) is not on the
        relay, and mosh's own roaming is not seen.</li>
        <li>What an agent says of its NAT is its own word; an address is where its sockets were seen
        from here, which its peer may see elsewhere.</li>
        <li>What is said in a session, and how much goes over direct paths.</li>
        </ul></section>
        """);
  }
}
