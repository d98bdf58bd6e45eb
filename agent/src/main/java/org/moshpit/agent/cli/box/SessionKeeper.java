package org.moshpit.agent.cli.box;

import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import java.util.random.RandomGenerator;
import org.moshpit.agent.auth.Authorizer;
import org.moshpit.agent.candidates.IceDescription;
import org.moshpit.agent.cli.wiring.AgentLoop;
import org.moshpit.agent.cli.wiring.Frames;
import org.moshpit.agent.cli.wiring.SocketSet;
import org.moshpit.agent.config.Settings;
import org.moshpit.agent.metrics.BoxMeter;
import org.moshpit.agent.mosh.LaunchStyle;
import org.moshpit.agent.mosh.MoshServerLauncher;
import org.moshpit.agent.mosh.ServerProcess;
import org.moshpit.agent.records.SessionRecord;
import org.moshpit.agent.records.SessionStore;
import org.moshpit.agent.session.AdmissionInput;
import org.moshpit.agent.session.AdmissionOutput;
import org.moshpit.common.sansio.TransportAddress;
import org.moshpit.common.seal.Refusal;
import org.moshpit.common.seal.SessionId;
import org.moshpit.common.seal.SessionSecret;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Carries out what admission decides about sessions: opens them, takes them up again after a
 * restart, controls and ends them, keeps their records; what comes of it goes back to admission.
 * For the event loop's thread.
 */
final class SessionKeeper implements BoxSession.Host {
  private static final Logger LOG = LoggerFactory.getLogger(SessionKeeper.class);

  /** Between the arrival of an answer and the first normal check, so that openers go before. */
  private static final int SETTLE_MILLIS = 20;

  /** The longest way to the laptop that is waited for. */
  private static final int MAX_ONE_WAY_MILLIS = 1_500;

  /**
   * The agent ends an abandoned session and can say why. mosh-server's own clock, a little behind,
   * is for when no agent runs or its record is lost.
   */
  private static final Duration SERVER_LONGER = Duration.ofMinutes(1);

  private final AgentLoop loop;
  private final SessionStore store;
  private final BoxNetwork network;
  private final BoxLink link;
  private final SessionBook sessions;
  private final Consumer<AdmissionInput> admission;
  private final BoxSession.Parts parts;
  private final SessionEnds ends;
  private final Map<SessionId, AdmissionOutput.ControlRequested> controls = new HashMap<>();

  /** Restored sessions that have no sockets yet. */
  private int withoutSockets;

  private Runnable whenTakenUp = () -> {};

  /**
   * Without sessions.
   *
   * @param style how mosh-servers are started
   * @param random must be cryptographically strong
   * @param admission hears what became of its orders
   * @param meter hears what is to be counted
   */
  SessionKeeper(
      AgentLoop loop,
      Settings settings,
      LaunchStyle style,
      SessionStore store,
      RandomGenerator random,
      BoxNetwork network,
      BoxLink link,
      SessionBook sessions,
      Consumer<AdmissionInput> admission,
      BoxMeter meter) {
    this.loop = loop;
    this.store = store;
    this.network = network;
    this.link = link;
    this.sessions = sessions;
    this.admission = admission;
    this.ends = new SessionEnds(loop, settings.sessionTimeout(), store, sessions, admission);
    this.parts =
        new BoxSession.Parts(
            loop,
            network.sockets(),
            random,
            this,
            meter,
            new SessionServer.Parts(
                loop,
                store,
                new MoshServerLauncher(style),
                settings.moshServer(),
                settings.sessionTimeout().plus(SERVER_LONGER).toSeconds()));
  }

  /** What ends sessions from this side. */
  SessionEnds ends() {
    return ends;
  }

  // ---- what admission orders

  /** Opens a session somebody was just admitted to. */
  void open(AdmissionOutput.OpenSession order, Authorizer.Decision.Allowed allowed) {
    BoxSession session = BoxSession.ordered(parts, order, allowed);
    sessions.add(session);
    session.open(oneWay(order.rttMillis()) + SETTLE_MILLIS);
  }

  /** A session that outlived the agent's last run: its mosh-server may still be there. */
  void takeUp(SessionRecord record) {
    Optional<ServerProcess> process =
        record.pid() == 0
            ? Optional.empty()
            : ServerProcess.recorded(
                record.pid(), record.pidStart(), record.uid(), record.serverPort());
    admission.accept(
        new AdmissionInput.SessionRestored(
            record.id(), record.user(), SessionSecret.of(record.secret()), record.counter()));
    if (process.isEmpty()) {
      admission.accept(new AdmissionInput.SessionEnded(record.id(), "its mosh-server is gone"));
      forget(record.id());
      return;
    }
    BoxSession session = BoxSession.restored(parts, record);
    sessions.add(session);
    ends.restored(record);
    session.resume(record, process.get());
    LOG.atInfo()
        .addKeyValue("session", record.id())
        .addKeyValue("pid", record.pid())
        .log("session taken up again");
  }

  /** Runs it once every session taken up so far has its port again, or is known not to get it. */
  void whenTakenUp(Runnable then) {
    if (withoutSockets == 0) {
      then.run();
    } else {
      whenTakenUp = then;
    }
  }

  /** Ends a session that took too long to open. */
  void abandon(AdmissionOutput.AbandonSession abandon) {
    sessions.get(abandon.session()).ifPresent(session -> session.end(abandon.reason()));
  }

