package org.moshpit.agent.cli.wiring;

import java.nio.ByteBuffer;
import java.util.function.Consumer;
import org.moshpit.agent.path.RelayWay;
import org.moshpit.agent.path.RelayWayIn;
import org.moshpit.agent.path.RelayWayMachine;
import org.moshpit.agent.path.RelayWayOut;
import org.moshpit.common.netty.MachineDriver;
import org.moshpit.common.netty.UdpSocket;
import org.moshpit.common.sansio.TransportAddress;
import org.moshpit.common.wire.proto.RelayCookie;

/**
 * What one session relays, by the link or by UDP; for UDP with a socket of its own, opened when it
 * is first needed. That socket is bound to no address, so that it outlives a change of network, and
 * no path ever closes it. For the event loop's thread.
 */
final class RelayTransport {
  private final SocketBook book;
  private final Consumer<byte[]> byLink;
  private final Consumer<byte[]> fromPeer;
  private final Runnable doubted;
  private final Consumer<String> trace;
  private final MachineDriver<RelayWayIn, RelayWayOut> driver;
  private UdpSocket socket;
  private boolean closed;

  /**
   * Over the link, until there is a cookie.
   *
   * @param byLink takes what is to go over the link
   * @param fromPeer takes what came by UDP
   * @param doubted called when UDP may lead nowhere any more
   * @param trace takes one line per transition, for the log
   */
  RelayTransport(
      AgentLoop loop,
      SocketBook book,
      Consumer<byte[]> byLink,
      Consumer<byte[]> fromPeer,
      Runnable doubted,
      Consumer<String> trace) {
    this.book = book;
    this.byLink = byLink;
    this.fromPeer = fromPeer;
    this.doubted = doubted;
    this.trace = trace;
    this.driver = new MachineDriver<>(loop.loop(), new RelayWayMachine(), book::get, this::handle);
  }

  /**
   * The rendezvous gave a cookie for this session's relay.
   *
   * @param servers of one address
   */
  void granted(RelayCookie cookie, StunServers servers) {
    driver.handle(
        new RelayWayIn.Granted(
            ByteBuffer.wrap(cookie.getCookie().toByteArray()).getLong(),
            cookie.getKey().toByteArray(),
            servers.addresses()));
  }

  /** The relay, or the link, is gone. */
  void voided(String reason) {
    driver.handle(new RelayWayIn.Voided(reason));
  }

  /** A datagram for the peer. */
  void send(byte[] datagram) {
    driver.handle(new RelayWayIn.ToPeer(datagram));
  }

  /** A datagram of the peer's, of so many bytes, came over the link. */
  void heardByLink(int size) {
    driver.handle(new RelayWayIn.HeardByLink(size));
  }

  /** Interfaces, routes or the clock changed. */
  void networkChanged(String reason) {
    driver.handle(new RelayWayIn.NetworkChanged(reason));
  }

  /** UDP may lead nowhere any more: the link as well, until the rendezvous answers. */
  void doubt(String reason) {
    driver.handle(new RelayWayIn.NetworkChanged(reason));
  }

  /** Ends it and closes its socket. */
  void close() {
    if (!closed) {
      closed = true;
      driver.stop();
      if (socket != null) {
        book.close(socket);
      }
    }
  }

  private void open(boolean ipv6) {
    book.open(new TransportAddress(TransportAddress.parseIp(ipv6 ? "::" : "0.0.0.0"), 0))
        .whenComplete(
            (opened, failure) -> {
              if (failure != null) {
                driver.handle(new RelayWayIn.SocketFailed(failure.getMessage()));
              } else if (closed) {
                book.close(opened);
              } else {
                socket = opened;
                socket.receiver(
                    (own, from, datagram) ->
                        driver.handle(new RelayWayIn.Received(from, datagram)));
                driver.handle(new RelayWayIn.SocketOpened(socket.id()));
              }
            });
  }

  private void handle(RelayWayOut event) {
    if (event instanceof RelayWayOut.ByLink data) {
      byLink.accept(data.bytes());
    } else if (event instanceof RelayWayOut.FromPeer data) {
      fromPeer.accept(data.bytes());
    } else if (event instanceof RelayWayOut.OpenSocket asked) {
      open(asked.ipv6());
    } else if (event instanceof RelayWayOut.CloseSocket close) {
      book.close(close.socket());
      socket = null;
    } else if (event instanceof RelayWayOut.Changed changed) {
      trace.accept("relay " + changed.from() + " → " + changed.to() + ": " + changed.reason());
      if (changed.to() == RelayWay.DOUBT) {
        doubted.run();
      }
    }
  }
}
