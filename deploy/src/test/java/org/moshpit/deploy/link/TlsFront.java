package org.moshpit.deploy.link;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyPair;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.List;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLServerSocket;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManager;
import javax.net.ssl.X509TrustManager;

/**
 * What an operator would put in front of a rendezvous for its join URLs to need no pin: it ends TLS
 * with a certificate that a CA gave for the rendezvous' own key, and passes all on to the
 * rendezvous. It must be the same key, because a login is signed over the key that was presented.
 */
final class TlsFront implements AutoCloseable {
  private static final String ALPN = "moshpit/1";
  private static final char[] PASSWORD = "changeit".toCharArray();

  private final KeyPair key;
  private final int rendezvousPort;
  private final SSLContext inner;
  private final List<Socket> open = new ArrayList<>();
  private SSLServerSocket listener;

  /** Knows the rendezvous on that port of loopback by its key, and presents the same. */
  TlsFront(KeyPair key, int rendezvousPort) throws Exception {
    this.key = key;
    this.rendezvousPort = rendezvousPort;
    inner = SSLContext.getInstance("TLS");
    inner.init(null, new TrustManager[] {new OnlyThisKey(key)}, null);
  }

  private record OnlyThisKey(KeyPair key) implements X509TrustManager {
    @Override
    public void checkServerTrusted(X509Certificate[] chain, String type)
        throws CertificateException {
      if (!chain[0].getPublicKey().equals(key.getPublic())) {
        throw new CertificateException("another key");
      }
    }

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String type)
        throws CertificateException {
      throw new CertificateException("no clients");
    }

    @Override
    public X509Certificate[] getAcceptedIssuers() {
      return new X509Certificate[0];
    }
  }

  /** The certificate that the rendezvous itself presents, self-signed. */
  X509Certificate presented() throws IOException {
    try (SSLSocket socket = dial()) {
      return (X509Certificate) socket.getSession().getPeerCertificates()[0];
    }
  }

  /**
   * Begins to listen, on a free port of loopback.
   *
   * @param chain for the rendezvous' key, the leaf first
   */
  TlsFront listen(X509Certificate... chain) throws Exception {
    KeyManagerFactory keys = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
    keys.init(keyStore(key.getPrivate(), chain), PASSWORD);
    SSLContext outer = SSLContext.getInstance("TLS");
    outer.init(keys.getKeyManagers(), null, null);
    listener =
        (SSLServerSocket)
            outer
                .getServerSocketFactory()
                .createServerSocket(0, 5, InetAddress.getLoopbackAddress());
    listener.setSSLParameters(parameters(listener.getSSLParameters()));
    daemon(this::accept);
    return this;
  }

  int port() {
    return listener.getLocalPort();
  }

  private static KeyStore keyStore(PrivateKey key, X509Certificate... chain) throws Exception {
    KeyStore store = KeyStore.getInstance("PKCS12");
    store.load(null, null);
    store.setKeyEntry("key", key, PASSWORD, chain);
    return store;
  }

  /** Writes the rendezvous' key and a certificate of it as {@code keytool} reads them. */
  void save(Path file, X509Certificate certificate) throws Exception {
    try (OutputStream out = Files.newOutputStream(file)) {
      keyStore(key.getPrivate(), certificate).store(out, PASSWORD);
    }
  }

  private static SSLParameters parameters(SSLParameters parameters) {
    parameters.setProtocols(new String[] {"TLSv1.3"});
    parameters.setApplicationProtocols(new String[] {ALPN});
    return parameters;
  }

  private SSLSocket dial() throws IOException {
    SSLSocket socket =
        (SSLSocket)
            inner.getSocketFactory().createSocket(InetAddress.getLoopbackAddress(), rendezvousPort);
    socket.setSSLParameters(parameters(socket.getSSLParameters()));
    socket.startHandshake();
    return socket;
  }

  private void accept() {
    try {
      while (true) {
        Socket agent = keep(listener.accept());
        daemon(() -> serve((SSLSocket) agent));
      }
    } catch (IOException e) {
      // closed: the test is over
    }
  }

  /**
   * An agent that does not like the certificate ends the handshake, and the rendezvous sees none.
   */
  private void serve(SSLSocket agent) {
    try (agent) {
      agent.startHandshake();
      try (Socket rendezvous = keep(dial())) {
        daemon(() -> pass(rendezvous, agent));
        pass(agent, rendezvous);
      }
    } catch (IOException e) {
      // whoever closed has his reason; the test looks at the agent
    }
  }

  private static void pass(Socket from, Socket to) {
    try (from;
        to) {
      InputStream in = from.getInputStream();
      OutputStream out = to.getOutputStream();
      byte[] buffer = new byte[16_384];
      for (int count = in.read(buffer); count >= 0; count = in.read(buffer)) {
        out.write(buffer, 0, count);
        out.flush();
      }
    } catch (IOException e) {
      // one side is gone, and the other is closed with it
    }
  }

  private synchronized Socket keep(Socket socket) {
    open.add(socket);
    return socket;
  }

  private static void daemon(Runnable body) {
    Thread thread = new Thread(body, "tls-front");
    thread.setDaemon(true);
    thread.start();
  }

  @Override
  public synchronized void close() throws IOException {
    listener.close();
    for (Socket socket : open) {
      socket.close();
    }
  }
}
