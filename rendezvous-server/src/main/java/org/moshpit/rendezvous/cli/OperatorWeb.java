package org.moshpit.rendezvous.cli;

import java.io.IOException;
import java.util.Optional;
import org.moshpit.common.netty.ListenFailure;
import org.moshpit.common.web.AccessToken;
import org.moshpit.common.web.Health;
import org.moshpit.common.web.WebAddress;
import org.moshpit.common.web.WebListener;
import org.moshpit.rendezvous.config.RendezvousConfig;
import org.moshpit.rendezvous.io.RendezvousServer;
import org.moshpit.rendezvous.metrics.RendezvousMetrics;
import org.moshpit.rendezvous.store.StoreException;
import org.moshpit.rendezvous.store.WriteProbe;

/** {@code /metrics} and {@code /healthz} of the daemon; loaded only if they are asked for. */
final class OperatorWeb implements AutoCloseable {
  private final RendezvousMetrics metrics = new RendezvousMetrics();
  private final RendezvousConfig config;
  private volatile Optional<AccessToken> token;
  private WebListener listener;

  /** Counts nothing yet, and is reached by nobody. */
  OperatorWeb(RendezvousConfig config) throws StoreException {
    this.config = config;
    token = read(config);
  }

  /**
   * Reads the token again.
   *
   * @return has it asked for from now on
   * @throws StoreException if its file cannot be used, or is gone from the settings while others
   *     than this machine may ask
   */
  Runnable prepare(RendezvousConfig next) throws StoreException {
    Optional<AccessToken> read = read(next);
    return () -> token = read;
  }

  private Optional<AccessToken> read(RendezvousConfig next) throws StoreException {
    if (next.metricsTokenFile() == null) {
      if (!WebAddress.isLoopback(config.metrics())) {
        throw new StoreException(
            "Metrics are reached from elsewhere, which needs a metrics-token-file.", null);
      }
      return Optional.empty();
    }
    try {
      return Optional.of(OperatorToken.read(next.metricsTokenFile(), config.state()));
    } catch (IOException e) {
      throw new StoreException("The metrics-token-file " + e.getMessage() + ".", e);
    }
  }

  /** What a scraper has to know now. */
  Optional<AccessToken> token() {
    return token;
  }

  /** Where what happens is to be told. */
  RendezvousMetrics meter() {
    return metrics;
  }

  /**
   * Begins to answer.
   *
   * @throws StoreException if the address cannot be had: a wrong setting
   */
  void open(RendezvousServer server) throws StoreException {
    WriteProbe probe = new WriteProbe(config.state());
    Health health =
        new Health()
            .add(() -> server.problem(System.nanoTime()))
            .add(() -> probe.problem(System.nanoTime()));
    String version = OperatorWeb.class.getPackage().getImplementationVersion();
    try {
      listener =
          WebListener.open(
              config.metrics(),
              new WebListener.Site(
                  server.loop(),
                  metrics.of(server, version == null ? "unknown" : version),
                  health,
                  this::token));
    } catch (IOException e) {
      throw new StoreException(
          "Cannot answer metrics: " + ListenFailure.words(e, "--metrics") + ".", e);
    }
  }

  @Override
  public void close() {
    if (listener != null) {
      listener.close();
    }
  }
}
