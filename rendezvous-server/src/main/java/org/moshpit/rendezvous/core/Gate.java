package org.moshpit.rendezvous.core;

import java.util.random.RandomGenerator;
import org.moshpit.common.identity.BoxName;
import org.moshpit.common.identity.LinkKey;
import org.moshpit.common.wire.JoinUrl;
import org.moshpit.common.wire.LinkProof;
import org.moshpit.common.wire.SpkiPin;
import org.moshpit.rendezvous.core.CoreCommand.Event;
import org.moshpit.rendezvous.core.Presence.Link;

/**
 * Who comes in: enrollment by token, login by signature.
 *
 * <p>The order of the checks is part of the contract: nothing about keys is said before the proof
 * holds, and nothing about names before the token is good, so that neither can be searched.
 */
final class Gate {
  private final CoreConfig config;
  private final Directory directory;
  private final Presence presence;
  private final Out out;
  private final RandomGenerator random;
  private final ReturnNonces returnNonces = new ReturnNonces();

  Gate(CoreConfig config, Directory directory, Presence presence, Out out, RandomGenerator random) {
    this.config = config;
    this.directory = directory;
    this.presence = presence;
    this.out = out;
    this.random = random;
  }

  /** A refusal with its sentence. */
  private static final class Refusal extends Exception {
    private static final long serialVersionUID = 1;
    final RefusalCode code;

    Refusal(RefusalCode code, String sentence) {
      super(sentence, null, false, false);
      this.code = code;
    }
  }

  /** Enrolls, or refuses and ends the link. */
  void enroll(long now, long wall, Link link, AgentFrame.Enroll frame) {
    try {
      checkVersion(frame.version());
      checkProof(
          LinkProof.Purpose.ENROLL,
          link.nonce,
          link.presented,
          frame.name(),
          frame.linkKey(),
          frame.signature());
      AgentEntry agent = admit(wall, frame);
      presence.awaitLogin(now, link.id);
      out.send(link.id, new RendezvousFrame.Enrolled(agent.name(), registration(agent)));
    } catch (Refusal refusal) {
      refuse(now, wall, link, frame.name(), refusal);
    }
  }

  private AgentEntry admit(long wall, AgentFrame.Enroll frame) throws Refusal {
    if (directory.isRevoked(frame.linkKey())) {
      throw new Refusal(
          RefusalCode.REVOKED, "This agent's key has been revoked; enroll with a new one.");
    }
    Invite invite = directory.invite(frame.token());
    if (invite == null) {
      throw new Refusal(
          RefusalCode.TOKEN_UNKNOWN,
          "The rendezvous does not know this join URL; ask for a new one.");
    }
    AgentEntry same = directory.agentOf(frame.linkKey());
    if (same != null && (frame.name().isEmpty() || frame.name().equals(same.name()))) {
      // The answer to an enrollment that did go through was lost: say it again, spend nothing.
      return same;
    }
    if (invite.expiresMillis() <= wall) {
      throw new Refusal(RefusalCode.TOKEN_EXPIRED, "This join URL has expired; ask for a new one.");
    }
    if (invite.usesLeft() <= 0) {
      throw new Refusal(
          RefusalCode.TOKEN_USED, "This join URL has been used up; ask for a new one.");
    }
    String name = name(invite, frame.name());
    if (same != null || directory.agent(name) != null) {
      throw new Refusal(
          RefusalCode.NAME_TAKEN,
          "The name "
              + (same != null ? same.name() : name)
              + " is enrolled already; choose another, or revoke it at the rendezvous first.");
    }
    directory.put(invite.used());
    AgentEntry agent =
        new AgentEntry(
            name,
            frame.linkKey(),
            newAgentId(),
            random(LinkKey.PUBLIC_LENGTH),
            invite.role(),
            invite.sees(),
            wall);
    directory.add(agent);
    out.note(Event.ENROLLED, name, "role " + agent.role());
    return agent;
  }

  private static String name(Invite invite, String asked) throws Refusal {
    if (!invite.name().isEmpty() && !asked.isEmpty() && !asked.equals(invite.name())) {
      throw new Refusal(
          RefusalCode.TOKEN_NAME,
          "This join URL is for the name " + invite.name() + "; enroll without --name.");
    }
    String name = asked.isEmpty() ? invite.name() : asked;
    if (!BoxName.isValid(name)) {
      throw new Refusal(
          RefusalCode.NAME_INVALID,
          "A name has 1 to 63 lower-case letters, digits and inner hyphens; choose one with"
              + " --name.");
    }
    return name;
  }

