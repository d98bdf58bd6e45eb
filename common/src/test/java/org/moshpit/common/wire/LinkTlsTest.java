package org.moshpit.common.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.UnpooledByteBufAllocator;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.handler.ssl.OpenSsl;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslHandler;
import io.netty.handler.ssl.SslProvider;
import io.netty.handler.ssl.util.LazyX509Certificate;
import java.net.URISyntaxException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.cert.X509Certificate;
import java.security.spec.ECGenParameterSpec;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.moshpit.testkit.TestCa;

class LinkTlsTest {
  private static final HostPort HOST = new HostPort("pit.example", 3478);
  private static KeyPair pair;

  @BeforeAll
  static void key() throws Exception {
    KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
    generator.initialize(new ECGenParameterSpec("secp256r1"));
    pair = generator.generateKeyPair();
  }

  @Test
  void boringSslIsInUse() {
    assertThat(OpenSsl.isAvailable()).isTrue();
  }

  @Test
  void thePinnedKeyIsTrusted() throws Exception {
    SpkiPin pin = SpkiPin.of(pair.getPublic());
    Handshake handshake = new Handshake(LinkTls.server(pair), LinkTls.client(List.of(pin)));

    assertThat(handshake.failure()).isNull();
    assertThat(handshake.client.engine().getSession().getProtocol()).isEqualTo("TLSv1.3");
    assertThat(SpkiPin.presented(handshake.client.engine().getSession())).isEqualTo(pin);
    assertThat(LinkTls.agreed(handshake.client)).isTrue();
    assertThat(LinkTls.agreed(handshake.server)).isTrue();
  }

  @Test
  void aSecondPinIsEnough() throws Exception {
    List<SpkiPin> pins = List.of(SpkiPin.ofHash(new byte[32]), SpkiPin.of(pair.getPublic()));

    assertThat(new Handshake(LinkTls.server(pair), LinkTls.client(pins)).failure()).isNull();
  }

  @Test
  void anotherKeyIsRefused() throws Exception {
    List<SpkiPin> pins = List.of(SpkiPin.ofHash(new byte[32]));

    assertThat(new Handshake(LinkTls.server(pair), LinkTls.client(pins)).failure())
        .hasStackTraceContaining("not pinned");
  }

  /** Whoever answers chose it, so nothing of it is said. BoringSSL leaves reading it to us. */
  @Test
  void aCertificateThatCannotBeReadIsAWrongPin() throws Exception {
    byte[] der = TestCa.root("nobody").unreadable(pair.getPublic(), "x\u001b]0;pwned\u0007");
    X509Certificate[] chain = {new LazyX509Certificate(der)};
    var trust = new LinkTls.PinTrustManager(Set.of(SpkiPin.of(pair.getPublic())));

    assertThatThrownBy(() -> trust.checkServerTrusted(chain, "EC"))
        .isInstanceOf(LinkTls.PinMismatchException.class)
        .hasMessage(
            "the rendezvous presented a certificate that cannot be read, which is not pinned")
        .hasRootCauseInstanceOf(URISyntaxException.class);
  }

  @Test
  void withoutPinASelfMadeCertificateIsRefused() throws Exception {
    assertThat(new Handshake(LinkTls.server(pair), LinkTls.client(List.of())).failure())
        .isNotNull();
  }

  @Test
  void anAgentWithoutOurProtocolIsNotAgreedWith() throws Exception {
    SslContext stranger =
        SslContextBuilder.forClient()
            .sslProvider(SslProvider.JDK)
            .endpointIdentificationAlgorithm(null)
            .trustManager(io.netty.handler.ssl.util.InsecureTrustManagerFactory.INSTANCE)
            .build();
    Handshake handshake = new Handshake(LinkTls.server(pair), stranger);

    assertThat(handshake.failure()).isNull();
    assertThat(LinkTls.agreed(handshake.server)).isFalse();
  }

  @Test
  void theJdkEngineInteroperates() throws Exception {
    SslContext jdk =
        SslContextBuilder.forServer(pair.getPrivate(), SelfSignedCertificate.of(pair))
            .sslProvider(SslProvider.JDK)
            .protocols("TLSv1.3")
            .build();

    assertThat(new Handshake(jdk, LinkTls.client(List.of(SpkiPin.of(pair.getPublic())))).failure())
        .isNull();
  }

  /** Carries the bytes of both ends across until the client's handshake has ended. */
  private static final class Handshake {
    private static final ByteBufAllocator ALLOCATOR = UnpooledByteBufAllocator.DEFAULT;
    final SslHandler server;
    final SslHandler client;

    Handshake(SslContext serverContext, SslContext clientContext) throws Exception {
      server = serverContext.newHandler(ALLOCATOR);
      client = LinkTls.clientHandler(clientContext, ALLOCATOR, HOST);
      EmbeddedChannel a = new EmbeddedChannel(server);
      EmbeddedChannel b = new EmbeddedChannel(client);
      for (int turn = 0; turn < 1000; turn++) {
        boolean moved = move(a, b) | move(b, a);
        a.runPendingTasks();
        b.runPendingTasks();
        if (!moved && client.handshakeFuture().isDone() && server.handshakeFuture().isDone()) {
          return;
        }
      }
      throw new TimeoutException("no end of the handshake");
    }

    Throwable failure() throws Exception {
      client.handshakeFuture().await(0, TimeUnit.SECONDS);
      return client.handshakeFuture().cause();
    }

    private static boolean move(EmbeddedChannel from, EmbeddedChannel to) {
      boolean moved = false;
      for (Object bytes = from.readOutbound(); bytes != null; bytes = from.readOutbound()) {
        moved = true;
        try {
          to.writeInbound(bytes);
        } catch (Exception e) {
          // What a failed handshake throws also stands in its future, which the test looks at.
          assertThat(e).hasMessageNotContaining("leak");
        }
      }
      return moved;
    }
  }
}
