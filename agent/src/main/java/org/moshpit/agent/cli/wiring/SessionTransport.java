package org.moshpit.agent.cli.wiring;

import java.net.InetAddress;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.random.RandomGenerator;
import org.moshpit.agent.candidates.IceDescription;
import org.moshpit.agent.path.PathConfig;
import org.moshpit.agent.path.PathIn;
import org.moshpit.agent.path.PathMachine;
import org.moshpit.agent.path.PathOut;
import org.moshpit.agent.path.PathSnapshot;
import org.moshpit.agent.path.PathState;
import org.moshpit.common.identity.PlainText;
import org.moshpit.common.nat.Allocation;
import org.moshpit.common.nat.NatBehaviour;
import org.moshpit.common.nat.PortPattern;
import org.moshpit.common.nat.ServerChoice;
import org.moshpit.common.netty.LocalAddresses;
import org.moshpit.common.netty.MachineDriver;
import org.moshpit.common.netty.UdpSocket;
import org.moshpit.common.sansio.SocketId;
import org.moshpit.common.sansio.TransportAddress;
import org.moshpit.common.wire.proto.RelayCookie;

/**
 * One session's path machine with its sockets: what arrives on them goes to whom it is for, what
 * the machine wants is done or handed on. For the event loop's thread.
 */
public final class SessionTransport {
  /** What the machine says that is not carried out here; on the event loop. */
  public interface Listener {
    /** For mosh. */
    void toApp(byte[] datagram);

    /** For the relay, over the link. */
    void toRelay(byte[] datagram);

    /** What carries the datagrams now. */
    void pathChanged(PathOut.PathChanged changed);

    /** A datagram is lost because there is neither a path nor a relay. */
    void relayMissing();

    /** The path may be gone, and with it whatever else runs over this network. */
    void pathDoubted();

    /** Descriptions must be exchanged. */
    void needExchange(String reason);

    /** What the peer is to be told. */
    void localDescription(IceDescription description);

    /** Open fresh sockets and {@link SessionTransport#add} them. */
    void openSockets(String reason);

    /** The box says that the session is over, in words fit for a terminal; may come again. */
    default void ended(String reason) {}

    /** A ping of ours came back. */
    default void roundTrip(PathOut.RoundTrip trip) {}

    /** One of the peer's was answered. */
    default void pingAnswered() {}
  }

  private record Owned(UdpSocket socket, long wireId) {}

  /**
   * Between the end of a mosh-server and the first word of it: a mosh-client that was told by its
   * own server has gone by then, and its person need not hear it twice.
   */
  private static final long SETTLED_MILLIS = 300;

  /** What all the words take. */
  private static final long TOLD_MILLIS = 1000;

  private final AgentLoop loop;
  private final ProcessSockets sockets;
  private final Listener listener;
  private final Consumer<String> trace;
  private final PathMachine machine;
  private final MachineDriver<PathIn, PathOut> driver;
  private final RelayTransport relay;
  private final Map<SocketId, Owned> owned = new LinkedHashMap<>();
  private final Map<SocketId, UdpSocket> extras = new HashMap<>();
  private boolean closed;
  private boolean leaving;
  private final List<SocketId> givenUp = new ArrayList<>();
  private long descriptions;

  /**
   * Without sockets yet.
   *
   * @param random must be cryptographically strong: it draws ICE credentials
   * @param trace takes one line per transition, for the log
   */
  public SessionTransport(
      AgentLoop loop,
      ProcessSockets sockets,
      PathConfig config,
      RandomGenerator random,
      Listener listener,
      Consumer<String> trace) {
    this.loop = loop;
    this.sockets = sockets;
    this.listener = listener;
    this.trace = trace;
    this.machine = new PathMachine(config, random);
    this.driver = new MachineDriver<>(loop.loop(), machine, sockets.book()::get, this::handle);
    this.relay =
        new RelayTransport(
            loop, sockets.book(), listener::toRelay, this::fromRelay, listener::pathDoubted, trace);
  }

  /**
   * Takes a socket over.
   *
   * @param wireId its name towards the rendezvous
   */
  public void add(UdpSocket socket, long wireId) {
    owned.put(socket.id(), new Owned(socket, wireId));
    socket.receiver(this::received);
    driver.handle(new PathIn.SocketOpened(socket.id(), socket.local()));
    natFound(sockets.observation().behaviour());
    sockets
        .observation()
        .observed(socket.id())
        .ifPresent(address -> driver.handle(new PathIn.ServerReflexive(socket.id(), address)));
    sockets
        .mappings()
        .outer(socket.id())
        .ifPresent(address -> driver.handle(new PathIn.PortMapped(socket.id(), address)));
  }

