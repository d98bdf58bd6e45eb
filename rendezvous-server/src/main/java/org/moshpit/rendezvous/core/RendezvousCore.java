package org.moshpit.rendezvous.core;

import java.util.ArrayList;
import java.util.List;
import java.util.random.RandomGenerator;
import org.moshpit.common.sansio.Machine;
import org.moshpit.common.sansio.Transmit;
import org.moshpit.rendezvous.core.CoreCommand.Event;
import org.moshpit.rendezvous.core.Presence.Here;
import org.moshpit.rendezvous.core.Presence.Link;

/**
 * The rendezvous as one machine. It has no transmits; its events out are commands.
 *
 * <pre>
 * A link: (none) --Connected--> waiting --Login holds--> logged in
 *         waiting --Enroll holds--> waiting (for a login)
 *         waiting --Login with a return nonce not known--> waiting; only Login and Ping are heard now
 *         waiting --loginTimeout, a refused Login or Enroll, any other frame but Ping--> ended
 *         logged in --SUPERSEDED, REVOKED, Broken, a second Login, Stopping--> ended
 *         any --more frames than its quota--> ended
 *         any --Disconnected--> ended
 * </pre>
 *
 * <p>What comes from a link that has ended is dropped: so do frames of an older epoch, which were
 * on their way when a newer login took over.
 */
public final class RendezvousCore implements Machine<CoreInput, CoreCommand> {
  private static final int NONCE = 32;

  private final CoreConfig config;
  private final ObservationVerifier observations;
  private final RandomGenerator random;
  private final Out out = new Out();
  private final WallTime wallTime = new WallTime();
  private final Directory directory;
  private final Presence presence;
  private final Relays relays;
  private final Courier courier;
  private final Gate gate;
  private final Publisher publisher;
  private final Desk desk;
  private long epoch;

  /**
   * A core that knows what the registry remembers; its first commands are the STUN keys.
   *
   * @param random must be cryptographically strong: nonces, tokens and keys come from it
   */
  public RendezvousCore(
      CoreConfig config,
      RegistrySnapshot snapshot,
      ObservationVerifier observations,
      RecordReader recordReader,
      RandomGenerator random) {
    this.config = config;
    this.observations = observations;
    this.random = random;
    directory = new Directory(out, snapshot);
    presence = new Presence(config.limits());
    relays = new Relays(config.limits(), presence, out, random);
    courier = new Courier(config.limits(), directory, presence, relays, out, random);
    gate = new Gate(config, directory, presence, out, random);
    publisher = new Publisher(config.limits(), directory, presence, recordReader, out);
    desk = new Desk(directory, presence, relays, gate, publisher, out);
    epoch = snapshot.boot() << 32;
  }

  @Override
  public void handle(long now, CoreInput input) {
    long wall = wallTime.at(now);
    if (input instanceof CoreInput.WallClock clock) {
      wallTime.set(now, clock.unixMillis());
      directory.forgetInvites(clock.unixMillis() - config.limits().inviteMemory().toMillis());
    } else if (input instanceof CoreInput.Connected connected) {
      connected(now, wall, connected);
    } else if (input instanceof CoreInput.Disconnected gone) {
      Link link = presence.link(gone.link());
      if (link != null) {
        end(now, wall, link, gone.reason());
      }
    } else if (input instanceof CoreInput.Broken broken) {
      Link link = presence.link(broken.link());
      if (link != null) {
        broken(now, wall, link, broken.reason());
      }
    } else if (input instanceof CoreInput.Said said) {
      Link link = presence.link(said.link());
      if (link != null) {
        said(now, wall, link, said.frame());
      }
    } else if (input instanceof CoreInput.RelayUsed used) {
      Link link = presence.link(used.link());
      if (link != null && link.agent != null) {
        strayDatagram(now, link, used.relay());
      } else if (link != null && !link.again) {
        broken(now, wall, link, "datagram before login");
      }
    } else if (input instanceof CoreInput.InviteAsked asked) {
      desk.invite(wall, asked);
    } else if (input instanceof CoreInput.AgentsAsked asked) {
      desk.agents(asked.request());
    } else if (input instanceof CoreInput.SurveyAsked asked) {
      desk.survey(asked.request());
    } else if (input instanceof CoreInput.RevokeAsked asked) {
      desk.revoke(now, wall, asked);
    } else if (input instanceof CoreInput.Stopping) {
      stop(now, wall);
    }
  }

