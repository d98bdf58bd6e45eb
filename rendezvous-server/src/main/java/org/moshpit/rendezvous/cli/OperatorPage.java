package org.moshpit.rendezvous.cli;

import java.io.IOException;
import java.util.Optional;
import org.moshpit.common.netty.ListenFailure;
import org.moshpit.common.web.AccessToken;
import org.moshpit.rendezvous.config.RendezvousConfig;
import org.moshpit.rendezvous.io.RendezvousServer;
import org.moshpit.rendezvous.page.web.PageServer;
import org.moshpit.rendezvous.store.StoreException;

/** The status page of the daemon; loaded only if it is asked for. */
final class OperatorPage implements AutoCloseable {
  private final RendezvousConfig config;
  private final Optional<AccessToken> token;
  private PageServer page;

  /** Is reached by nobody yet. */
  OperatorPage(RendezvousConfig config) throws StoreException {
    this.config = config;
    this.token = token(config);
  }

  private static Optional<AccessToken> token(RendezvousConfig config) throws StoreException {
    if (config.pageTokenFile() == null) {
      return Optional.empty();
    }
    try {
      return Optional.of(OperatorToken.read(config.pageTokenFile(), config.state()));
    } catch (IOException e) {
      throw new StoreException("The page-token-file " + e.getMessage() + ".", e);
    }
  }

  /**
   * Begins to serve.
   *
   * @param host the rendezvous' public address
   * @throws StoreException if the address cannot be had: a wrong setting
   */
  void open(RendezvousServer server, String host) throws StoreException {
    try {
      page =
          PageServer.open(
              config.page(),
              token,
              host,
              server::survey,
              System::nanoTime,
              System::currentTimeMillis);
    } catch (IOException e) {
      throw new StoreException(
          "Cannot serve the status page: " + ListenFailure.words(e, "--page") + ".", e);
    }
  }

  @Override
  public void close() {
    if (page != null) {
      page.close();
    }
  }
}