  /** The observation saw a socket; ignored unless it is one of this session. */
  public void observed(UdpSocket socket, TransportAddress address) {
    if (owned.containsKey(socket.id())) {
      driver.handle(new PathIn.ServerReflexive(socket.id(), address));
    }
  }

  /**
   * The router maps a socket; ignored unless it is one of this session.
   *
   * @return whether that changed what the peer is to be told
   */
  public boolean mapped(UdpSocket socket, TransportAddress outer) {
    long before = descriptions;
    if (owned.containsKey(socket.id())) {
      driver.handle(new PathIn.PortMapped(socket.id(), outer));
    }
    return descriptions != before;
  }

  /** What is known of the NATs here changed. */
  public void natFound(NatBehaviour nat) {
    PortPattern ports = sockets.observation().ports();
    boolean block = nat.allocation() == Allocation.BLOCK;
    driver.handle(
        new PathIn.LocalNat(
            nat.mapping().word(),
            nat.allocation().word(),
            ports.step(),
            block ? ports.low() : 0,
            block ? ports.high() : 0));
  }

  /** The rendezvous gave a cookie for this session's relay, good until the relay is down. */
  public void relayCookie(RelayCookie cookie, StunServers servers) {
    relay.granted(cookie, servers);
  }

  /** The relay is another one: no cookie of before is good for it. */
  public void anotherRelay() {
    relay.voided("another relay");
  }

  private void fromRelay(byte[] datagram) {
    driver.handle(new PathIn.FromRelay(datagram));
  }

  /** Tells the machine. */
  public void handle(PathIn event) {
    if (event instanceof PathIn.RelayDown down) {
      relay.voided(down.reason());
    } else if (event instanceof PathIn.NetworkChanged changed) {
      relay.networkChanged(changed.reason());
    } else if (event instanceof PathIn.FromRelay heard) {
      relay.heardByLink(heard.bytes().length);
    }
    driver.handle(event);
    if (event instanceof PathIn.NetworkChanged) {
      loseWhatLeadsNowhere();
    }
  }

  /** A socket is bound to its address: without that it neither sends nor receives again. */
  private void loseWhatLeadsNowhere() {
    List<UdpSocket> all = new ArrayList<>(sockets());
    all.addAll(extras.values());
    for (UdpSocket socket : all) {
      if (LocalAddresses.isGone(socket.local().ip())) {
        closeSocket(socket.id());
        sockets.mappings().unwatch(socket.id());
        driver.handle(
            new PathIn.SocketLost(
                socket.id(),
                "this computer is no longer " + TransportAddress.text(socket.local().ip())));
      }
    }
  }

  /** The sockets' names towards the rendezvous, oldest first. */
  public List<Long> wireIds() {
    return owned.values().stream().map(Owned::wireId).toList();
  }

  /** Its sockets, oldest first. */
  public List<UdpSocket> sockets() {
    return owned.values().stream().map(Owned::socket).toList();
  }

  /** Whether a direct path carries alone, so that what is sent over it arrives. */
  public boolean isDirectAlone() {
    return machine.isDirectAlone();
  }

  /** Whether it will be closed in a moment, when the peer was told. */
  public boolean isLeaving() {
    return leaving && !closed;
  }

  /** The socket of the direct path, or null without one. */
  public SocketId directSocket() {
    return machine.directSocket();
  }

  /** How the path is. */
  public PathSnapshot snapshot() {
    return machine.snapshot(System.nanoTime());
  }

  /** Ends it, closes its sockets and gives back what the router maps to them. */
  public void close() {
    giveUpPorts();
    givenUp.forEach(sockets.mappings()::unwatch);
    givenUp.clear();
  }

  /**
   * Ends it as {@link #close} does, but if there is a direct path the peer is told first, which
   * takes a bit more than a second. Nothing is heard of it meanwhile.
   *
   * @param reason for the peer's person
   */
  public void close(String reason) {
    if (leaving) {
      return;
    }
    if (directSocket() == null) {
      close();
      return;
    }
    leaving = true;
    loop.loop()
        .schedule(
            () -> driver.handle(new PathIn.End(reason)), SETTLED_MILLIS, TimeUnit.MILLISECONDS);
    loop.loop().schedule(() -> close(), SETTLED_MILLIS + TOLD_MILLIS, TimeUnit.MILLISECONDS);
  }