  private void connected(long now, long wall, CoreInput.Connected connected) {
    LinkId id = connected.link();
    byte[] nonce = new byte[NONCE];
    random.nextBytes(nonce);
    presence.connected(now, id, Bytes.of(nonce), connected.presented());
    out.send(
        id,
        new RendezvousFrame.Hello(
            Bytes.of(nonce),
            org.moshpit.common.wire.Link.VERSION_MIN,
            org.moshpit.common.wire.Link.VERSION_MAX,
            wall));
  }

  /** Each is answered with a frame or moves a relay; what is beyond the quota is not. */
  private void strayDatagram(long now, Link link, int relay) {
    if (presence.of(link.name(), now).strayDatagrams.take(now, 1)) {
      relays.use(now, link, relay);
    }
  }

  private void said(long now, long wall, Link link, AgentFrame frame) {
    if (!link.frames.take(now, 1)) {
      // To drop one would leave the agent waiting for what it relies on; a new link says it again.
      String name = link.name();
      end(now, wall, link, "too many frames");
      out.refuse(
          link.id,
          name,
          RefusalCode.BUSY,
          "This agent says more than the rendezvous has time for.");
    } else if (frame instanceof AgentFrame.Ping ping) {
      out.send(link.id, new RendezvousFrame.Pong(ping.cookie()));
    } else if (link.agent == null) {
      stranger(now, wall, link, frame);
    } else if (frame instanceof AgentFrame.Login || frame instanceof AgentFrame.Enroll) {
      broken(now, wall, link, "logged in already");
    } else if (link.box) {
      boxSaid(now, wall, link, frame);
    } else {
      visitorSaid(now, wall, link, frame);
    }
  }

  private void stranger(long now, long wall, Link link, AgentFrame frame) {
    if (frame instanceof AgentFrame.Enroll enroll && !link.again) {
      gate.enroll(now, wall, link, enroll);
    } else if (frame instanceof AgentFrame.Login login) {
      Link before = presence.box(login.name());
      if (gate.login(now, wall, ++epoch, link, login) && link.box) {
        if (before != null) {
          relays.linkGone(now, before);
        }
        relays.boxHere(now, link);
        courier.boxHere(link);
      }
    } else if (!link.again) {
      broken(now, wall, link, "not logged in");
    }
  }

  private void boxSaid(long now, long wall, Link link, AgentFrame frame) {
    if (frame instanceof AgentFrame.Publish publish) {
      publisher.publish(now, link, publish.record());
    } else if (frame instanceof AgentFrame.Answer answer) {
      courier.answer(now, wall, link, answer);
    } else {
      anyoneSaid(now, wall, link, frame);
    }
  }

  private void visitorSaid(long now, long wall, Link link, AgentFrame frame) {
    if (frame instanceof AgentFrame.Publish || frame instanceof AgentFrame.Answer) {
      broken(now, wall, link, "only a box's link says that");
    } else {
      anyoneSaid(now, wall, link, frame);
    }
  }

