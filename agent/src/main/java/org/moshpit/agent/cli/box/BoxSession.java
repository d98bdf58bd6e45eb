package org.moshpit.agent.cli.box;

import java.net.BindException;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.BiConsumer;
import java.util.random.RandomGenerator;
import org.moshpit.agent.auth.Authorizer;
import org.moshpit.agent.candidates.IceDescription;
import org.moshpit.agent.cli.wiring.AgentLoop;
import org.moshpit.agent.cli.wiring.ProcessSockets;
import org.moshpit.agent.cli.wiring.SocketSet;
import org.moshpit.agent.control.SessionEntry;
import org.moshpit.agent.control.SessionStatus;
import org.moshpit.agent.metrics.BoxMeter;
import org.moshpit.agent.mosh.ServerProcess;
import org.moshpit.agent.path.PathKind;
import org.moshpit.agent.path.PathSnapshot;
import org.moshpit.agent.records.SessionRecord;
import org.moshpit.agent.session.AdmissionOutput;
import org.moshpit.common.sansio.TransportAddress;
import org.moshpit.common.seal.Refusal;
import org.moshpit.common.seal.SessionId;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One session at the box, from its opening to its end: its {@link SessionPath} on one side, its
 * {@link SessionServer} on the other. For the event loop's thread.
 */
final class BoxSession {
  private static final Logger LOG = LoggerFactory.getLogger(BoxSession.class);

  private static final long PING_LOOK_SECONDS = 10;
  private static final long HEARD_NANOS = TimeUnit.SECONDS.toNanos(1);

  /** Where a session turns to. */
  interface Host {
    /** Opened as far as the answer needs: sockets there, description known. */
    void socketReady(BoxSession session, IceDescription ice);

    /** mosh-server runs; with handover on {@code handedOver}. */
    void serverStarted(
        BoxSession session, String moshKey, String warning, Optional<TransportAddress> handedOver);

    /** It cannot be opened. */
    void openFailed(BoxSession session, Refusal kind, String reason);

    /** The first datagram for mosh-server is about to be passed on, or a ping is heard of. */
    void used(BoxSession session);

    /** Datagrams come from the laptop; at most once a second. */
    void heard(BoxSession session);

    /** A new description, after the peer's. */
    void described(BoxSession session, IceDescription ice);

    /** The laptop should run a control exchange. */
    void hintWanted(BoxSession session);

    /** A datagram is lost because there is neither a path nor a relay. */
    void relayMissing();

    /** Its path may be gone, and with it the link. */
    void pathDoubted();

    /** A datagram for the relay. */
    void toRelay(int relay, byte[] datagram);

    /** Nothing of it is left here but, perhaps, what a handover left to itself. */
    void ended(BoxSession session, String reason);

    /** Sockets for this session. */
    void takeSockets(BiConsumer<SocketSet, Throwable> then);

    /** Sockets on that port if it can be had, else on another. */
    void takeSockets(int port, BiConsumer<SocketSet, Throwable> then);
  }

  /** What every session of a daemon is given. */
  record Parts(
      AgentLoop loop,
      ProcessSockets sockets,
      RandomGenerator random,
      Host host,
      BoxMeter meter,
      SessionServer.Parts server) {}

  private final AgentLoop loop;
  private final Host host;
  private final SessionId id;
  private final String user;
  private final String peer;
  private final String key;
  private final Instant since;
  private final AdmissionOutput.OpenSession order;
  private final Authorizer.Decision.Allowed allowed;
  private final boolean handover;
  private final boolean ping;
  private final SessionPath path;
  private final SessionServer server;
  private int port;
  private boolean answered;
  private boolean over;
  private boolean used;
  private long heardAt;
  private String endReason;
  private TransportAddress handedOver;

  private BoxSession(
      Parts parts,
      SessionId id,
      String user,
      String peer,
      String key,
      Instant since,
      boolean handover,
      int relay,
      AdmissionOutput.OpenSession order,
      Authorizer.Decision.Allowed allowed) {
    this.loop = parts.loop();
    this.host = parts.host();
    this.id = id;
    this.user = user;
    this.peer = peer;
    this.key = key;
    this.since = since;
    this.order = order;
    this.allowed = allowed;
    this.handover = handover;
    this.ping = order != null && order.request().ping();
    this.path =
        new SessionPath(
            loop,
            parts.sockets(),
            parts.random(),
            id,
            user,
            key,
            handover,
            relay,
            new PathGauge(parts.meter(), System.nanoTime()),
            new PathEvents());
    this.server = new SessionServer(parts.server(), id, new ServerEvents());
  }

