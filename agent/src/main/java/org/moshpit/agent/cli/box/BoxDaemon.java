package org.moshpit.agent.cli.box;

import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.BiConsumer;
import java.util.random.RandomGenerator;
import org.moshpit.agent.auth.AuthLog;
import org.moshpit.agent.auth.Authorizer;
import org.moshpit.agent.auth.BoxIdentity;
import org.moshpit.agent.candidates.IceDescription;
import org.moshpit.agent.cli.wiring.AgentLoop;
import org.moshpit.agent.cli.wiring.Frames;
import org.moshpit.agent.cli.wiring.Observation;
import org.moshpit.agent.cli.wiring.SocketBook;
import org.moshpit.agent.cli.wiring.SocketSet;
import org.moshpit.agent.cli.wiring.StunServers;
import org.moshpit.agent.config.Enrollment;
import org.moshpit.agent.config.Settings;
import org.moshpit.agent.control.AgentStatus;
import org.moshpit.agent.harvest.StunCredentials;
import org.moshpit.agent.link.LinkFailure;
import org.moshpit.agent.link.LinkPreparation;
import org.moshpit.agent.link.LinkPurpose;
import org.moshpit.agent.link.PersistentLink;
import org.moshpit.agent.mosh.LaunchStyle;
import org.moshpit.agent.mosh.MoshServerLauncher;
import org.moshpit.agent.mosh.RunningProcess;
import org.moshpit.agent.netwatch.NetWatch;
import org.moshpit.agent.netwatch.NetworkSnapshot;
import org.moshpit.agent.netwatch.SuspendDetector;
import org.moshpit.agent.path.PathIn;
import org.moshpit.agent.records.SessionRecord;
import org.moshpit.agent.records.SessionStore;
import org.moshpit.agent.session.AdmissionInput;
import org.moshpit.agent.session.AdmissionLimits;
import org.moshpit.agent.session.AdmissionMachine;
import org.moshpit.agent.session.AdmissionOutput;
import org.moshpit.agent.session.AdmissionStep;
import org.moshpit.agent.session.SignatureCheck;
import org.moshpit.common.identity.SshPublicKey;
import org.moshpit.common.nat.NatBehaviour;
import org.moshpit.common.netty.MachineDriver;
import org.moshpit.common.netty.UdpSocket;
import org.moshpit.common.sansio.TransportAddress;
import org.moshpit.common.seal.Refusal;
import org.moshpit.common.seal.SealKey;
import org.moshpit.common.seal.SessionId;
import org.moshpit.common.seal.SessionSecret;
import org.moshpit.common.wire.proto.Claim;
import org.moshpit.common.wire.proto.Mode;
import org.moshpit.common.wire.proto.Offered;
import org.moshpit.common.wire.proto.ServerFrame;
import org.moshpit.common.wire.proto.Welcome;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The always-on daemon of a box: link, warm sockets, admission and sessions. Everything happens on
 * the loop; {@link #start} and {@link #stop} may be called from anywhere.
 */
final class BoxDaemon implements BoxSession.Host {
  private static final Logger LOG = LoggerFactory.getLogger(BoxDaemon.class);
  private static final long CLOCK_SECONDS = 60;

  /** Between the arrival of an answer and the first normal check, so that openers go before. */
  private static final int SETTLE_MILLIS = 20;

  private final AgentLoop loop;
  private final Settings settings;
  private final BoxIdentity identity;
  private final Authorizer authorizer;
  private final RandomGenerator random;
  private final SocketBook book;
  private final Observation observation;
  private final WarmSockets warm;
  private final PersistentLink link;
  private final AdmissionMachine admission;
  private final MachineDriver<AdmissionInput, AdmissionOutput> door;
  private final MoshServerLauncher launcher;
  private final NetWatch netWatch;
  private final SessionStore store;
  private final Map<SessionId, BoxSession> sessions = new HashMap<>();
  private final Map<Long, Authorizer.Listing> listings = new HashMap<>();
  private final Map<Long, Authorizer.Decision.Allowed> decisions = new HashMap<>();
  private final Map<SessionId, AdmissionOutput.ControlRequested> controls = new HashMap<>();
  private StunServers stun = StunServers.NONE;
  private boolean stopped;

  BoxDaemon(
      AgentLoop loop,
      Settings settings,
      Enrollment enrollment,
      LinkPreparation preparation,
      BoxIdentity identity,
      Authorizer authorizer,
      LaunchStyle style,
      SessionStore store,
      RandomGenerator random) {
    this.loop = loop;
    this.store = store;
    this.settings = settings;
    this.identity = identity;
    this.authorizer = authorizer;
    this.random = random;
    this.book = new SocketBook(loop.loop());
    this.observation =
        new Observation(
            loop,
            book,
            new StunCredentials(enrollment.agentId(), enrollment.stunKey()),
            random,
            new Observed());
    this.warm = new WarmSockets(loop, book, observation, settings.ports(), random);
    this.link =
        new PersistentLink(
            loop.loop(),
            enrollment.rendezvous(),
            preparation,
            new LinkPurpose.LogIn(enrollment.name(), Mode.BOX),
            random,
            new LinkEvents());
    this.admission =
        new AdmissionMachine(
            new org.moshpit.agent.session.BoxIdentity(
                enrollment.realm(),
                enrollment.name(),
                identity.hostKey().publicKey(),
                SealKey.of(identity.noisePrivateKey())),
            AdmissionLimits.of(settings.maxSessions(), settings.maxSessionsPerUser()),
            SignatureCheck.SSHSIG,
            random);
    this.door = new MachineDriver<>(loop.loop(), admission, id -> null, this::handle);
    this.launcher = new MoshServerLauncher(style);
    this.netWatch = new NetWatch(loop.loop(), loop.blocking(), new NetworkEvents());
  }

  /** Sets everything going. */
  void start(List<SessionRecord> records) {
    loop.execute(
        () -> {
          tellClock();
          records.forEach(this::takeUp);
          link.start();
          netWatch.start();
          warm.rebuild(List.of());
        });
  }

  /** Ends cleanly: no link, no sockets; mosh-servers that are running go on until they give up. */
  void stop() {
    loop.execute(
        () -> {
          stopped = true;
          netWatch.close();
          List.copyOf(sessions.values()).forEach(BoxSession::leave);
          sessions.clear();
          warm.stop();
          observation.stop();
          link.stop();
          door.stop();
          admission.close();
        });
  }

  /** What {@code agent status} shows; on the loop. */
  AgentStatus status() {
    NatBehaviour nat = observation.behaviour();
    TransportAddress observed = null;
    if (warm.warm() != null) {
      observed =
          warm.warm().members().stream()
              .flatMap(member -> observation.observed(member.socket().id()).stream())
              .findFirst()
              .orElse(null);
    }
    return new AgentStatus(
        link.isUp(),
        observed,
        nat.mapping().word(),
        nat.filtering().word(),
        nat.allocation().word(),
        sessions.values().stream().map(BoxSession::status).toList());
  }

  private void tellClock() {
    if (stopped) {
      return;
    }
    door.handle(new AdmissionInput.Clock(System.currentTimeMillis()));
    loop.loop().schedule(this::tellClock, CLOCK_SECONDS, TimeUnit.SECONDS);
  }

  // ---- the door

  private void handle(AdmissionOutput event) {
    if (event instanceof AdmissionOutput.CheckListed check) {
      checkListed(check);
    } else if (event instanceof AdmissionOutput.DecidePolicy decide) {
      decide(decide);
    } else if (event instanceof AdmissionOutput.OpenSession order) {
      open(order);
    } else if (event instanceof AdmissionOutput.SendAnswer answer) {
      send(answer);
    } else if (event instanceof AdmissionOutput.Admitted admitted) {
      AuthLog.accepted(
          admitted.user(),
          admitted.key(),
          admitted.from(),
          claimed(admitted.session()),
          AuthLog.Source.CLAIMED,
          admitted.session().toString());
    } else if (event instanceof AdmissionOutput.Rejected rejected) {
      AuthLog.refused(
          rejected.user(),
          rejected.key(),
          rejected.from(),
          null,
          AuthLog.Source.CLAIMED,
          rejected.reason());
    } else if (event instanceof AdmissionOutput.Dropped dropped) {
      LOG.atDebug()
          .addKeyValue("reason", dropped.reason())
          .addKeyValue("peer", dropped.from())
          .log("offer dropped");
    } else if (event instanceof AdmissionOutput.AbandonSession abandon) {
      Optional.ofNullable(sessions.get(abandon.session()))
          .ifPresent(session -> session.end(abandon.reason()));
    } else if (event instanceof AdmissionOutput.PersistCounter persist) {
      loop.offload(
          () -> store.saveCounter(persist.session(), persist.counter()),
          (saved, failure) -> {
            if (failure == null) {
              door.handle(new AdmissionInput.CounterPersisted(persist.id()));
            } else {
              LOG.atError().setCause(failure).log("a session's counter could not be written");
            }
          });
    } else if (event instanceof AdmissionOutput.ControlRequested control) {
      control(control);
    } else if (event instanceof AdmissionOutput.SendHint hint) {
      link.send(Frames.hint(hint.relay(), hint.session()));
    } else if (event instanceof AdmissionOutput.Moved moved) {
      LOG.atDebug().addKeyValue("reason", moved.reason()).log("exchange: {}", moved.step());
      if (moved.step() == AdmissionStep.DONE) {
        listings.remove(moved.id());
        decisions.remove(moved.id());
      }
    }
  }

  private void checkListed(AdmissionOutput.CheckListed check) {
    loop.offload(
        () -> authorizer.look(check.user(), check.keys()),
        (listing, failure) -> {
          List<SshPublicKey> listed = List.of();
          if (failure != null) {
            LOG.atWarn().setCause(failure).log("authorized_keys could not be read");
          } else if (!listing.keys().isEmpty()) {
            listed = listing.keys();
            listings.put(check.id(), listing); // until the exchange is done
          }
          door.handle(new AdmissionInput.KeysListed(check.id(), listed));
        });
  }

  private void decide(AdmissionOutput.DecidePolicy decide) {
    Authorizer.Listing listing = listings.get(decide.id());
    loop.offload(
        () -> listing.policy(decide.key(), decide.userVerified()),
        (decision, failure) -> {
          AdmissionInput answer;
          if (failure != null) {
            LOG.atWarn().setCause(failure).log("policy could not be read");
            answer =
                new AdmissionInput.PolicyRefused(
                    decide.id(), Refusal.FAILURE, "the box could not read its own policy");
          } else if (decision instanceof Authorizer.Decision.Allowed allowed) {
            answer = allow(decide, allowed);
          } else if (decision instanceof Authorizer.Decision.Refused refused) {
            answer =
                new AdmissionInput.PolicyRefused(decide.id(), Refusal.POLICY, refused.reason());
          } else {
            answer = new AdmissionInput.PolicyNotListed(decide.id());
          }
          door.handle(answer);
        });
  }

  private AdmissionInput allow(
      AdmissionOutput.DecidePolicy decide, Authorizer.Decision.Allowed allowed) {
    if (allowed.forcedCommand().isPresent() && !decide.request().server().isEmpty()) {
      return new AdmissionInput.PolicyRefused(
          decide.id(),
          Refusal.POLICY,
          "this key has a command= in authorized_keys, which forbids --server");
    }
    decisions.put(decide.id(), allowed);
    return new AdmissionInput.PolicyAllowed(decide.id());
  }

  private void open(AdmissionOutput.OpenSession order) {
    Authorizer.Decision.Allowed allowed = decisions.remove(order.id());
    BoxSession session = BoxSession.ordered(parts(), order, allowed);
    sessions.put(order.session(), session);
    session.open(oneWay(order.rttMillis()) + SETTLE_MILLIS);
  }

  /** Half of both round trips to the rendezvous: when the answer will be there. */
  private int oneWay(int peerRttMillis) {
    return Math.toIntExact(Math.min(1_500, (peerRttMillis + link.rttMillis()) / 2));
  }

  /** A session that outlived the agent's last run: its mosh-server may still be there. */
  private void takeUp(SessionRecord record) {
    Optional<RunningProcess> process =
        record.pid() == 0
            ? Optional.empty()
            : Optional.of(new RunningProcess(record.pid(), record.pidStart()))
                .filter(RunningProcess::alive);
    door.handle(
        new AdmissionInput.SessionRestored(
            record.id(), record.user(), SessionSecret.of(record.secret()), record.counter()));
    if (process.isEmpty() || record.handover()) {
      door.handle(new AdmissionInput.SessionEnded(record.id(), "its mosh-server is gone"));
      forget(record.id());
      return;
    }
    BoxSession session = BoxSession.restored(parts(), record);
    sessions.put(record.id(), session);
    session.resume(record, process.get());
    LOG.atInfo()
        .addKeyValue("session", record.id())
        .addKeyValue("pid", record.pid())
        .log("session taken up again");
  }

  private void forget(SessionId id) {
    loop.offload(
        () -> {
          store.delete(id);
          return null;
        },
        (done, failure) -> {
          if (failure != null) {
            LOG.atWarn().setCause(failure).log("a session's record could not be deleted");
          }
        });
  }

  private BoxSession.Parts parts() {
    return new BoxSession.Parts(
        loop,
        book,
        observation,
        random,
        this,
        store,
        launcher,
        settings.moshServer(),
        settings.sessionTimeout().toSeconds());
  }

  private void control(AdmissionOutput.ControlRequested control) {
    BoxSession session = sessions.get(control.session());
    if (session == null) {
      door.handle(new AdmissionInput.SessionEnded(control.session(), "it has ended"));
      return;
    }
    if (control.end()) {
      door.handle(
          new AdmissionInput.ControlDone(control.id(), Optional.empty(), List.of(), 0, true));
      session.end("the laptop ended it");
      return;
    }
    controls.put(control.session(), control);
    session.restart(
        control.peer().orElseThrow(),
        control.observed(),
        control.relay(),
        oneWay(control.rttMillis()) + SETTLE_MILLIS);
  }

  private void send(AdmissionOutput.SendAnswer answer) {
    link.send(
        Frames.answer(
            answer.exchange(),
            answer.sealed(),
            answer.sockets(),
            answer.admitted(),
            answer.session()));
  }

  private TransportAddress claimed(SessionId id) {
    BoxSession session = sessions.get(id);
    return session == null ? null : session.claimedAddress();
  }

  // ---- what sessions say

  @Override
  public void takeSockets(BiConsumer<SocketSet, Throwable> then) {
    warm.take(then);
  }

  @Override
  public void takeSockets(int port, BiConsumer<SocketSet, Throwable> then) {
    warm.take(port, then);
  }

  @Override
  public void socketReady(BoxSession session, IceDescription ice) {
    door.handle(
        new AdmissionInput.SocketReady(
            session.openId(), ice, session.port(), session.transport().wireIds(), SETTLE_MILLIS));
  }

  @Override
  public void serverStarted(
      BoxSession session, String moshKey, String warning, Optional<TransportAddress> handedOver) {
    door.handle(new AdmissionInput.ServerStarted(session.openId(), moshKey, warning, handedOver));
  }

  @Override
  public void openFailed(BoxSession session, Refusal kind, String reason) {
    sessions.remove(session.id());
    forget(session.id());
    LOG.atWarn()
        .addKeyValue("session", session.id())
        .addKeyValue("reason", reason)
        .log("session could not be opened");
    door.handle(new AdmissionInput.OpenFailed(session.openId(), kind, reason));
  }

  @Override
  public void used(BoxSession session) {
    door.handle(new AdmissionInput.SessionUsed(session.id()));
  }

  @Override
  public void described(BoxSession session, IceDescription ice) {
    AdmissionOutput.ControlRequested control = controls.remove(session.id());
    if (control != null) {
      door.handle(
          new AdmissionInput.ControlDone(
              control.id(), Optional.of(ice), session.transport().wireIds(), SETTLE_MILLIS, false));
    }
  }

  @Override
  public void hintWanted(BoxSession session) {
    if (session.relay() != 0) {
      door.handle(new AdmissionInput.HintWanted(session.id(), session.relay()));
    }
  }

  @Override
  public void toRelay(int relay, byte[] datagram) {
    if (relay != 0) {
      link.send(Frames.datagram(relay, datagram));
    }
  }

  @Override
  public void ended(BoxSession session, String reason) {
    sessions.remove(session.id());
    controls.remove(session.id());
    forget(session.id());
    LOG.atInfo()
        .addKeyValue("session", session.id())
        .addKeyValue("reason", reason)
        .log("session ended");
    // only a session that still stands may hint
    hintWanted(session);
    door.handle(new AdmissionInput.SessionEnded(session.id(), reason));
    if (session.relay() != 0) {
      link.send(Frames.closeRelay(session.relay()));
    }
  }

  // ---- the link

  private final class LinkEvents implements PersistentLink.Listener {
    @Override
    public void up(Welcome welcome) {
      LOG.atInfo()
          .addKeyValue("name", welcome.getName())
          .addKeyValue("epoch", welcome.getEpoch())
          .log("registered at the rendezvous");
      stun = StunServers.of(welcome.getRegistration(), link.remote());
      observation.clock(link.clockOffsetMillis());
      observation.servers(stun.addresses());
      observation.refreshAll();
      warm.rebuild(stun.ips());
      publish();
      link.send(Frames.nat(observation.behaviour()));
      List.copyOf(sessions.values()).forEach(session -> session.link(true, ""));
    }

    @Override
    public void frame(ServerFrame frame) {
      receive(frame);
    }

    @Override
    public void down(LinkFailure failure, long retryInMillis) {
      LOG.atWarn()
          .addKeyValue("reason", failure.sentence())
          .addKeyValue("retryInMillis", retryInMillis)
          .log("no link to the rendezvous");
      List.copyOf(sessions.values())
          .forEach(session -> session.link(false, "the rendezvous cannot be reached"));
    }
  }

  private void publish() {
    long now = (System.currentTimeMillis() + link.clockOffsetMillis()) / 1000;
    loop.offload(
        () -> identity.record(now),
        (record, failure) -> {
          if (failure != null) {
            LOG.atError().setCause(failure).log("the box record could not be signed");
            return;
          }
          link.send(Frames.publish(record.encode()));
        });
  }

  private void receive(ServerFrame frame) {
    switch (frame.getBodyCase()) {
      case OFFERED -> offered(frame.getOffered());
      case DATAGRAM ->
          byRelay(frame.getDatagram().getRelay())
              .ifPresent(
                  session -> session.fromRelay(frame.getDatagram().getPayload().toByteArray()));
      case PEER_OBSERVED ->
          byRelay(frame.getPeerObserved().getRelay())
              .ifPresent(
                  session ->
                      Frames.observed(frame.getPeerObserved().getObserved())
                          .ifPresent(session::peerObserved));
      case RELAY_CLOSED ->
          byRelay(frame.getRelayClosed().getRelay())
              .ifPresent(session -> session.relayClosed(frame.getRelayClosed().getReason()));
      default -> {
        // the answers to claims and the like need nothing done
      }
    }
  }

  private Optional<BoxSession> byRelay(int relay) {
    return relay == 0
        ? Optional.empty()
        : sessions.values().stream().filter(session -> session.relay() == relay).findFirst();
  }

  private void offered(Offered offered) {
    door.handle(
        new AdmissionInput.Offered(
            Frames.exchange(offered.getExchange()),
            offered.getFrom(),
            HexFormat.of().formatHex(offered.getFromKey().toByteArray()),
            offered.getSealed().toByteArray(),
            Frames.observed(offered.getObservedList()),
            SessionId.of(offered.getSession().toByteArray()),
            offered.getRelay()));
  }

  // ---- observation and the network

  private final class Observed implements Observation.Listener {
    @Override
    public void observed(UdpSocket socket, TransportAddress address, long rttNanos) {
      sessions.values().forEach(session -> session.transport().observed(socket, address));
    }

    @Override
    public void claim(Claim claim) {
      link.send(Frames.claim(claim));
    }

    @Override
    public void natFound(NatBehaviour behaviour) {
      LOG.atInfo()
          .addKeyValue("mapping", behaviour.mapping().word())
          .addKeyValue("filtering", behaviour.filtering().word())
          .addKeyValue("allocation", behaviour.allocation().word())
          .log("this network's NAT");
      link.send(Frames.nat(behaviour));
      sessions
          .values()
          .forEach(
              session ->
                  session
                      .transport()
                      .handle(
                          new PathIn.LocalNat(
                              behaviour.mapping().word(), behaviour.allocation().word())));
    }

    @Override
    public void unanswered(UdpSocket socket) {
      LOG.atWarn().log("the rendezvous' STUN ports do not answer: UDP may be blocked here");
    }
  }

  private final class NetworkEvents implements NetWatch.Listener {
    @Override
    public void networkChanged(NetworkSnapshot now, String reason) {
      LOG.atInfo().addKeyValue("reason", reason).log("the network changed");
      changed(reason);
      warm.rebuild(stun.ips());
    }

    @Override
    public void resumed(SuspendDetector.Finding finding) {
      LOG.atInfo().addKeyValue("finding", finding).log("time was lost");
      door.handle(new AdmissionInput.Clock(System.currentTimeMillis()));
      changed("time was lost");
    }

    private void changed(String reason) {
      link.networkChanged();
      observation.networkChanged(link.clockOffsetMillis());
      List.copyOf(sessions.values())
          .forEach(session -> session.transport().handle(new PathIn.NetworkChanged(reason)));
    }
  }
}
