package org.moshpit.agent.cli.box;

import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;
import org.moshpit.agent.candidates.IceDescription;
import org.moshpit.agent.cli.wiring.AgentLoop;
import org.moshpit.agent.cli.wiring.ProcessSockets;
import org.moshpit.agent.cli.wiring.SessionTransport;
import org.moshpit.agent.cli.wiring.SocketSet;
import org.moshpit.agent.cli.wiring.StunServers;
import org.moshpit.agent.path.PathConfig;
import org.moshpit.agent.path.PathIn;
import org.moshpit.agent.path.PathKind;
import org.moshpit.agent.path.PathOut;
import org.moshpit.agent.path.PathSnapshot;
import org.moshpit.agent.path.RelayPolicy;
import org.moshpit.agent.punch.IceRole;
import org.moshpit.agent.session.ObservedSocket;
import org.moshpit.common.nat.NatBehaviour;
import org.moshpit.common.netty.UdpSocket;
import org.moshpit.common.sansio.TransportAddress;
import org.moshpit.common.seal.SessionId;
import org.moshpit.common.wire.proto.RelayCookie;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.spi.LoggingEventBuilder;

/**
 * The way from a box to the laptop of one session: the session's sockets, the path over them, and
 * the relay, which comes and goes with the link. For the event loop's thread.
 */
final class SessionPath {
  private static final Logger LOG = LoggerFactory.getLogger(SessionPath.class);

  /** Hears of it; on the event loop. */
  interface Listener {
    /** A datagram of the laptop's. */
    void fromLaptop(byte[] datagram);

    /** A datagram for the relay. */
    void toRelay(int relay, byte[] datagram);

    /** What carries the datagrams now; said from within the path's own turn. */
    void pathChanged(PathKind kind);

    /** A datagram is lost because there is neither a path nor a relay. */
    void relayMissing();

    /** It may be gone, and with it whatever else runs over this network. */
    void pathDoubted();

    /** What the laptop is to be told, now that there is something from it to go by. */
    void described(IceDescription ice);

    /** Without a word from the laptop nothing gets better. */
    void exchangeWanted();

    /** {@link #adopt} fresh sockets. */
    void socketsWanted();

    /** The laptop measured its way over the relay. */
    void pinged();

    /** There is no relay any more, by the rendezvous' word. */
    void relayClosed();
  }

  private final SessionId session;
  private final boolean handover;
  private final Listener listener;
  private final PathGauge gauge;
  private final Supplier<NatBehaviour> nat;
  private final SessionTransport transport;
  private int relay;
  private boolean peerKnown;
  private boolean closed;
  private PathSnapshot last;

  /**
   * Without sockets, and without a word from the laptop.
   *
   * @param user the account that the session is for: turns go by it
   * @param key the fingerprint of the key that opened the session: and then by that
   * @param handover whether the port is to be mosh-server's: then the relay carries nothing
   * @param relay the relay's number on the link, or 0
   * @param random must be cryptographically strong
   * @param gauge hears what is to be counted
   */
  SessionPath(
      AgentLoop loop,
      ProcessSockets sockets,
      RandomGenerator random,
      SessionId session,
      String user,
      String key,
      boolean handover,
      int relay,
      PathGauge gauge,
      Listener listener) {
    this.session = session;
    this.handover = handover;
    this.relay = relay;
    this.listener = listener;
    this.gauge = gauge;
    this.nat = sockets.observation()::behaviour;
    this.transport =
        new SessionTransport(
            loop,
            sockets,
            new PathConfig(
                IceRole.CONTROLLED,
                handover ? RelayPolicy.NEVER : RelayPolicy.AUTO,
                sockets.limits().of(user, key)),
            random,
            new TransportEvents(),
            line -> LOG.atDebug().addKeyValue("session", session).log("session path: {}", line));
  }

  /** Takes sockets over; they are closed at once if they come too late. */
  void adopt(SocketSet set) {
    for (SocketSet.Member member : set.members()) {
      transport.add(member.socket(), member.wireId());
    }
    if (closed && !transport.isLeaving()) {
      transport.close();
    }
  }

  /** Begins towards a laptop that was just admitted; sockets are there. */
  void begin(IceDescription peer, List<ObservedSocket> observed, int delayMillis) {
    observed.forEach(this::peerObserved);
    peerKnown = true;
    transport.handle(new PathIn.PeerDescribed(peer, delayMillis));
  }

  /** Begins anew, with what a control exchange brought. */
  void restart(IceDescription peer, List<ObservedSocket> observed, int relay, int delayMillis) {
    if (relay != this.relay) {
      transport.anotherRelay();
      // the rendezvous closes on us what it does not know yet; see answered()
      transport.handle(new PathIn.RelayDown("the rendezvous has another relay for it"));
    }
    this.relay = relay;
    peerKnown = true;
    observed.forEach(this::peerObserved);
    transport.handle(new PathIn.PeerDescribed(peer, delayMillis));
  }

  /** The answer has left: only behind it does the rendezvous take anything for the relay. */
  void answered() {
    if (relay != 0 && !handover) {
      transport.handle(new PathIn.RelayUp());
    }
  }

