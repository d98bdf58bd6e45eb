package org.moshpit.agent.cli.box;

import java.net.BindException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.BiConsumer;
import java.util.random.RandomGenerator;
import org.moshpit.agent.auth.Authorizer;
import org.moshpit.agent.candidates.IceDescription;
import org.moshpit.agent.cli.wiring.AgentLoop;
import org.moshpit.agent.cli.wiring.Observation;
import org.moshpit.agent.cli.wiring.SessionTransport;
import org.moshpit.agent.cli.wiring.SocketBook;
import org.moshpit.agent.cli.wiring.SocketSet;
import org.moshpit.agent.control.SessionStatus;
import org.moshpit.agent.forward.ServerLoopback;
import org.moshpit.agent.mosh.LoginAccount;
import org.moshpit.agent.mosh.MoshServerLauncher;
import org.moshpit.agent.mosh.MoshServerRequest;
import org.moshpit.agent.mosh.MoshServerResult;
import org.moshpit.agent.mosh.RunningProcess;
import org.moshpit.agent.mosh.ServerWatch;
import org.moshpit.agent.path.PathConfig;
import org.moshpit.agent.path.PathIn;
import org.moshpit.agent.path.PathKind;
import org.moshpit.agent.path.PathOut;
import org.moshpit.agent.path.PathSnapshot;
import org.moshpit.agent.path.RelayPolicy;
import org.moshpit.agent.punch.IceRole;
import org.moshpit.agent.records.SessionRecord;
import org.moshpit.agent.records.SessionStore;
import org.moshpit.agent.session.AdmissionOutput;
import org.moshpit.agent.session.ObservedSocket;
import org.moshpit.common.netty.UdpSocket;
import org.moshpit.common.sansio.TransportAddress;
import org.moshpit.common.seal.LocaleSetting;
import org.moshpit.common.seal.Refusal;
import org.moshpit.common.seal.SessionId;
import org.moshpit.common.seal.SessionRequest;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One session at the box: its sockets and path, its mosh-server behind a loopback socket, its end.
 * For the event loop's thread.
 */
final class BoxSession {
  private static final Logger LOG = LoggerFactory.getLogger(BoxSession.class);
  private static final long GRACE_MILLIS = 11_000;

  /** Where a session turns to; the daemon. */
  interface Host {
    /** Opened as far as the answer needs: sockets there, description known. */
    void socketReady(BoxSession session, IceDescription ice);

    /** mosh-server runs; with handover on {@code handedOver}. */
    void serverStarted(
        BoxSession session, String moshKey, String warning, Optional<TransportAddress> handedOver);

    /** It cannot be opened. */
    void openFailed(BoxSession session, Refusal kind, String reason);

    /** The first datagram for mosh-server is about to be passed on. */
    void used(BoxSession session);

    /** A new description, after the peer's. */
    void described(BoxSession session, IceDescription ice);

    /** The laptop should run a control exchange. */
    void hintWanted(BoxSession session);

    /** A datagram for the relay. */
    void toRelay(int relay, byte[] datagram);

    /** Nothing of it is left here but, perhaps, what a handover left to itself. */
    void ended(BoxSession session, String reason);

    /** Sockets for this session. */
    void takeSockets(BiConsumer<SocketSet, Throwable> then);

    /** Sockets on that port if it can be had, else on another. */
    void takeSockets(int port, BiConsumer<SocketSet, Throwable> then);
  }

  /**
   * What every session of a daemon is given.
   *
   * @param timeoutSeconds when mosh-server ends itself without a word from the client
   */
  record Parts(
      AgentLoop loop,
      SocketBook book,
      Observation observation,
      RandomGenerator random,
      Host host,
      SessionStore store,
      MoshServerLauncher launcher,
      String moshServer,
      long timeoutSeconds) {}

  private final Parts parts;
  private final AgentLoop loop;
  private final Host host;
  private final SessionId id;
  private final String user;
  private final String peer;
  private final AdmissionOutput.OpenSession order;
  private final Authorizer.Decision.Allowed allowed;
  private final Instant since;
  private final boolean handover;
  private final SessionTransport transport;
  private int relay;
  private int port;
  private boolean peerKnown;
  private boolean described;
  private boolean over;
  private boolean used;
  private boolean handedOver;
  private TransportAddress handoverBase;
  private PathSnapshot lastPath;
  private ServerLoopback loopback;
  private ServerWatch watch;
  private int serverPort;

