package org.moshpit.rendezvous.core;

import java.util.List;

/** What the core wants done, in this order. */
public sealed interface CoreCommand {
  /** Remember this; if it is durable, before anything else of this turn is done. */
  record Persist(RegistryChange change) implements CoreCommand {}

  /** Say this on a link. */
  record Send(LinkId link, RendezvousFrame frame) implements CoreCommand {}

  /** Close a link once what was said has gone out; nothing more comes from it. */
  record Close(LinkId link) implements CoreCommand {}

  /** Answer STUN requests of this agent. */
  record KnowStunKey(Bytes agentId, Bytes stunKey) implements CoreCommand {
    @Override
    public String toString() {
      return "KnowStunKey[" + agentId + "]";
    }
  }

  /** No longer answer them. */
  record ForgetStunKey(Bytes agentId) implements CoreCommand {}

  /** Carry datagrams of this relay between these links; null: that end is away. */
  record RouteRelay(int relay, LinkId laptop, LinkId box) implements CoreCommand {}

  /**
   * Take datagrams of the end of this relay that this link is by UDP, too, under this cookie, 8
   * bytes, with this key, 32 bytes; until that end is routed to another link or to none.
   */
  record AdmitCookie(int relay, LinkId link, Bytes cookie, Bytes key) implements CoreCommand {
    @Override
    public String toString() {
      return "AdmitCookie[" + relay + ", " + link + "]";
    }
  }

  /** Carry none any more. */
  record DropRelay(int relay) implements CoreCommand {}

  /** An invite was made. */
  record Invited(long request, Bytes token, String name, long expiresMillis)
      implements CoreCommand {
    @Override
    public String toString() {
      return "Invited[" + request + "]";
    }
  }

  /** Who there is. */
  record Listed(long request, List<AgentView> agents) implements CoreCommand {
    /** Copies the list. */
    public Listed {
      agents = List.copyOf(agents);
    }
  }

  /** Who is here and who is connected to whom. */
  record Surveyed(long request, List<AgentView> agents, List<SessionView> sessions)
      implements CoreCommand {
    /** Copies the lists. */
    public Surveyed {
      agents = List.copyOf(agents);
      sessions = List.copyOf(sessions);
    }
  }

  /** An agent was revoked. */
  record Revoked(long request, String name) implements CoreCommand {}

  /** An operator's request failed; one sentence. */
  record Failed(long request, String sentence) implements CoreCommand {}

  /** Something for the log. */
  record Noted(Event event, String agent, String reason) implements CoreCommand {}

  /** What can be noted. */
  enum Event {
    /** A new agent. */
    ENROLLED,
    /** A box or visitor is here. */
    LOGGED_IN,
    /** A box or visitor is gone. */
    LOGGED_OUT,
    /** A link was refused. */
    REFUSED,
    /** A box admitted an agent. */
    ADMITTED,
    /** A relay opened. */
    RELAY_OPENED,
    /** A relay closed. */
    RELAY_CLOSED,
    /** An agent was revoked. */
    REVOKED,
    /** A quota was reached. */
    QUOTA,
    /** A frame was not acted on. */
    IGNORED
  }
}
