package org.moshpit.agent.cli.laptop;

import io.netty.util.concurrent.Future;
import java.util.function.IntPredicate;
import org.moshpit.agent.cli.wiring.AgentLoop;
import org.moshpit.agent.cli.wiring.SessionTransport;
import org.moshpit.agent.forward.ClientLoopback;
import org.moshpit.agent.path.PathIn;
import org.moshpit.agent.path.PathKind;
import org.moshpit.agent.path.PathSnapshot;
import org.moshpit.common.netty.UdpSocket;
import org.moshpit.common.sansio.Transmit;
import org.moshpit.common.sansio.TransportAddress;

/**
 * mosh-client's datagrams: between loopback and the session's path or, after a handover, the port
 * that mosh-server has taken over. For the loop's thread.
 */
final class ClientSide {
  private final SessionTransport transport;
  private ClientLoopback loopback;
  private UdpSocket handed;
  private TransportAddress handedRemote;
  private PathSnapshot handedPath;

  /** Without a socket on loopback yet. */
  ClientSide(SessionTransport transport) {
    this.transport = transport;
  }

  /**
   * Opens the socket on loopback.
   *
   * @param ours whether a source port there is this user's
   * @param failed runs if it cannot be opened
   */
  void open(AgentLoop loop, IntPredicate ours, Runnable ready, Runnable failed) {
    Future<ClientLoopback> opening =
        ClientLoopback.open(loop.loop(), loop.blocking(), ours, this::fromClient);
    opening.addListener(
        opened -> {
          if (opened.isSuccess()) {
            loopback = opening.getNow();
            ready.run();
          } else {
            failed.run();
          }
        });
  }

  boolean isOpen() {
    return loopback != null;
  }

  /** The port on loopback that stands for mosh-server. It must be open. */
  int port() {
    return loopback.port();
  }

  /** A datagram for mosh-client. */
  void send(byte[] datagram) {
    if (loopback != null) {
      loopback.send(datagram);
    }
  }

  /**
   * mosh-server owns the box's port now; nothing but its datagrams go there from here on.
   *
   * @return false, with nothing done, if there is no direct path to it
   */
  boolean handOver() {
    PathSnapshot path = transport.snapshot();
    if (loopback == null || path.path() != PathKind.DIRECT) {
      return false;
    }
    handedPath = path;
    handedRemote = path.remote();
    handed = transport.keepOnly(transport.directSocket());
    handed.receiver(
        (socket, from, datagram) -> {
          if (from.equals(handedRemote)) {
            loopback.send(datagram);
          }
        });
    return true;
  }

  boolean isHandedOver() {
    return handed != null;
  }

  /** The path as it is, or as it was when it was handed over. */
  PathSnapshot path() {
    return handed == null ? transport.snapshot() : handedPath;
  }

  void close() {
    if (loopback != null) {
      loopback.close();
    }
  }

  private void fromClient(byte[] datagram) {
    if (handed != null) {
      handed.send(new Transmit(handed.id(), handedRemote, datagram));
      handed.flush();
    } else {
      transport.handle(new PathIn.FromApp(datagram));
    }
  }
}
