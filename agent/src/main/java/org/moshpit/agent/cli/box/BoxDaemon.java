package org.moshpit.agent.cli.box;

import java.util.Collection;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.random.RandomGenerator;
import org.moshpit.agent.auth.Authorizer;
import org.moshpit.agent.auth.BoxIdentity;
import org.moshpit.agent.cli.wiring.AgentLoop;
import org.moshpit.agent.cli.wiring.StunServers;
import org.moshpit.agent.config.Enrollment;
import org.moshpit.agent.config.Settings;
import org.moshpit.agent.control.AgentStatus;
import org.moshpit.agent.control.ControlHost;
import org.moshpit.agent.control.SessionEntry;
import org.moshpit.agent.link.LinkPreparation;
import org.moshpit.agent.metrics.AgentMetrics;
import org.moshpit.agent.metrics.BoxMeter;
import org.moshpit.agent.mosh.LaunchStyle;
import org.moshpit.agent.records.SessionRecord;
import org.moshpit.agent.records.SessionStore;
import org.moshpit.agent.session.AdmissionInput;
import org.moshpit.common.nat.NatBehaviour;
import org.moshpit.common.service.ServiceManager;
import org.moshpit.common.wire.proto.Claimed;

/**
 * The always-on daemon of a box, put together: {@link BoxLink}, {@link BoxNetwork}, {@link
 * SessionKeeper} and {@link Door}, each of which knows only those before it. Everything happens on
 * the loop; {@link #start} and {@link #stop} may be called from anywhere.
 */
final class BoxDaemon implements ControlHost {
  private final AgentLoop loop;
  private final Enrollment enrollment;
  private final ServiceManager manager;
  private final String hostKey;
  private final SessionBook sessions = new SessionBook(this::tellManager);
  private final BoxLink link;
  private final BoxNetwork network;
  private final SessionKeeper keeper;
  private final Door door;

  BoxDaemon(
      AgentLoop loop,
      Settings settings,
      Enrollment enrollment,
      LinkPreparation preparation,
      BoxIdentity identity,
      Authorizer authorizer,
      LaunchStyle style,
      SessionStore store,
      RandomGenerator random,
      ServiceManager manager,
      BoxMeter meter) {
    this.loop = loop;
    this.enrollment = enrollment;
    this.manager = manager;
    this.hostKey = identity.hostKey().fingerprint().toString();
    this.link =
        new BoxLink(loop, enrollment, preparation, identity, sessions, random, new LinkEvents());
    this.network =
        new BoxNetwork(loop, enrollment, settings, random, link, sessions, this::timeLost);
    this.keeper =
        new SessionKeeper(
            loop, settings, style, store, random, network, link, sessions, this::tellDoor, meter);
    this.door =
        new Door(loop, settings, enrollment, identity, authorizer, random, link, keeper, meter);
  }

  /**
   * Sets everything going.
   *
   * @param records of the sessions the last run left
   */
  void start(List<SessionRecord> records) {
    loop.execute(
        () -> {
          door.start();
          records.forEach(keeper::takeUp);
          link.start();
          network.start();
          // not only when the rendezvous answers: until then sessions go on, and so does this
          keeper.whenTakenUp(manager::ready);
          tellManager();
        });
  }

  /**
   * Ends cleanly: no link, no sockets; mosh-servers that are running go on until they give up.
   *
   * @return completes when the router has been told, too, as far as it listens
   */
  CompletableFuture<Void> stop() {
    CompletableFuture<Void> stopped = new CompletableFuture<>();
    loop.execute(
        () -> {
          manager.stopping(stopped(openSessions()));
          sessions.leave();
          network.stop().thenAccept(stopped::complete);
          link.stop();
          door.stop();
        });
    return stopped;
  }

  /** Decides from now on who is let in. From any thread. */
  void authorizer(Authorizer next) {
    loop.execute(() -> door.authorizer(next));
  }

  /** Whether there is a link to the rendezvous. */
  boolean isRegistered() {
    return link.isUp();
  }

  /** What there is to be counted. */
  AgentMetrics.Sources metricSources() {
    return new AgentMetrics.Sources(
        link::isUp,
        () ->
            sessions.all().stream()
                .filter(session -> !session.path().isClosed())
                .map(session -> session.path().snapshot())
                .toList(),
        network::portMappings);
  }

  @Override
  public AgentStatus status() {
    NatBehaviour nat = network.nat();
    return new AgentStatus(
        link.isUp(),
        link.problem(),
        network.observed().orElse(null),
        nat.mapping().word(),
        nat.filtering().word(),
        nat.allocation().word(),
        hostKey,
        enrollment.name(),
        enrollment.rendezvous().toString(),
        sessions.all().stream()
            .filter(session -> !session.isPing())
            .map(BoxSession::status)
            .toList());
  }

  @Override
  public List<SessionEntry> sessions() {
    return keeper.ends().entries();
  }

  @Override
  public void end(Collection<String> ids, String by) {
    sessions.all().stream()
        .filter(session -> ids.contains(session.id().toString()))
        .forEach(session -> keeper.ends().end(session, by + " ended it on the box"));
  }

  private long openSessions() {
    return sessions.all().stream().filter(session -> !session.isPing()).count();
  }

  private static String stopped(long sessions) {
    return "stopped"
        + (sessions == 0
            ? ""
            : sessions == 1 ? "; 1 session stays" : "; " + sessions + " sessions stay");
  }

  private void tellManager() {
    manager.status(
        StatusLine.of(
            link.isUp(),
            link.problem(),
            enrollment.name(),
            enrollment.rendezvous().host().host(),
            openSessions()));
  }

  private void timeLost() {
    door.tellTime();
  }

  private void tellDoor(AdmissionInput event) {
    door.tell(event);
  }

  private final class LinkEvents implements BoxLink.Listener {
    @Override
    public void claimed(Claimed claimed) {
      network.claimed(claimed);
    }

    @Override
    public void registered(StunServers stun) {
      tellDoor(new AdmissionInput.LinkUp());
      network.registered(stun);
      tellManager();
    }

    @Override
    public void unregistered() {
      tellManager();
    }

    @Override
    public void offered(AdmissionInput.Offered offered) {
      tellDoor(offered);
    }
  }
}
