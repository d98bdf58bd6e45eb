package org.moshpit.agent.cli.wiring;

import java.net.InetAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.random.RandomGenerator;
import org.moshpit.agent.harvest.DiscoveryIn;
import org.moshpit.agent.harvest.DiscoveryMachine;
import org.moshpit.agent.harvest.DiscoveryOut;
import org.moshpit.agent.harvest.DiscoveryPlan;
import org.moshpit.agent.harvest.StunBudget;
import org.moshpit.agent.harvest.StunCredentials;
import org.moshpit.common.nat.NatFindings;
import org.moshpit.common.netty.MachineDriver;
import org.moshpit.common.netty.UdpSocket;
import org.moshpit.common.sansio.TransportAddress;

/**
 * One {@link DiscoveryMachine} with sockets of its own, which are closed when it has found what it
 * looks for. For the event loop's thread.
 */
public final class Discovery {
  private final SocketBook book;
  private final InetAddress local;
  private final MachineDriver<DiscoveryIn, DiscoveryOut> driver;
  private final List<UdpSocket> sockets = new ArrayList<>();
  private final CompletableFuture<NatFindings> found = new CompletableFuture<>();

  private Discovery(AgentLoop loop, SocketBook book, InetAddress local, DiscoveryMachine machine) {
    this.book = book;
    this.local = local;
    this.driver = new MachineDriver<>(loop.loop(), machine, book::get, this::handle);
  }

  /**
   * Begins.
   *
   * @param random draws transaction ids: must be cryptographically strong
   * @param budget shared with others that ask these servers
   * @param local the address to look from
   * @param unixMillis the rendezvous' clock
   * @param servers of one address family, the preferred first
   */
  public static Discovery begin(
      AgentLoop loop,
      SocketBook book,
      StunCredentials credentials,
      RandomGenerator random,
      StunBudget budget,
      DiscoveryPlan plan,
      InetAddress local,
      long unixMillis,
      List<TransportAddress> servers) {
    DiscoveryMachine machine = new DiscoveryMachine(credentials, random, budget, plan);
    Discovery discovery = new Discovery(loop, book, local, machine);
    discovery.driver.handle(new DiscoveryIn.Start(unixMillis, servers));
    return discovery;
  }

  /** What was found; completes on the loop, never exceptionally, and not after {@link #stop}. */
  public CompletableFuture<NatFindings> found() {
    return found;
  }

  /** Gives up and closes its sockets. */
  public void stop() {
    driver.stop();
    sockets.forEach(book::close);
    sockets.clear();
  }

  private void handle(DiscoveryOut event) {
    if (event instanceof DiscoveryOut.Open wanted) {
      open(wanted.count(), new ArrayList<>());
    } else if (event instanceof DiscoveryOut.Found end) {
      stop();
      found.complete(end.findings());
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
              if (found.isDone()) {
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
