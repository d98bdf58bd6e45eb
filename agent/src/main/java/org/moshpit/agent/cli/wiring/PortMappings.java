package org.moshpit.agent.cli.wiring;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.random.RandomGenerator;
import org.moshpit.agent.candidates.DestinationRules;
import org.moshpit.agent.portmap.Gateway;
import org.moshpit.agent.portmap.Knowledge;
import org.moshpit.agent.portmap.PortMapIn;
import org.moshpit.agent.portmap.PortMapMachine;
import org.moshpit.agent.portmap.PortMapOut;
import org.moshpit.agent.portmap.UpnpResult;
import org.moshpit.agent.portmap.io.LocalGateways;
import org.moshpit.agent.portmap.io.UpnpClient;
import org.moshpit.common.netty.MachineDriver;
import org.moshpit.common.netty.UdpSocket;
import org.moshpit.common.sansio.SocketId;
import org.moshpit.common.sansio.TransportAddress;

/**
 * Has the router map ports to the process' sockets. Until {@link #begin} it only remembers which:
 * nothing is asked, and nothing of it is loaded. For the event loop's thread.
 */
public final class PortMappings {
  /** Hears what the router says; on the event loop. */
  public interface Listener {
    /** The socket is reached at that address from now on. */
    void mapped(UdpSocket socket, TransportAddress outer);

    /** What the router granted, or why it is of no use. */
    void said(String line);

    /** What else the router does. */
    void detail(String line);
  }

  private final AgentLoop loop;
  private final SocketBook book;
  private final RandomGenerator random;
  private final Listener listener;
  private final Map<SocketId, UdpSocket> watched = new LinkedHashMap<>();
  private final Map<SocketId, TransportAddress> outer = new HashMap<>();
  private final CompletableFuture<Void> closed = new CompletableFuture<>();
  private Map<LocalGateways.Pair, UdpSocket> queries = Map.of();
  private MachineDriver<PortMapIn, PortMapOut> driver;
  private boolean reading;
  private boolean readAgain;
  private boolean stopped;

  PortMappings(AgentLoop loop, SocketBook book, RandomGenerator random, Listener listener) {
    this.loop = loop;
    this.book = book;
    this.random = random;
    this.listener = listener;
  }

  /** Asks from now on. */
  public void begin() {
    if (driver != null || stopped) {
      return;
    }
    driver = new MachineDriver<>(loop.loop(), new PortMapMachine(random), book::get, this::handle);
    watched.values().forEach(this::want);
    read();
  }

  /** Whether {@link #begin} was called. */
  public boolean hasBegun() {
    return driver != null;
  }

  /** Wants a socket mapped, for as long as it is open. */
  public void watch(UdpSocket socket) {
    watched.put(socket.id(), socket);
    if (driver != null) {
      want(socket);
    }
  }

  private void want(UdpSocket socket) {
    driver.handle(new PortMapIn.Wanted(socket.id(), socket.local()));
  }

  /** The socket is closed: its mapping is given back. */
  public void unwatch(SocketId socket) {
    outer.remove(socket);
    if (watched.remove(socket) != null && driver != null) {
      driver.handle(new PortMapIn.Released(socket));
    }
  }

  /** Where the router maps that socket, if it does. */
  public Optional<TransportAddress> outer(SocketId socket) {
    return Optional.ofNullable(outer.get(socket));
  }

  /** How many sockets the router maps. */
  public int size() {
    return outer.size();
  }

  /** Interfaces, routes or the clock changed. */
  public void networkChanged() {
    if (driver != null) {
      read();
    }
  }

  /** Gives everything back; completes when the router has been told as far as it listens. */
  public CompletableFuture<Void> stop() {
    stopped = true;
    if (driver == null) {
      closed.complete(null);
    } else {
      driver.handle(new PortMapIn.Close());
    }
    return closed;
  }

  private void read() {
    if (reading) {
      readAgain = true;
      return;
    }
    reading = true;
    loop.offload(LocalGateways::read, (pairs, failure) -> open(pairs == null ? List.of() : pairs));
  }

  /** A socket to ask from on each address; those that are there already stay. */
  private void open(List<LocalGateways.Pair> pairs) {
    Map<LocalGateways.Pair, UdpSocket> before = queries;
    Map<LocalGateways.Pair, UdpSocket> now = new LinkedHashMap<>();
    CompletableFuture<?> all = CompletableFuture.completedFuture(null);
    for (LocalGateways.Pair pair : pairs) {
      if (before.containsKey(pair)) {
        now.put(pair, before.get(pair));
        continue;
      }
      CompletableFuture<UdpSocket> opening = book.open(new TransportAddress(pair.local(), 0));
      all =
          all.thenCombine(
              // an address that went away has no gateway to ask
              opening.handle((socket, failure) -> socket == null ? null : now.put(pair, socket)),
              (one, other) -> null);
    }
    loop.onLoop(all, (done, failure) -> opened(before, now));
  }

  private void opened(
      Map<LocalGateways.Pair, UdpSocket> before, Map<LocalGateways.Pair, UdpSocket> now) {
    queries = now;
    before.values().stream().filter(socket -> !now.containsValue(socket)).forEach(book::close);
    List<Gateway> gateways = new ArrayList<>();
    now.forEach(
        (pair, socket) -> {
          socket.receiver(
              (s, from, datagram) -> driver.handle(new PortMapIn.Received(s.id(), from, datagram)));
          gateways.add(new Gateway(socket.id(), pair.local(), pair.router()));
        });
    if (stopped) {
      queries.values().forEach(book::close);
      return;
    }
    driver.handle(new PortMapIn.Gateways(gateways));
    reading = false;
    if (readAgain) {
      readAgain = false;
      read();
    }
  }

  private void handle(PortMapOut event) {
    if (event instanceof PortMapOut.Mapped mapped) {
      UdpSocket socket = watched.get(mapped.socket());
      if (socket != null) {
        outer.put(mapped.socket(), mapped.outer());
        listener.said(
            "the router maps "
                + mapped.outer()
                + " to port "
                + socket.local().port()
                + " ("
                + mapped.by()
                + ")"
                + (DestinationRules.isShared(mapped.outer().ip())
                    ? ", for peers behind the same carrier's NAT"
                    : ""));
        listener.mapped(socket, mapped.outer());
      }
    } else if (event instanceof PortMapOut.Lost lost) {
      outer.remove(lost.socket());
      listener.said("the router maps a port no longer: " + lost.reason());
    } else if (event instanceof PortMapOut.AskUpnp ask) {
      loop.offload(
          AgentLoop.Lane.ROUTER,
          "router",
          () -> UpnpClient.call(ask.request()),
          (result, failure) ->
              driver.handle(
                  new PortMapIn.UpnpAnswered(
                      ask.call(),
                      failure == null ? result : new UpnpResult.Failed(failure.getMessage()))));
    } else if (event instanceof PortMapOut.KnowledgeChanged known) {
      String line = "the router's " + known.protocol() + ": " + known.reason();
      if (known.knowledge() == Knowledge.USELESS) {
        listener.said(line);
      } else {
        listener.detail(line);
      }
    } else if (event instanceof PortMapOut.Closed) {
      // not from within the machine's own turn: its last words have to leave first
      loop.loop()
          .execute(
              () -> {
                driver.stop();
                queries.values().forEach(book::close);
                closed.complete(null);
              });
    }
  }
}
