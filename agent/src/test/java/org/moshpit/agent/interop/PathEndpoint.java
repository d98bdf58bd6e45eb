package org.moshpit.agent.interop;

import io.netty.channel.EventLoopGroup;
import java.security.SecureRandom;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import org.moshpit.agent.candidates.DestinationRules;
import org.moshpit.agent.candidates.IceDescription;
import org.moshpit.agent.path.PathConfig;
import org.moshpit.agent.path.PathIn;
import org.moshpit.agent.path.PathMachine;
import org.moshpit.agent.path.PathOut;
import org.moshpit.agent.path.RelayPolicy;
import org.moshpit.agent.punch.IceRole;
import org.moshpit.agent.punch.strategy.BulkLimits;
import org.moshpit.common.netty.EventLoops;
import org.moshpit.common.netty.MachineDriver;
import org.moshpit.common.netty.UdpSocket;
import org.moshpit.common.sansio.SocketId;
import org.moshpit.common.sansio.TransportAddress;

/** Our path machine on a real event loop with one real socket on loopback. */
final class PathEndpoint implements AutoCloseable {
  private final EventLoopGroup group = EventLoops.create("path-interop", 1);
  private final List<PathOut> events = new CopyOnWriteArrayList<>();
  private final MachineDriver<PathIn, PathOut> driver;
  private final UdpSocket socket;

  PathEndpoint(IceRole role) {
    PathMachine machine =
        new PathMachine(
            new PathConfig(
                role, RelayPolicy.NEVER, new DestinationRules(true), BulkLimits.standard()),
            new SecureRandom());
    SocketId id = new SocketId(1);
    socket = UdpSocket.open(group.next(), id, TransportAddress.parse("127.0.0.1:0")).join();
    driver = new MachineDriver<>(group.next(), machine, any -> socket, events::add);
    onLoop(
        () -> {
          socket.receiver(
              (from, address, bytes) -> driver.handle(new PathIn.Datagram(id, address, bytes)));
          driver.handle(new PathIn.SocketOpened(id, socket.local()));
          driver.handle(new PathIn.ServerReflexive(id, socket.local()));
        });
  }

  TransportAddress address() {
    return socket.local();
  }

  void tell(PathIn event) {
    onLoop(() -> driver.handle(event));
  }

  <T extends PathOut> List<T> said(Class<T> kind) {
    return events.stream().filter(kind::isInstance).map(kind::cast).toList();
  }

  /** The last description with a candidate in it; null before there is one. */
  IceDescription description() {
    return said(PathOut.LocalDescription.class).stream()
        .map(PathOut.LocalDescription::description)
        .filter(d -> !d.candidates().isEmpty())
        .reduce((first, second) -> second)
        .orElse(null);
  }

  private void onLoop(Runnable action) {
    group.next().submit(action).syncUninterruptibly();
  }

  @Override
  public void close() {
    tell(new PathIn.Close());
    onLoop(driver::stop);
    socket.close().join();
    group.shutdownGracefully(0, 1, TimeUnit.SECONDS).awaitUninterruptibly();
  }
}