  /** The rendezvous saw a socket of the laptop's. */
  void peerObserved(ObservedSocket seen) {
    gauge.observed(seen.address());
    transport.handle(new PathIn.PeerObserved(seen.address()));
  }

  /** A datagram from the relay. */
  void fromRelay(byte[] datagram) {
    transport.handle(new PathIn.FromRelay(datagram));
  }

  /** The rendezvous gave a cookie for the relay, good until that or the link is gone. */
  void relayCookie(RelayCookie cookie, StunServers servers) {
    transport.relayCookie(cookie, servers);
  }

  /** The rendezvous closed the relay. */
  void relayClosed(String reason) {
    relay = 0;
    transport.handle(new PathIn.RelayDown(reason));
    listener.relayClosed();
  }

  /** The link to the rendezvous came or went. */
  void link(boolean up, String reason) {
    if (relay != 0 && !handover) {
      transport.handle(up ? new PathIn.RelayUp() : new PathIn.RelayDown(reason));
      if (up && !peerKnown) {
        // the agent's last run knew the laptop; this one is told of it by an exchange only
        listener.exchangeWanted();
      }
    }
  }

  /** One of the process' sockets was seen at that address; it may be another session's. */
  void observed(UdpSocket socket, TransportAddress address) {
    transport.observed(socket, address);
  }

  /** The router maps one of the process' sockets; it may be another session's. */
  void mapped(UdpSocket socket, TransportAddress outer) {
    if (transport.mapped(socket, outer) && transport.snapshot().path() != PathKind.DIRECT) {
      listener.exchangeWanted();
    }
  }

  /** What is known of the NATs here changed. */
  void natFound(NatBehaviour nat) {
    transport.natFound(nat);
  }

  /** Interfaces, routes or the clock changed. */
  void networkChanged(String reason) {
    transport.handle(new PathIn.NetworkChanged(reason));
  }

  /** A datagram for the laptop. */
  void send(byte[] datagram) {
    transport.handle(new PathIn.FromApp(datagram));
  }

  /** The relay's number on the link, or 0. */
  int relay() {
    return relay;
  }

  /** Its sockets' names towards the rendezvous. */
  List<Long> wireIds() {
    return transport.wireIds();
  }

  /** How it is; after {@link #giveUpPort} how it was then. */
  PathSnapshot snapshot() {
    return last == null ? transport.snapshot() : last;
  }

  /** The local address of its first socket; there must be one. */
  TransportAddress base() {
    return transport.sockets().get(0).local();
  }

  /** Whether all its sockets are of IPv6. */
  boolean isIpv6() {
    return transport.sockets().stream().allMatch(socket -> socket.local().isIpv6());
  }

  /** Closes the sockets and leaves the port to another process; completes when it is free. */
  CompletableFuture<Void> giveUpPort() {
    last = transport.snapshot();
    closed = true;
    gauge.closed(last);
    return transport.giveUpPorts();
  }

  /** Whether nothing of it is left but what it was. */
  boolean isClosed() {
    return closed;
  }

  /** Whether a direct path carries alone, so that what is said on it arrives. */
  boolean isDirectAlone() {
    return transport.isDirectAlone();
  }

  /** The laptop is told, if there is a direct path, that the session is being ended. */
  void tellEnd(String reason) {
    transport.handle(new PathIn.End(reason));
  }

  /** Ends it and closes its sockets. */
  void close() {
    end(transport::close);
  }

  /** Ends it, and closes its sockets when the laptop was told why, if there is a direct path. */
  void close(String reason) {
    end(() -> transport.close(reason));
  }

  private void end(Runnable close) {
    last = snapshot();
    closed = true;
    gauge.closed(last);
    close.run();
  }

  private final class TransportEvents implements SessionTransport.Listener {
    @Override
    public void toApp(byte[] datagram) {
      listener.fromLaptop(datagram);
    }

    @Override
    public void toRelay(byte[] datagram) {
      listener.toRelay(relay, datagram);
    }

    @Override
    public void pathChanged(PathOut.PathChanged changed) {
      LoggingEventBuilder line =
          LOG.atInfo().addKeyValue("session", session).addKeyValue("path", changed.path().word());
      if (changed.remote() != null) {
        line = line.addKeyValue("address", changed.remote()).addKeyValue("source", "checked");
      }
      if (changed.rttMillis() >= 0) {
        line = line.addKeyValue("rttMillis", changed.rttMillis());
      }
      line.addKeyValue("reason", changed.reason()).log("path changed");
      gauge.changed(
          System.nanoTime(), changed, transport.snapshot().roams(), nat.get().mapping().word());
      listener.pathChanged(changed.path());
    }

    @Override
    public void relayMissing() {
      listener.relayMissing();
    }

    @Override
    public void pathDoubted() {
      listener.pathDoubted();
    }

    @Override
    public void needExchange(String reason) {
      listener.exchangeWanted();
    }

    @Override
    public void localDescription(IceDescription ice) {
      if (peerKnown) {
        listener.described(ice);
      }
    }

    @Override
    public void openSockets(String reason) {
      listener.socketsWanted();
    }

    @Override
    public void pingAnswered() {
      listener.pinged();
    }
  }
}