  /**
   * Ends it and leaves its ports, with what the router maps to them until {@link #close}, to
   * another process; completes when they are free.
   */
  public CompletableFuture<Void> giveUpPorts() {
    closed = true;
    driver.handle(new PathIn.Close());
    driver.stop();
    relay.close();
    List<SocketId> all = new ArrayList<>(owned.keySet());
    givenUp.addAll(all);
    all.addAll(extras.keySet());
    return CompletableFuture.allOf(
        all.stream().map(this::closeSocket).toArray(CompletableFuture[]::new));
  }

  /**
   * Ends the machine, but leaves one socket open and to the caller: nothing watches it any more.
   */
  public UdpSocket keepOnly(SocketId id) {
    UdpSocket extra = extras.remove(id);
    Owned kept = extra == null ? owned.remove(id) : new Owned(extra, 0);
    if (kept == null) {
      throw new IllegalArgumentException(id + " is not of this session");
    }
    sockets.observation().unwatch(id);
    close();
    return kept.socket();
  }

  private void openExtra(InetAddress on, int count) {
    for (int i = 0; i < count; i++) {
      sockets
          .book()
          .open(new TransportAddress(on, 0))
          .whenComplete(
              (socket, failure) -> {
                if (failure != null) {
                  trace.accept("no socket for a strategy: " + failure.getMessage());
                  return;
                }
                if (closed) {
                  sockets.book().close(socket);
                  return;
                }
                extras.put(socket.id(), socket);
                socket.receiver(this::received);
                driver.handle(new PathIn.ExtraOpened(socket.id(), socket.local()));
              });
    }
  }

  private void seen(UdpSocket socket, ServerChoice server, TransportAddress at) {
    driver.handle(new PathIn.ExtraSeen(socket.id(), server, at));
  }

  private void received(UdpSocket socket, TransportAddress from, byte[] datagram) {
    if (!sockets.observation().take(socket, from, datagram)) {
      driver.handle(new PathIn.Datagram(socket.id(), from, datagram));
    }
  }

  private CompletableFuture<Void> closeSocket(SocketId id) {
    boolean known = owned.remove(id) != null;
    if (extras.remove(id) == null && !known) {
      return CompletableFuture.completedFuture(null);
    }
    sockets.observation().unwatch(id);
    return sockets.book().close(id);
  }

  private void handle(PathOut event) {
    if (leaving && !(event instanceof PathOut.CloseSocket)) {
      return;
    }
    if (event instanceof PathOut.ToApp data) {
      listener.toApp(data.bytes());
    } else if (event instanceof PathOut.ToRelay data) {
      relay.send(data.bytes());
    } else if (event instanceof PathOut.PathChanged changed) {
      trace.accept("path " + changed.path() + ": " + changed.reason());
      listener.pathChanged(changed);
    } else if (event instanceof PathOut.NeedExchange need) {
      trace.accept("exchange wanted: " + need.reason());
      listener.needExchange(need.reason());
    } else if (event instanceof PathOut.LocalDescription local) {
      descriptions++;
      listener.localDescription(local.description());
    } else if (event instanceof PathOut.OpenSocket open) {
      trace.accept("fresh sockets wanted: " + open.reason());
      listener.openSockets(open.reason());
    } else if (event instanceof PathOut.OpenExtra open) {
      openExtra(open.on(), open.count());
    } else if (event instanceof PathOut.AskServer ask) {
      UdpSocket socket = extras.get(ask.socket());
      if (socket != null) {
        sockets.observation().ask(socket, ask.server(), (server, at) -> seen(socket, server, at));
      }
    } else if (event instanceof PathOut.RoundTrip trip) {
      listener.roundTrip(trip);
    } else if (event instanceof PathOut.Ended ended) {
      trace.accept("the box says that the session is over");
      listener.ended(PlainText.clean(ended.reason()).strip());
    } else if (event instanceof PathOut.RelayMissing) {
      listener.relayMissing();
    } else if (event instanceof PathOut.PingAnswered) {
      listener.pingAnswered();
    } else if (event instanceof PathOut.Using using) {
      trace.accept("strategy " + using.phrase());
    } else if (event instanceof PathOut.CloseSocket close) {
      closeSocket(close.socket());
      sockets.mappings().unwatch(close.socket());
    } else if (event instanceof PathOut.StateChanged state) {
      trace.accept(state.from() + " → " + state.to() + ": " + state.reason());
      if (state.to() == PathState.SUSPECT) {
        relay.doubt(state.reason());
        listener.pathDoubted();
      }
    } else if (event instanceof PathOut.SearchChanged search) {
      trace.accept("search " + search.from() + " → " + search.to() + ": " + search.reason());
    }
  }
}
