package org.moshpit.agent.cli.wiring;

import java.net.InetAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import org.moshpit.agent.harvest.DiscoveryIn;
import org.moshpit.agent.harvest.DiscoveryOut;
import org.moshpit.common.netty.MachineDriver;
import org.moshpit.common.netty.UdpSocket;
import org.moshpit.common.sansio.Machine;
import org.moshpit.common.sansio.TransportAddress;

/**
 * Runs a machine of {@link org.moshpit.agent.harvest} that asks for sockets of its own, and closes
 * them when it has found what it looks for. For the event loop's thread.
 *
 * @param <T> what it finds
 */
public final class Discovery<T> {
  private final SocketBook book;
  private final InetAddress local;
  private final Function<DiscoveryOut, T> end;
  private final MachineDriver<DiscoveryIn, DiscoveryOut> driver;
  private final List<UdpSocket> sockets = new ArrayList<>();
  private final CompletableFuture<T> found = new CompletableFuture<>();
  private boolean stopped;

  private Discovery(
      AgentLoop loop,
      SocketBook book,
      InetAddress local,
      Machine<DiscoveryIn, DiscoveryOut> machine,
      Function<DiscoveryOut, T> end) {
    this.book = book;
    this.local = local;
    this.end = end;
    this.driver = new MachineDriver<>(loop.loop(), machine, book::get, this::handle);
  }

  /**
   * Begins.
   *
   * @param local the address to look from
   * @param machine at rest
   * @param unixMillis the rendezvous' clock
   * @param servers of one address family, the preferred first
   * @param end reads the machine's last event, the one that is no {@link DiscoveryOut.Open}
   */
  public static <T> Discovery<T> begin(
      AgentLoop loop,
      SocketBook book,
      InetAddress local,
      Machine<DiscoveryIn, DiscoveryOut> machine,
      long unixMillis,
      List<TransportAddress> servers,
      Function<DiscoveryOut, T> end) {
    Discovery<T> discovery = new Discovery<>(loop, book, local, machine, end);
    discovery.driver.handle(new DiscoveryIn.Start(unixMillis, servers));
    return discovery;
  }

  /** What was found; completes on the loop, never exceptionally, and not after {@link #stop}. */
  public CompletableFuture<T> found() {
    return found;
  }

  /** Gives up and closes its sockets. */
  public void stop() {
    stopped = true;
    driver.stop();
    sockets.forEach(book::close);
    sockets.clear();
  }

  private void handle(DiscoveryOut event) {
    if (event instanceof DiscoveryOut.Open wanted) {
      open(wanted.count(), new ArrayList<>());
    } else {
      stop();
      found.complete(end.apply(event));
    }
  }

  private void open(int count, List<DiscoveryIn.Local> opened) {
    if (opened.size() == count) {
      driver.handle(new DiscoveryIn.Opened(opened));
      return;
    }
    book.open(new TransportAddress(local, 0))
        .whenComplete(
            (socket, failure) -> {
              if (failure != null) {
                // as many as there are have to do
                driver.handle(new DiscoveryIn.Opened(opened));
                return;
              }
              if (stopped) {
                book.close(socket);
                return;
              }
              sockets.add(socket);
              socket.receiver(
                  (s, from, datagram) ->
                      driver.handle(new DiscoveryIn.Received(s.id(), from, datagram)));
              opened.add(new DiscoveryIn.Local(socket.id(), socket.local()));
              open(count, opened);
            });
  }
}