  /** Logs in, or refuses and ends the link; returns whether it logged in. */
  boolean login(long now, long wall, long epoch, Link link, AgentFrame.Login frame) {
    boolean box = frame.mode() == AgentFrame.Mode.BOX;
    try {
      checkVersion(frame.version());
      Bytes nonce = link.nonce;
      if (!frame.returnNonce().isEmpty()) {
        nonce = frame.returnNonce();
        // A box's login ends the box's other link: nothing that was given out earlier is good for
        // it.
        if (box || !returnNonces.spend(frame.name(), nonce)) {
          return again(link);
        }
      }
      link.again = false;
      checkProof(
          LinkProof.Purpose.LOGIN,
          nonce,
          link.presented,
          frame.name(),
          frame.linkKey(),
          frame.signature());
      AgentEntry agent = known(frame);
      // A box may visit, to look at its network; what is a laptop's to ask is refused when asked.
      if (box && !agent.role().mayBeBox()) {
        throw new Refusal(
            RefusalCode.ROLE, "This agent's invite lets it connect, not be connected to.");
      }
      Presence.Here here = presence.of(agent.name(), now);
      if (!box && here.visitors.size() >= config.limits().visitorsPerAgent()) {
        throw new Refusal(
            RefusalCode.BUSY, "This agent has too many links open; close some of them.");
      }
      Link before = box ? here.box : null;
      presence.loggedIn(now, link, agent, box, epoch, wall);
      link.relayCookies = frame.relayCookies();
      if (before != null) {
        presence.remove(now, before, wall);
        out.refuse(
            before.id,
            agent.name(),
            RefusalCode.SUPERSEDED,
            "A newer login of " + agent.name() + " took over.");
      }
      Bytes returnNonce = box ? Bytes.EMPTY : random(LinkProof.NONCE_LENGTH);
      if (!box) {
        returnNonces.issue(agent.name(), returnNonce);
      }
      out.send(
          link.id,
          new RendezvousFrame.Welcome(registration(agent), epoch, agent.name(), returnNonce));
      out.note(Event.LOGGED_IN, agent.name(), box ? "box" : "visitor");
      return true;
    } catch (Refusal refusal) {
      refuse(now, wall, link, frame.name(), refusal);
      return false;
    }
  }

  /**
   * Unknown agents and used nonces look alike. Once per link: what follows is not heard until a
   * login with Hello's nonce.
   */
  private boolean again(Link link) throws Refusal {
    if (link.again) {
      throw new Refusal(
          RefusalCode.BAD_SIGNATURE, "The proof of this agent's key does not hold for this link.");
    }
    link.again = true;
    out.send(link.id, new RendezvousFrame.LoginAgain());
    return false;
  }

  /** This agent is revoked. */
  void forget(String agent) {
    returnNonces.forget(agent);
  }

  private AgentEntry known(AgentFrame.Login frame) throws Refusal {
    if (directory.isRevoked(frame.linkKey())) {
      throw new Refusal(
          RefusalCode.REVOKED, "This agent has been revoked; enroll it again with a new join URL.");
    }
    AgentEntry agent = directory.agent(frame.name());
    if (agent == null || !agent.linkKey().equals(frame.linkKey())) {
      throw new Refusal(
          RefusalCode.NOT_ENROLLED,
          "The rendezvous does not know this agent; enroll it with a join URL.");
    }
    return agent;
  }

  private static void checkVersion(int version) throws Refusal {
    int min = org.moshpit.common.wire.Link.VERSION_MIN;
    int max = org.moshpit.common.wire.Link.VERSION_MAX;
    if (version < min || version > max) {
      throw new Refusal(
          RefusalCode.VERSION,
          "The rendezvous speaks protocol "
              + (min == max ? "version " + min : "versions " + min + " to " + max)
              + ", this agent version "
              + Integer.toUnsignedString(version)
              + "; update the older of the two.");
    }
  }

  private static void checkProof(
      LinkProof.Purpose purpose,
      Bytes nonce,
      SpkiPin presented,
      String name,
      Bytes linkKey,
      Bytes signature)
      throws Refusal {
    byte[] bytes = LinkProof.bytes(purpose, nonce.toArray(), presented, name);
    if (!LinkKey.verify(linkKey.toArray(), bytes, signature.toArray())) {
      throw new Refusal(
          RefusalCode.BAD_SIGNATURE, "The proof of this agent's key does not hold for this link.");
    }
  }

  private void refuse(long now, long wall, Link link, String name, Refusal refusal) {
    presence.remove(now, link, wall);
    String agent = BoxName.isValid(name) ? name : "";
    out.refuse(link.id, agent, refusal.code, refusal.getMessage());
  }

  private Registration registration(AgentEntry agent) {
    return new Registration(
        agent.agentId(),
        agent.stunKey(),
        directory.realm(),
        agent.role(),
        config.stun(),
        config.publicHost());
  }

  private Bytes newAgentId() {
    Bytes id = random(8);
    while (directory.hasAgentId(id)) {
      id = random(8);
    }
    return id;
  }

  /** A fresh token. */
  Bytes newToken() {
    return random(JoinUrl.Token.LENGTH);
  }

  private Bytes random(int size) {
    byte[] bytes = new byte[size];
    random.nextBytes(bytes);
    return Bytes.of(bytes);
  }
}