  private BoxSession(
      Parts parts,
      SessionId id,
      String user,
      String peer,
      Instant since,
      AdmissionOutput.OpenSession order,
      Authorizer.Decision.Allowed allowed) {
    this.parts = parts;
    this.loop = parts.loop();
    this.host = parts.host();
    this.id = id;
    this.user = user;
    this.peer = peer;
    this.since = since;
    this.order = order;
    this.allowed = allowed;
    this.handover = order != null && order.request().handover();
    this.relay = order == null ? 0 : order.relay();
    this.transport =
        new SessionTransport(
            loop,
            parts.book(),
            parts.observation(),
            new PathConfig(IceRole.CONTROLLED, handover ? RelayPolicy.NEVER : RelayPolicy.AUTO),
            parts.random(),
            new PathListener(),
            line -> LOG.atDebug().addKeyValue("session", id).log("session path: {}", line));
  }

  /** A session somebody was just admitted to. */
  static BoxSession ordered(
      Parts parts, AdmissionOutput.OpenSession order, Authorizer.Decision.Allowed allowed) {
    return new BoxSession(
        parts, order.session(), order.user(), order.from(), Instant.now(), order, allowed);
  }

  /** A session that outlived the agent's last run. */
  static BoxSession restored(Parts parts, SessionRecord record) {
    return new BoxSession(
        parts,
        record.id(),
        record.user(),
        record.peer(),
        Instant.ofEpochMilli(record.sinceMillis()),
        null,
        null);
  }

  SessionId id() {
    return id;
  }

  long openId() {
    return order.id();
  }

  int relay() {
    return relay;
  }

  int port() {
    return port;
  }

  SessionTransport transport() {
    return transport;
  }

  /** Where the rendezvous says the laptop is; null if it does not. */
  TransportAddress claimedAddress() {
    return order == null || order.observed().isEmpty() ? null : order.observed().get(0).address();
  }

  boolean isOver() {
    return over;
  }

  /** Opens it; the host hears how it went. */
  void open(int startDelayMillis) {
    host.takeSockets(
        (set, failure) -> {
          if (failure != null) {
            fail(
                Refusal.NO_PORT,
                failure instanceof BindException
                    ? failure.getMessage()
                    : "the box cannot open a UDP socket: " + failure.getMessage());
            return;
          }
          if (over) {
            adopt(set);
            transport.close();
            return;
          }
          port = set.port();
          adopt(set);
          if (relay != 0 && !handover) {
            transport.handle(new PathIn.RelayUp());
          }
          order.observed().forEach(this::peerObserved);
          peerKnown = true;
          transport.handle(new PathIn.PeerDescribed(order.peer(), startDelayMillis));
          if (!order.request().ping()) {
            record();
          }
        });
  }

  /** The record is on the disk before there is a mosh-server to lose. */
  private void record() {
    SessionRecord record =
        new SessionRecord(
            SessionRecord.Role.BOX,
            id,
            user,
            port,
            0,
            0,
            0,
            since.toEpochMilli(),
            peer,
            order.fromKey(),
            order.key().fingerprint().toString(),
            order.secret(),
            0,
            handover);
    loop.offload(
        () -> {
          parts.store().save(record);
          return null;
        },
        (saved, failure) -> {
          if (failure != null) {
            LOG.atError().setCause(failure).log("a session's record could not be written");
            fail(Refusal.FAILURE, "the box cannot write its session records");
          } else if (!handover) {
            launch(MoshServerRequest.Bind.LOOPBACK, true);
          }
        });
  }