  /** Brings a session's counter to the disk. */
  void persist(AdmissionOutput.PersistCounter persist) {
    if (isPing(persist.session())) {
      // it does not outlive this process, and neither need its counter
      admission.accept(new AdmissionInput.CounterPersisted(persist.id()));
      return;
    }
    loop.offload(
        () -> store.saveCounter(persist.session(), persist.counter()),
        (saved, failure) -> {
          if (failure == null) {
            admission.accept(new AdmissionInput.CounterPersisted(persist.id()));
          } else {
            LOG.atError().setCause(failure).log("a session's counter could not be written");
          }
        });
  }

  /** Carries a control message out. */
  void control(AdmissionOutput.ControlRequested control) {
    BoxSession session = sessions.get(control.session()).orElse(null);
    if (session == null) {
      admission.accept(new AdmissionInput.SessionEnded(control.session(), "it has ended"));
      return;
    }
    if (control.end()) {
      admission.accept(
          new AdmissionInput.ControlDone(control.id(), Optional.empty(), List.of(), 0, true));
      session.end("the laptop ended it");
      return;
    }
    controls.put(control.session(), control);
    boolean another = session.path().relay() != control.relay();
    session
        .path()
        .restart(
            control.peer().orElseThrow(),
            control.observed(),
            control.relay(),
            oneWay(control.rttMillis()) + SETTLE_MILLIS);
    if (another) {
      link.useCookie(session);
      keepRelay(session);
    }
  }

  /** For the next run: with it a restarted agent is back on the relay before the laptop notices. */
  private void keepRelay(BoxSession session) {
    if (session.isPing()) {
      return;
    }
    int relay = session.path().relay();
    loop.offload(
        () -> store.saveRelay(session.id(), relay),
        (saved, failure) -> {
          if (failure != null) {
            LOG.atWarn().setCause(failure).log("a session's record could not be written");
          }
        });
  }

  /** The answer that admits it, or goes on with it, has left. */
  void answered(SessionId id) {
    sessions.get(id).ifPresent(session -> session.path().answered());
  }

  /** Where the rendezvous says a session's laptop is; null if it does not. */
  TransportAddress claimedAddress(SessionId id) {
    return sessions.get(id).map(BoxSession::claimedAddress).orElse(null);
  }

  /** Whether it is only there to be measured. */
  boolean isPing(SessionId id) {
    return sessions.get(id).map(BoxSession::isPing).orElse(false);
  }

  /** Half of both round trips to the rendezvous: when the answer will be there. */
  private int oneWay(int peerRttMillis) {
    return Math.toIntExact(Math.min(MAX_ONE_WAY_MILLIS, (peerRttMillis + link.rttMillis()) / 2));
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

  // ---- what sessions say

  @Override
  public void takeSockets(BiConsumer<SocketSet, Throwable> then) {
    network.take(then);
  }

  @Override
  public void takeSockets(int port, BiConsumer<SocketSet, Throwable> then) {
    withoutSockets++;
    network.take(
        port,
        (set, failure) -> {
          then.accept(set, failure);
          withoutSockets--;
          if (withoutSockets == 0) {
            Runnable waiting = whenTakenUp;
            whenTakenUp = () -> {};
            waiting.run();
          }
        });
  }

  @Override
  public void socketReady(BoxSession session, IceDescription ice) {
    admission.accept(
        new AdmissionInput.SocketReady(
            session.openId(), ice, session.port(), session.path().wireIds(), SETTLE_MILLIS));
  }

  @Override
  public void serverStarted(
      BoxSession session, String moshKey, String warning, Optional<TransportAddress> handedOver) {
    ends.opened(session);
    admission.accept(
        new AdmissionInput.ServerStarted(session.openId(), moshKey, warning, handedOver));
  }

  @Override
  public void openFailed(BoxSession session, Refusal kind, String reason) {
    sessions.remove(session);
    ends.over(session);
    forget(session.id());
    LOG.atWarn()
        .addKeyValue("session", session.id())
        .addKeyValue("reason", reason)
        .log("session could not be opened");
    admission.accept(new AdmissionInput.OpenFailed(session.openId(), kind, reason));
  }

  @Override
  public void used(BoxSession session) {
    admission.accept(new AdmissionInput.SessionUsed(session.id()));
  }

  @Override
  public void heard(BoxSession session) {
    ends.heard(session);
  }

  @Override
  public void described(BoxSession session, IceDescription ice) {
    AdmissionOutput.ControlRequested control = controls.remove(session.id());
    if (control != null) {
      admission.accept(
          new AdmissionInput.ControlDone(
              control.id(), Optional.of(ice), session.path().wireIds(), SETTLE_MILLIS, false));
    }
  }

  @Override
  public void hintWanted(BoxSession session) {
    // without a link it would be lost, and the next may follow only after a while
    if (session.path().relay() != 0 && link.isUp()) {
      admission.accept(new AdmissionInput.HintWanted(session.id(), session.path().relay()));
    }
  }

  @Override
  public void relayMissing() {
    link.wanted();
  }

  @Override
  public void pathDoubted() {
    link.doubt();
  }

  @Override
  public void toRelay(int relay, byte[] datagram) {
    if (relay != 0) {
      link.send(Frames.datagram(relay, datagram));
    }
  }

  @Override
  public void ended(BoxSession session, String reason) {
    sessions.remove(session);
    ends.over(session);
    controls.remove(session.id());
    forget(session.id());
    LOG.atInfo()
        .addKeyValue("session", session.id())
        .addKeyValue("reason", reason)
        .log(session.isPing() ? "ping ended" : "session ended");
    int relay = session.path().relay();
    admission.accept(new AdmissionInput.SessionEnded(session.id(), reason, relay));
    if (relay != 0) {
      link.send(Frames.closeRelay(relay));
      link.forgetCookie(relay);
    }
  }
}
