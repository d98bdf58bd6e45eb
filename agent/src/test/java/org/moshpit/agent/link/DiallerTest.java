package org.moshpit.agent.link;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.channel.Channel;
import io.netty.channel.EventLoop;
import io.netty.channel.EventLoopGroup;
import io.netty.handler.ssl.SslContext;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.moshpit.agent.config.Rendezvous;
import org.moshpit.common.netty.EventLoops;
import org.moshpit.common.wire.HostPort;
import org.moshpit.common.wire.LinkTls;
import org.moshpit.common.wire.SpkiPin;

class DiallerTest {
  private static final SpkiPin PIN = SpkiPin.ofHash(new byte[32]);

  /** As an sshd does; its greeting is there before the TLS context is. */
  @Test
  void aServerThatSpeaksFirstIsHeardHoweverLongTheTlsContextTakes() throws Exception {
    EventLoopGroup group = EventLoops.create("dialler-test", 1);
    EventLoop loop = (EventLoop) group.next();
    try (ServerSocket server = new ServerSocket(0, 5, InetAddress.getLoopbackAddress())) {
      Rendezvous rendezvous =
          new Rendezvous(new HostPort("127.0.0.1", server.getLocalPort()), List.of(PIN), List.of());
      CompletableFuture<SslContext> tls = new CompletableFuture<>();
      CompletableFuture<LinkFailure> lost = new CompletableFuture<>();
      Dialler dialler =
          new Dialler(
              loop,
              rendezvous,
              tls,
              new Dialler.Outcome() {
                @Override
                public void secured(Channel channel, SpkiPin presented, long connectNanos) {
                  lost.completeExceptionally(new AssertionError("a link"));
                }

                @Override
                public void lost(LinkFailure failure) {
                  lost.complete(failure);
                }
              });
      loop.submit(dialler::start).sync();
      try (Socket client = server.accept()) {
        client.getOutputStream().write("SSH-2.0-Other\r\n".getBytes(StandardCharsets.US_ASCII));
        // turns of the event loop in which it could be read
        for (int turn = 0; turn < 20; turn++) {
          loop.schedule(() -> {}, 1, TimeUnit.MILLISECONDS).sync();
        }
        tls.complete(LinkTls.client(rendezvous.pins()));
        assertThat(lost.get(10, TimeUnit.SECONDS)).isInstanceOf(LinkFailure.NotRendezvous.class);
      }
    } finally {
      group.shutdownGracefully(0, 0, TimeUnit.SECONDS).syncUninterruptibly();
    }
  }
}