  /** Takes the same port again and goes on with the mosh-server that is there. */
  void resume(SessionRecord record, RunningProcess process) {
    port = record.port();
    described = true;
    serverPort = record.serverPort();
    watch = new ServerWatch(loop.loop(), process, GRACE_MILLIS, this::finish);
    openLoopback(() -> {});
    host.takeSockets(
        port,
        (set, failure) -> {
          if (failure != null) {
            LOG.atWarn()
                .addKeyValue("session", id)
                .addKeyValue("reason", failure.getMessage())
                .log("no socket for this session");
          } else {
            adopt(set);
            if (over) {
              transport.close();
            }
          }
        });
  }

  /** A control exchange brought the peer's new description. */
  void restart(IceDescription peer, List<ObservedSocket> observed, int relay, int delayMillis) {
    boolean hadRelay = this.relay != 0;
    this.relay = relay;
    if (relay != 0 && !hadRelay) {
      transport.handle(new PathIn.RelayUp());
    }
    observed.forEach(this::peerObserved);
    transport.handle(new PathIn.PeerDescribed(peer, delayMillis));
  }

  void peerObserved(ObservedSocket seen) {
    transport.handle(new PathIn.PeerObserved(seen.address()));
  }

  void fromRelay(byte[] datagram) {
    transport.handle(new PathIn.FromRelay(datagram));
  }

  /** The link to the rendezvous came or went. */
  void link(boolean up, String reason) {
    if (relay != 0 && !handover) {
      transport.handle(up ? new PathIn.RelayUp() : new PathIn.RelayDown(reason));
    }
  }

  /** The rendezvous closed the relay. */
  void relayClosed(String reason) {
    relay = 0;
    transport.handle(new PathIn.RelayDown(reason));
  }

  /** Ends it from our side: mosh-server is asked to go. */
  void end(String reason) {
    LOG.atInfo()
        .addKeyValue("session", id())
        .addKeyValue("reason", reason)
        .log("session is being ended");
    if (watch != null && !watch.isOver()) {
      watch.end();
    } else {
      finish(reason);
    }
  }

  /** The daemon goes; mosh-server stays, for the next run to take up again. */
  void leave() {
    over = true;
    if (watch != null) {
      watch.forget();
    }
    close();
  }

  SessionStatus status() {
    PathSnapshot path = handedOver ? lastPath : transport.snapshot();
    return new SessionStatus(
        id.toString(),
        user,
        peer,
        path.path().name().toLowerCase(Locale.ROOT),
        path.remote(),
        path.rttMillis() < 0 ? null : (double) path.rttMillis(),
        since,
        path.roams(),
        serverPort == 0 ? port : serverPort,
        watch == null ? null : watch.process().pid());
  }

  private void adopt(SocketSet set) {
    for (SocketSet.Member member : set.members()) {
      transport.add(member.socket(), member.wireId());
    }
  }

  private void launch(MoshServerRequest.Bind bind, boolean anyPort) {
    SessionRequest request = order.request();
    Map<String, String> locale = new LinkedHashMap<>();
    for (LocaleSetting setting : request.locale()) {
      locale.put(setting.name(), setting.value());
    }
    var account = allowed.account();
    MoshServerRequest wanted =
        new MoshServerRequest(
            new LoginAccount(
                account.name(),
                Math.toIntExact(account.uid()),
                Math.toIntExact(account.gid()),
                account.home(),
                Path.of(account.shell())),
            request.argv(),
            allowed.forcedCommand().orElse(null),
            locale,
            request.colors(),
            request.server().isEmpty() ? parts.moshServer() : request.server(),
            port,
            anyPort,
            bind,
            parts.timeoutSeconds());
    loop.offload(
        () -> parts.launcher().launch(wanted),
        (result, failure) -> {
          if (failure != null) {
            LOG.atWarn().setCause(failure).log("mosh-server could not be started");
            fail(Refusal.FAILURE, "mosh-server could not be started on the box");
          } else if (result instanceof MoshServerResult.Failed failed) {
            fail(refusal(failed.reason()), failed.sentence());
          } else {
            started((MoshServerResult.Started) result);
          }
        });
  }

  private static Refusal refusal(MoshServerResult.Reason reason) {
    return switch (reason) {
      case NOT_FOUND -> Refusal.NO_MOSH_SERVER;
      case PORT_TAKEN, BIND -> Refusal.NO_PORT;
      case LOCALE -> Refusal.LOCALE;
      case TIMEOUT, GARBLED -> Refusal.FAILURE;
    };
  }

