package org.moshpit.agent.cli.laptop;

import java.util.function.Consumer;
import java.util.function.Supplier;
import org.moshpit.agent.cli.wiring.Frames;
import org.moshpit.agent.cli.wiring.RelayCookies;
import org.moshpit.agent.cli.wiring.SessionTransport;
import org.moshpit.agent.cli.wiring.StunServers;
import org.moshpit.agent.path.PathIn;
import org.moshpit.common.wire.proto.ClientFrame;
import org.moshpit.common.wire.proto.RelayClosed;
import org.moshpit.common.wire.proto.RelayCookie;
import org.moshpit.common.wire.proto.ServerFrame;

/**
 * The session's relay: its number on the link, its cookie, and what comes over it or about it. For
 * the event loop's thread.
 */
final class LaptopRelay {
  private final SessionTransport transport;
  private final Consumer<ClientFrame> link;
  private final Supplier<StunServers> servers;
  private final Consumer<String> closed;
  private final RelayCookies cookies = new RelayCookies();
  private int number;

  /**
   * Without a relay yet.
   *
   * @param servers the rendezvous' UDP ports at the address the link goes to
   * @param closed hears why the rendezvous closed it
   */
  LaptopRelay(
      SessionTransport transport,
      Consumer<ClientFrame> link,
      Supplier<StunServers> servers,
      Consumer<String> closed) {
    this.transport = transport;
    this.link = link;
    this.servers = servers;
    this.closed = closed;
  }

  /** An answer names the relay; 0: there is none. */
  void is(int relay) {
    if (relay != number) {
      number = relay;
      transport.anotherRelay();
      cookies.of(number).ifPresent(this::use);
    }
    if (number != 0) {
      transport.handle(new PathIn.RelayUp());
    }
  }

  /** The rendezvous keeps a relay for a while without us; if not, it says so. */
  void linkUp() {
    if (number != 0) {
      transport.handle(new PathIn.RelayUp());
    }
  }

  void linkDown() {
    cookies.clear();
    transport.handle(new PathIn.RelayDown("the rendezvous cannot be reached"));
  }

  /** A datagram for the peer, by the link. */
  void send(byte[] datagram) {
    if (number != 0) {
      link.accept(Frames.datagram(number, datagram));
    }
  }

  /** Takes what the rendezvous says of the relay, or sends over it; other frames are ignored. */
  void received(ServerFrame frame) {
    switch (frame.getBodyCase()) {
      case DATAGRAM -> {
        if (isThis(frame.getDatagram().getRelay())) {
          transport.handle(new PathIn.FromRelay(frame.getDatagram().getPayload().toByteArray()));
        }
      }
      case PEER_OBSERVED -> {
        if (isThis(frame.getPeerObserved().getRelay())) {
          Frames.observed(frame.getPeerObserved().getObserved())
              .ifPresent(one -> transport.handle(new PathIn.PeerObserved(one.address())));
        }
      }
      case RELAY_CLOSED -> closed(frame.getRelayClosed());
      case RELAY_COOKIE -> {
        cookies.keep(frame.getRelayCookie());
        if (isThis(frame.getRelayCookie().getRelay())) {
          use(frame.getRelayCookie());
        }
      }
      default -> {
        // not about the relay
      }
    }
  }

  private void closed(RelayClosed frame) {
    if (isThis(frame.getRelay())) {
      cookies.forget(number);
      number = 0;
      transport.handle(new PathIn.RelayDown(frame.getReason()));
      closed.accept(frame.getReason());
    }
  }

  /** Ends it; the peer's end hears of that. */
  void close() {
    if (number != 0) {
      link.accept(Frames.closeRelay(number));
    }
  }

  private boolean isThis(int relay) {
    return relay == number && number != 0;
  }

  private void use(RelayCookie cookie) {
    transport.relayCookie(cookie, servers.get());
  }
}
