package org.moshpit.agent.portmap.io;

import io.netty.channel.EventLoop;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import org.moshpit.agent.portmap.Gateway;
import org.moshpit.agent.portmap.PortMapIn;
import org.moshpit.agent.portmap.PortMappingProtocol;
import org.moshpit.agent.portmap.ProbeMachine;
import org.moshpit.common.netty.MachineDriver;
import org.moshpit.common.netty.UdpSocket;
import org.moshpit.common.sansio.SocketId;
import org.moshpit.common.sansio.TransportAddress;

/**
 * Which port mapping protocols the default gateway answers, for those who only want to know:
 * nothing is mapped.
 */
public final class PortMappingProbe {
  private static final SocketId QUERY = new SocketId(1);

  private PortMappingProbe() {}

  /**
   * Asks the IPv4 default gateway. From any thread.
   *
   * @param blocking where the routing table is read
   * @return completes on the loop, within little more than a second, and never exceptionally: the
   *     protocols that answered; empty without a default gateway
   */
  public static CompletableFuture<Set<PortMappingProtocol>> ask(EventLoop loop, Executor blocking) {
    return CompletableFuture.supplyAsync(PortMappingProbe::pair, blocking)
        .thenComposeAsync(
            pair ->
                pair.isEmpty() ? CompletableFuture.completedFuture(none()) : ask(loop, pair.get()),
            loop)
        .exceptionally(e -> none()); // no socket to ask from is no answer
  }

  private static Optional<LocalGateways.Pair> pair() {
    return LocalGateways.read().stream()
        .filter(p -> p.local().getAddress().length == 4)
        .findFirst();
  }

  private static Set<PortMappingProtocol> none() {
    return EnumSet.noneOf(PortMappingProtocol.class);
  }

  static CompletableFuture<Set<PortMappingProtocol>> ask(EventLoop loop, LocalGateways.Pair pair) {
    return UdpSocket.open(loop, QUERY, new TransportAddress(pair.local(), 0))
        .thenCompose(
            socket -> {
              CompletableFuture<Set<PortMappingProtocol>> answer = new CompletableFuture<>();
              Gateway gateway = new Gateway(QUERY, pair.local(), pair.router());
              MachineDriver<PortMapIn, Set<PortMappingProtocol>> driver =
                  new MachineDriver<>(loop, new ProbeMachine(), id -> socket, answer::complete);
              socket.receiver(
                  (s, from, datagram) ->
                      driver.handle(new PortMapIn.Received(QUERY, from, datagram)));
              driver.handle(new PortMapIn.Gateways(List.of(gateway)));
              return answer.whenComplete(
                  (found, failure) -> {
                    driver.stop();
                    socket.close();
                  });
            });
  }
}