  private void started(MoshServerResult.Started started) {
    if (over) {
      started.process().terminate();
      return;
    }
    serverPort = started.port();
    watch = new ServerWatch(loop.loop(), started.process(), GRACE_MILLIS, this::finish);
    loop.offload(
        () ->
            parts
                .store()
                .saveServer(
                    id, started.port(), started.process().pid(), started.process().startTime()),
        (saved, failure) -> {
          if (failure != null) {
            LOG.atError().setCause(failure).log("a session's record could not be written");
          }
        });
    if (handedOver) {
      host.serverStarted(this, started.key(), "", Optional.of(handoverBase));
    } else {
      openLoopback(() -> host.serverStarted(this, started.key(), "", Optional.empty()));
    }
  }

  private void openLoopback(Runnable then) {
    ServerLoopback.open(
            loop.loop(),
            serverPort,
            datagram -> transport.handle(new PathIn.FromApp(datagram)),
            () -> watch.portUnreachable())
        .addListener(
            opened -> {
              if (opened.isSuccess()) {
                loopback = (ServerLoopback) opened.getNow();
                then.run();
              } else {
                fail(Refusal.FAILURE, "the box cannot reach its own mosh-server");
              }
            });
  }

  /** The recipe as written: our sockets go, and mosh-server itself binds the punched port. */
  private void handOver() {
    handedOver = true;
    lastPath = transport.snapshot();
    LOG.atInfo().addKeyValue("session", id()).log("the port is handed over to mosh-server");
    UdpSocket first = transport.sockets().get(0);
    boolean ipv6 = transport.sockets().stream().allMatch(socket -> socket.local().isIpv6());
    handoverBase = first.local();
    loop.onLoop(
        transport.closeAll(),
        (done, failure) ->
            launch(
                ipv6 ? MoshServerRequest.Bind.ANY_IPV6 : MoshServerRequest.Bind.ANY_IPV4, false));
  }

  private void fail(Refusal kind, String reason) {
    if (over) {
      return;
    }
    over = true;
    if (watch != null) {
      watch.end();
    }
    close();
    host.openFailed(this, kind, reason);
  }

  private void finish(String reason) {
    if (over) {
      return;
    }
    over = true;
    close();
    host.ended(this, reason);
  }

  private void close() {
    transport.close();
    if (loopback != null) {
      loopback.close();
    }
  }

  private final class PathListener implements SessionTransport.Listener {
    @Override
    public void toApp(byte[] datagram) {
      if (loopback != null) {
        if (!used) {
          used = true;
          host.used(BoxSession.this);
        }
        loopback.send(datagram);
      }
    }

    @Override
    public void toRelay(byte[] datagram) {
      host.toRelay(relay, datagram);
    }

    @Override
    public void pathChanged(PathOut.PathChanged changed) {
      LOG.atInfo()
          .addKeyValue("session", id())
          .addKeyValue("path", changed.path())
          .addKeyValue("rttMillis", changed.rttMillis())
          .addKeyValue("reason", changed.reason())
          .log("path changed");
      if (handover && changed.path() == PathKind.DIRECT && !handedOver) {
        // not from within the machine's own turn
        loop.loop().execute(BoxSession.this::handOver);
      }
    }

    @Override
    public void needExchange(String reason) {
      host.hintWanted(BoxSession.this);
    }

    @Override
    public void localDescription(IceDescription ice) {
      if (described) {
        host.described(BoxSession.this, ice);
      } else if (port != 0 && peerKnown) {
        described = true;
        host.socketReady(BoxSession.this, ice);
      }
    }

    @Override
    public void openSockets(String reason) {
      host.takeSockets(
          (set, failure) -> {
            if (failure != null) {
              LOG.atWarn()
                  .addKeyValue("session", id())
                  .addKeyValue("reason", failure.getMessage())
                  .log("no fresh socket for this session");
              return;
            }
            adopt(set);
            if (over) {
              transport.close();
            }
          });
    }
  }
}
