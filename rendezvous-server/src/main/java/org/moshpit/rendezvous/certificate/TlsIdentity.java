package org.moshpit.rendezvous.certificate;

import io.netty.handler.ssl.SslContext;
import java.security.KeyPair;
import java.security.cert.X509Certificate;
import java.util.List;
import javax.net.ssl.SSLException;
import org.moshpit.common.wire.LinkTls;
import org.moshpit.common.wire.SpkiPin;

/**
 * What new links are presented.
 *
 * @param pair the key
 * @param chain the certificate of that key first; empty: one of the rendezvous' own making
 */
public record TlsIdentity(KeyPair pair, List<X509Certificate> chain) {
  /** Copies the list. */
  public TlsIdentity {
    chain = List.copyOf(chain);
  }

  /** Nothing but a P-256 key, which agents pin. */
  public static TlsIdentity selfMade(KeyPair pair) {
    return new TlsIdentity(pair, List.of());
  }

  /** The key as join URLs pin it. */
  public SpkiPin pin() {
    return SpkiPin.of(pair.getPublic());
  }

  /** A context that presents it, for any number of links. Takes about 0.1 s. */
  public SslContext context() throws SSLException {
    return chain.isEmpty() ? LinkTls.server(pair) : LinkTls.server(pair.getPrivate(), chain);
  }

  /** Whether agents would notice no difference. */
  public boolean sameAs(TlsIdentity other) {
    return chain.equals(other.chain) && pair.getPublic().equals(other.pair.getPublic());
  }
}