  /** A session somebody was just admitted to. */
  static BoxSession ordered(
      Parts parts, AdmissionOutput.OpenSession order, Authorizer.Decision.Allowed allowed) {
    return new BoxSession(
        parts,
        order.session(),
        order.user(),
        order.from(),
        order.key().fingerprint().toString(),
        Instant.now(),
        order.request().handover(),
        order.relay(),
        order,
        allowed);
  }

  /** A session that outlived the agent's last run. */
  static BoxSession restored(Parts parts, SessionRecord record) {
    return new BoxSession(
        parts,
        record.id(),
        record.user(),
        record.peer(),
        record.key(),
        Instant.ofEpochMilli(record.sinceMillis()),
        record.handover(),
        record.relay(),
        null,
        null);
  }

  SessionId id() {
    return id;
  }

  /** The number of the order that opened it. */
  long openId() {
    return order.id();
  }

  /** Whether it is only there to be measured: no mosh-server, nothing on the disk. */
  boolean isPing() {
    return ping;
  }

  /** Whether nothing of it passes through here, so that nothing is known of its laptop. */
  boolean isHandover() {
    return handover;
  }

  /** Whether it is being ended from this side. */
  boolean isEnding() {
    return endReason != null;
  }

  /** The negotiated port, or 0 before there are sockets. */
  int port() {
    return port;
  }

  /** Its way to the laptop. */
  SessionPath path() {
    return path;
  }

