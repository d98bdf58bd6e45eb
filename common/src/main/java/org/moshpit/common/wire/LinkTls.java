package org.moshpit.common.wire;

import io.netty.buffer.ByteBufAllocator;
import io.netty.handler.ssl.ApplicationProtocolConfig;
import io.netty.handler.ssl.ApplicationProtocolConfig.Protocol;
import io.netty.handler.ssl.ApplicationProtocolConfig.SelectedListenerFailureBehavior;
import io.netty.handler.ssl.ApplicationProtocolConfig.SelectorFailureBehavior;
import io.netty.handler.ssl.ClientAuth;
import io.netty.handler.ssl.OpenSsl;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslHandler;
import io.netty.handler.ssl.SslProvider;
import java.net.Socket;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.PrivateKey;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.Set;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLException;
import javax.net.ssl.X509ExtendedTrustManager;

/**
 * TLS 1.3 for both ends of a link: BoringSSL where its library loads, the JDK's otherwise. A
 * context is expensive to build (about 0.1 s): make one per process; any number of links, on any
 * thread, share it.
 */
public final class LinkTls {
  private LinkTls() {}

  /** Thrown in the handshake when the rendezvous presents a key that is not pinned. */
  public static final class PinMismatchException extends CertificateException {
    /** What was presented if it is no certificate. */
    public static final String UNREADABLE = "a certificate that cannot be read";

    private static final long serialVersionUID = 1;

    private final String presented;

    PinMismatchException(SpkiPin presented) {
      this(presented.toString(), null);
    }

    private PinMismatchException(String presented, Throwable cause) {
      super("the rendezvous presented " + presented + ", which is not pinned", cause);
      this.presented = presented;
    }

    /** The pin that the key would have, or {@link #UNREADABLE}. */
    public String presented() {
      return presented;
    }
  }

  /**
   * For the rendezvous.
   *
   * @param pair its P-256 key pair; the certificate is made here
   */
  public static SslContext server(KeyPair pair) throws SSLException {
    try {
      return server(pair.getPrivate(), List.of(SelfSignedCertificate.of(pair)));
    } catch (GeneralSecurityException e) {
      throw new SSLException("no certificate can be made from this key", e);
    }
  }

  /**
   * For a rendezvous that was given a certificate.
   *
   * @param key EC on P-256 or P-384, or RSA
   * @param chain what is presented, the certificate of that key first
   */
  public static SslContext server(PrivateKey key, List<X509Certificate> chain) throws SSLException {
    return common(
            SslContextBuilder.forServer(key, chain.toArray(X509Certificate[]::new))
                .clientAuth(ClientAuth.NONE))
        .build();
  }

  /**
   * For an agent.
   *
   * @param pins the keys the rendezvous may present; empty: its chain must verify by WebPKI for the
   *     host name given to {@link #clientHandler}
   */
  public static SslContext client(List<SpkiPin> pins) throws SSLException {
    SslContextBuilder builder = common(SslContextBuilder.forClient());
    if (pins.isEmpty()) {
      return builder.endpointIdentificationAlgorithm("HTTPS").build();
    }
    return builder
        .endpointIdentificationAlgorithm(null)
        .trustManager(new PinTrustManager(Set.copyOf(pins)))
        .build();
  }

  /**
   * The handler for one link of an agent. With WebPKI, {@code host} is the name the certificate
   * must be for, whichever address the link goes to.
   */
  public static SslHandler clientHandler(
      SslContext context, ByteBufAllocator allocator, HostPort host) {
    return context.newHandler(allocator, host.host(), host.port());
  }

  private static SslContextBuilder common(SslContextBuilder builder) {
    boolean boring = OpenSsl.isAvailable();
    return builder
        .sslProvider(boring ? SslProvider.OPENSSL_REFCNT : SslProvider.JDK)
        .protocols("TLSv1.3")
        .applicationProtocolConfig(
            new ApplicationProtocolConfig(
                Protocol.ALPN,
                // Neither provider can fail the handshake on both ends; LinkTls.agreed does.
                SelectorFailureBehavior.NO_ADVERTISE,
                SelectedListenerFailureBehavior.ACCEPT,
                Link.ALPN));
  }

  /** Whether the handshake agreed on the link's protocol; if not, the link must be closed. */
  public static boolean agreed(SslHandler handler) {
    return Link.ALPN.equals(handler.applicationProtocol());
  }

  /** Trusts a pinned key whatever the certificate around it says. */
  static final class PinTrustManager extends X509ExtendedTrustManager {
    private final Set<SpkiPin> pins;

    PinTrustManager(Set<SpkiPin> pins) {
      this.pins = pins;
    }

    private void check(X509Certificate[] chain) throws CertificateException {
      if (chain.length == 0) {
        throw new CertificateException("no certificate");
      }
      SpkiPin presented = presented(chain[0]);
      if (!pins.contains(presented)) {
        throw new PinMismatchException(presented);
      }
    }

    /** BoringSSL has a certificate read only here. */
    private static SpkiPin presented(X509Certificate certificate) throws PinMismatchException {
      try {
        return SpkiPin.of(certificate.getPublicKey());
      } catch (RuntimeException e) {
        throw new PinMismatchException(PinMismatchException.UNREADABLE, e);
      }
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String type, SSLEngine engine)
        throws CertificateException {
      check(chain);
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String type, Socket socket)
        throws CertificateException {
      check(chain);
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String type)
        throws CertificateException {
      check(chain);
    }

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String type, SSLEngine engine)
        throws CertificateException {
      throw new CertificateException("a link has no client certificates");
    }

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String type, Socket socket)
        throws CertificateException {
      throw new CertificateException("a link has no client certificates");
    }

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String type)
        throws CertificateException {
      throw new CertificateException("a link has no client certificates");
    }

    @Override
    public X509Certificate[] getAcceptedIssuers() {
      return new X509Certificate[0];
    }
  }
}
