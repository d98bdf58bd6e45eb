package org.moshpit.rendezvous.core;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;
import org.moshpit.common.identity.BoxName;
import org.moshpit.rendezvous.core.CoreCommand.Event;
import org.moshpit.rendezvous.core.CoreCommand.Failed;
import org.moshpit.rendezvous.core.CoreCommand.Invited;
import org.moshpit.rendezvous.core.CoreCommand.Listed;
import org.moshpit.rendezvous.core.CoreCommand.Revoked;
import org.moshpit.rendezvous.core.Presence.Here;
import org.moshpit.rendezvous.core.Presence.Link;

/** What an operator asks for. */
final class Desk {
  private static final int MAX_USES = 1000;
  private static final int MAX_INVITES = 10_000;
  private static final int MAX_SEES = 256;
  private static final long MAX_MILLIS = Duration.ofDays(3660).toMillis();

  private final Directory directory;
  private final Presence presence;
  private final Relays relays;
  private final Gate gate;
  private final Publisher publisher;
  private final Out out;

  Desk(
      Directory directory,
      Presence presence,
      Relays relays,
      Gate gate,
      Publisher publisher,
      Out out) {
    this.directory = directory;
    this.presence = presence;
    this.relays = relays;
    this.gate = gate;
    this.publisher = publisher;
    this.out = out;
  }

  void invite(long wall, CoreInput.InviteAsked asked) {
    String wrong = wrong(asked);
    if (wrong != null) {
      out.add(new Failed(asked.request(), wrong));
      return;
    }
    Bytes token = gate.newToken();
    long expires = wall + asked.millis();
    directory.put(
        new Invite(
            token.sha256(),
            asked.name(),
            asked.role(),
            new TreeSet<>(asked.sees()),
            asked.uses(),
            expires));
    out.add(new Invited(asked.request(), token, asked.name(), expires));
  }

  private String wrong(CoreInput.InviteAsked asked) {
    String rule = " is not a name: it needs 1 to 63 lower-case letters, digits and inner hyphens.";
    if (!asked.name().isEmpty() && !BoxName.isValid(asked.name())) {
      return "'" + asked.name() + "'" + rule;
    }
    for (String seen : asked.sees()) {
      if (!BoxName.isValid(seen)) {
        return "'" + seen + "'" + rule;
      }
    }
    if (asked.sees().size() > MAX_SEES) {
      return "An invite shows at most " + MAX_SEES + " boxes.";
    }
    if (!asked.name().isEmpty() && directory.agent(asked.name()) != null) {
      return "The name " + asked.name() + " is enrolled already; revoke it first.";
    }
    if (!asked.name().isEmpty() && asked.uses() != 1) {
      return "An invite with a name has one use.";
    }
    if (asked.uses() < 1 || asked.uses() > MAX_USES) {
      return "An invite has 1 to " + MAX_USES + " uses.";
    }
    if (asked.millis() <= 0 || asked.millis() > MAX_MILLIS) {
      return "An invite expires after at least a moment and at most ten years.";
    }
    if (directory.inviteCount() >= MAX_INVITES) {
      return "There are too many invites; wait until some have expired.";
    }
    return null;
  }

  void agents(long request) {
    out.add(new Listed(request, views()));
  }

  void survey(long request) {
    out.add(new CoreCommand.Surveyed(request, views(), relays.sessions()));
  }

  private List<AgentView> views() {
    List<AgentView> views = new ArrayList<>();
    for (AgentEntry agent : directory.agents()) {
      views.add(view(agent));
    }
    return views;
  }

  private AgentView view(AgentEntry agent) {
    Here here = presence.find(agent.name());
    if (here == null) {
      return new AgentView(
          agent.name(),
          agent.linkKey(),
          agent.role(),
          false,
          null,
          List.of(),
          NatWords.UNKNOWN,
          directory.lastSeen(agent.name()));
    }
    return new AgentView(
        agent.name(),
        agent.linkKey(),
        agent.role(),
        here.online(),
        here.registered,
        relays.sessionSockets(agent.name(), here),
        here.nat,
        here.sinceMillis == 0 ? directory.lastSeen(agent.name()) : here.sinceMillis);
  }

  void revoke(long now, long wall, CoreInput.RevokeAsked asked) {
    AgentEntry agent = directory.agent(asked.name());
    if (agent == null) {
      out.add(new Failed(asked.request(), "No agent is enrolled as '" + asked.name() + "'."));
      return;
    }
    directory.revoke(agent, wall);
    relays.closeAll(agent.name(), "the other end was revoked");
    for (Link link : presence.links()) {
      if (link.agent != null && link.agent.linkKey().equals(agent.linkKey())) {
        presence.remove(now, link, wall);
        out.refuse(
            link.id,
            agent.name(),
            RefusalCode.REVOKED,
            "This agent has been revoked; enroll it again with a new join URL.");
      }
    }
    presence.forget(agent.name());
    publisher.forget(agent.name());
    gate.forget(agent.name());
    out.note(Event.REVOKED, agent.name(), "by an operator");
    out.add(new Revoked(asked.request(), agent.name()));
  }
}