  /** Where the rendezvous says the laptop is; null if it does not. */
  TransportAddress claimedAddress() {
    return order == null || order.observed().isEmpty() ? null : order.observed().get(0).address();
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
          path.adopt(set);
          if (over) {
            return;
          }
          port = set.port();
          path.begin(order.peer(), order.observed(), startDelayMillis);
          if (ping) {
            watchPing();
          } else {
            // on the disk before there is a mosh-server to lose
            server.record(record(), this::recorded);
          }
        });
  }

  /** On a direct path the laptop is heard of as long as there is one. */
  private void watchPing() {
    if (over) {
      return;
    }
    if (path.snapshot().path() == PathKind.DIRECT) {
      host.used(this);
    }
    loop.loop().schedule(this::watchPing, PING_LOOK_SECONDS, TimeUnit.SECONDS);
  }

  private SessionRecord record() {
    return new SessionRecord(
        SessionRecord.Role.BOX,
        id,
        user,
        port,
        0,
        0,
        0,
        -1,
        since.toEpochMilli(),
        handover ? SessionRecord.HEARD_UNKNOWN : SessionRecord.NEVER_HEARD,
        peer,
        order.fromKey(),
        key,
        order.secret(),
        0,
        handover,
        order.relay());
  }

  private void recorded() {
    if (!handover) {
      server.start(order.request(), allowed, port);
    }
  }

  /** Takes the same port again and goes on with the mosh-server that is there. */
  void resume(SessionRecord record, ServerProcess process) {
    port = record.port();
    answered = true;
    if (handover) {
      // the port is mosh-server's own, and so is the way to the laptop
      path.close();
      server.resumeOutside(record, process);
      return;
    }
    server.resume(record, process);
    host.takeSockets(port, (set, failure) -> adopt(set, failure, "no socket for this session"));
  }

  /**
   * It is going to be ended from our side, for this reason; {@link #end} is still to come.
   *
   * @return false if it has been said before
   */
  boolean announceEnd(String reason) {
    if (over || endReason != null) {
      return false;
    }
    LOG.atInfo()
        .addKeyValue("session", id)
        .addKeyValue("reason", reason)
        .log("session is being ended");
    endReason = reason;
    path.tellEnd(reason);
    return true;
  }

  /** Ends it from our side: mosh-server is asked to go. */
  void end(String reason) {
    announceEnd(reason);
    if (!over && !server.end()) {
      finish(endReason);
    }
  }

  /** The daemon goes; mosh-server stays, for the next run to take up again. */
  void leave() {
    over = true;
    if (endReason != null) {
      // it was going to be asked in a moment, and the next run would know nothing of that
      server.end();
    }
    server.leave();
    path.close();
  }

  SessionStatus status() {
    PathSnapshot now = path.snapshot();
    return new SessionStatus(
        id.toString(),
        user,
        peer,
        now.path().word(),
        now.remote(),
        now.rttMillis() < 0 ? null : (double) now.rttMillis(),
        since,
        now.roams(),
        now.path() == PathKind.DIRECT ? null : now.reason(),
        server.bytesTo(),
        server.bytesFrom(),
        server.port() == 0 ? port : server.port(),
        server.pid());
  }

  /**
   * As {@code agent sessions} shows it.
   *
   * @param heard when something came from its laptop; null: unknown
   * @param ends when it ends if nothing more comes; null: unknown
   */
  SessionEntry entry(Instant heard, Instant ends) {
    return new SessionEntry(
        id.toString(),
        user,
        peer,
        key,
        path.snapshot().path().word(),
        since,
        heard,
        ends,
        server.port() == 0 ? port : server.port(),
        server.pid());
  }

  private void adopt(SocketSet set, Throwable failure, String complaint) {
    if (failure == null) {
      path.adopt(set);
    } else {
      LOG.atWarn()
          .addKeyValue("session", id)
          .addKeyValue("reason", failure.getMessage())
          .log(complaint);
    }
  }

  /** The recipe as written: our sockets go, and mosh-server itself binds the punched port. */
  private void handOver() {
    if (over || handedOver != null) {
      return;
    }
    LOG.atInfo().addKeyValue("session", id).log("the port is handed over to mosh-server");
    handedOver = path.base();
    boolean ipv6 = path.isIpv6();
    loop.onLoop(
        path.giveUpPort(),
        (done, failure) -> server.startOutside(order.request(), allowed, port, ipv6));
  }

  private void fail(Refusal kind, String reason) {
    if (over) {
      return;
    }
    if (order == null) {
      // one that outlived a restart was opened long ago
      finish(reason);
      return;
    }
    over = true;
    server.end();
    close();
    host.openFailed(this, kind, reason);
  }

  private void finish(String reason) {
    if (over) {
      return;
    }
    over = true;
    String why = endReason == null ? reason : endReason;
    if (ping) {
      path.close(); // there is nobody left to tell
    } else {
      path.close(why);
    }
    server.close();
    host.ended(this, why);
  }

  private void close() {
    path.close();
    server.close();
  }

  private final class PathEvents implements SessionPath.Listener {
    @Override
    public void fromLaptop(byte[] datagram) {
      if (!used && server.isReady()) {
        used = true;
        host.used(BoxSession.this);
      }
      long now = System.nanoTime();
      if (heardAt == 0 || now - heardAt >= HEARD_NANOS) {
        heardAt = now;
        host.heard(BoxSession.this);
      }
      server.send(datagram);
    }

    @Override
    public void relayMissing() {
      host.relayMissing();
    }

    @Override
    public void pathDoubted() {
      host.pathDoubted();
    }

    @Override
    public void toRelay(int relay, byte[] datagram) {
      host.toRelay(relay, datagram);
    }

    @Override
    public void pathChanged(PathKind kind) {
      if (handover && kind == PathKind.DIRECT && handedOver == null) {
        // not from within the machine's own turn
        loop.loop().execute(BoxSession.this::handOver);
      }
    }

    @Override
    public void described(IceDescription ice) {
      if (answered) {
        host.described(BoxSession.this, ice);
      } else {
        answered = true;
        host.socketReady(BoxSession.this, ice);
      }
    }

    @Override
    public void exchangeWanted() {
      host.hintWanted(BoxSession.this);
    }

    @Override
    public void socketsWanted() {
      host.takeSockets((set, failure) -> adopt(set, failure, "no fresh socket for this session"));
    }

    @Override
    public void pinged() {
      if (ping) {
        host.used(BoxSession.this);
      }
    }

    @Override
    public void relayClosed() {
      if (ping) {
        finish("the laptop is gone");
      }
    }
  }

  private final class ServerEvents implements SessionServer.Listener {
    @Override
    public void serverStarted(String moshKey) {
      host.serverStarted(BoxSession.this, moshKey, "", Optional.ofNullable(handedOver));
    }

    @Override
    public void serverFailed(Refusal kind, String reason) {
      fail(kind, reason);
    }

    @Override
    public void fromServer(byte[] datagram) {
      path.send(datagram);
    }

    @Override
    public void serverEnded(String reason) {
      finish(reason);
    }
  }
}