  private void anyoneSaid(long now, long wall, Link link, AgentFrame frame) {
    if (frame instanceof AgentFrame.Claim claim) {
      claim(now, link, claim);
    } else if (frame instanceof AgentFrame.NatReport report) {
      presence.of(link.name(), now).nat = report.nat();
    } else if (frame instanceof AgentFrame.Hint hint) {
      relays.hint(now, link, hint);
    } else if (frame instanceof AgentFrame.CloseRelay close) {
      relays.close(now, link, close.relay());
    } else if (!link.agent.role().mayConnect()) {
      end(now, wall, link, "role");
      out.refuse(
          link.id,
          link.name(),
          RefusalCode.ROLE,
          "This agent's invite lets it be connected to, not connect.");
    } else if (frame instanceof AgentFrame.Offer offer) {
      courier.offer(now, link, offer);
    } else if (!presence.of(link.name(), now).lookups.take(now, 1)) {
      presence.noteQuota(now, out, link.name(), "lookups");
    } else if (frame instanceof AgentFrame.Lookup lookup) {
      PublishedRecord record = directory.record(lookup.name());
      out.send(
          link.id,
          new RendezvousFrame.Record(
              lookup.request(), record == null ? Bytes.EMPTY : record.bytes()));
    } else if (frame instanceof AgentFrame.ListBoxes list) {
      out.send(link.id, new RendezvousFrame.Boxes(list.request(), boxes(link.agent)));
    }
  }

  private void claim(long now, Link link, AgentFrame.Claim claim) {
    boolean adopted =
        observations.verify(
            link.agent.agentId(), claim.socket(), claim.observed(), claim.nonce(), now);
    out.send(link.id, new RendezvousFrame.Claimed(claim.socket(), adopted));
    if (!adopted) {
      out.note(Event.IGNORED, link.name(), "a claim that does not hold");
      return;
    }
    Observed observed = new Observed(claim.socket(), claim.observed());
    if (presence.observed(now, link.name(), observed, claim.registered())) {
      // what it makes us send counts as if it had sent it: one socket may be that of many relays
      link.frames.charge(now, relays.observed(link.name(), observed));
    }
  }

  private List<RendezvousFrame.Box> boxes(AgentEntry agent) {
    List<RendezvousFrame.Box> boxes = new ArrayList<>();
    for (String name : directory.visibleTo(agent)) {
      if (boxes.size() == org.moshpit.common.wire.LinkLimits.MAX_BOXES) {
        break;
      }
      Here here = presence.find(name);
      if (here == null || here.boxSinceMillis == 0) {
        boxes.add(
            new RendezvousFrame.Box(name, false, null, NatWords.UNKNOWN, directory.lastSeen(name)));
      } else {
        boxes.add(
            new RendezvousFrame.Box(
                name,
                here.box != null,
                here.registered == null
                    ? null
                    : new Observed(here.registeredSocket, here.registered),
                here.nat,
                here.boxSinceMillis));
      }
    }
    return boxes;
  }

  private void broken(long now, long wall, Link link, String reason) {
    String name = link.name();
    end(now, wall, link, reason);
    out.refuse(
        link.id, name, RefusalCode.MALFORMED, "The frame broke the protocol: " + reason + ".");
  }

  /** The one way by which a link that the core has not refused comes to its end. */
  private void end(long now, long wall, Link link, String reason) {
    boolean last = presence.remove(now, link, wall);
    if (link.agent != null) {
      relays.linkGone(now, link);
      out.note(Event.LOGGED_OUT, link.name(), reason);
      if (last) {
        directory.seen(link.name(), wall);
      }
    }
  }

  private void stop(long now, long wall) {
    for (Link link : presence.links()) {
      end(now, wall, link, "the rendezvous stops");
      out.refuse(
          link.id, link.name(), RefusalCode.SHUTTING_DOWN, "The rendezvous is being restarted.");
    }
  }

  /** How many there are of what. */
  public Census census() {
    return presence.census(directory.agents().size());
  }

  @Override
  public void handleTimeout(long now) {
    for (Link late : presence.expireLogins(now)) {
      out.refuse(late.id, "", RefusalCode.TIMEOUT, "No login came in time.");
    }
    courier.handleTimeout(now);
    relays.handleTimeout(now);
    publisher.handleTimeout(now);
    presence.forgetObservations(now);
  }

  @Override
  public long nextDeadline() {
    return Presence.earlier(
        Presence.earlier(presence.nextDeadline(), courier.nextDeadline()),
        Presence.earlier(relays.nextDeadline(), publisher.nextDeadline()));
  }

  @Override
  public Transmit pollTransmit() {
    return null;
  }

  @Override
  public CoreCommand pollEvent() {
    return out.poll();
  }
}
