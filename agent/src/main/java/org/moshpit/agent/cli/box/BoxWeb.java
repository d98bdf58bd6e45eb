package org.moshpit.agent.cli.box;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import org.moshpit.agent.cli.wiring.AgentLoop;
import org.moshpit.agent.config.ExitCode;
import org.moshpit.agent.config.Settings;
import org.moshpit.agent.config.ThisUser;
import org.moshpit.agent.config.UserError;
import org.moshpit.agent.metrics.AgentMetrics;
import org.moshpit.agent.metrics.BoxMeter;
import org.moshpit.common.netty.ListenFailure;
import org.moshpit.common.web.AccessToken;
import org.moshpit.common.web.Health;
import org.moshpit.common.web.WebAddress;
import org.moshpit.common.web.WebListener;

/** {@code /metrics} and {@code /healthz} of the daemon; loaded only if they are asked for. */
final class BoxWeb implements AutoCloseable {
  private static final long LOOK_SECONDS = 5;

  private final AgentMetrics metrics = new AgentMetrics(System::nanoTime);
  private final Settings settings;
  private volatile Optional<AccessToken> token;
  private WebListener listener;
  private ScheduledFuture<?> looking;

  /**
   * Counts nothing yet, and is reached by nobody.
   *
   * @throws UserError exit 2, if the token's file cannot be used
   */
  BoxWeb(Settings settings) {
    this.settings = settings;
    token(settings);
  }

  /**
   * Reads the token again.
   *
   * @throws UserError exit 2, if its file cannot be used, or is gone from the settings while others
   *     than this machine may ask; then the token of before stays
   */
  void token(Settings next) {
    if (next.metricsTokenFile().isEmpty() && !WebAddress.isLoopback(settings.metrics())) {
      throw new UserError(
          ExitCode.USAGE, "metrics is reached from elsewhere, which needs a metrics-token-file");
    }
    token = next.metricsTokenFile().map(BoxWeb::read);
  }

  private static AccessToken read(Path file) {
    try {
      return AccessToken.read(file, ThisUser.uid());
    } catch (IOException e) {
      throw new UserError(ExitCode.USAGE, "the metrics-token-file " + e.getMessage(), e);
    }
  }

  BoxMeter meter() {
    return metrics;
  }

  /**
   * Begins to answer.
   *
   * @throws UserError exit 2, if the address cannot be had
   */
  void open(AgentLoop loop, BoxDaemon daemon) {
    Registration registration = new Registration(daemon::isRegistered, System.nanoTime());
    looking =
        loop.loop()
            .scheduleAtFixedRate(
                () -> registration.look(System.nanoTime()),
                LOOK_SECONDS,
                LOOK_SECONDS,
                TimeUnit.SECONDS);
    String version = BoxWeb.class.getPackage().getImplementationVersion();
    try {
      listener =
          WebListener.open(
              settings.metrics(),
              new WebListener.Site(
                  loop.loop(),
                  metrics.of(daemon.metricSources(), version == null ? "unknown" : version),
                  new Health().add(() -> registration.problem(System.nanoTime())),
                  () -> token));
    } catch (IOException e) {
      throw new UserError(
          ExitCode.USAGE, "cannot answer metrics: " + ListenFailure.words(e, "--metrics"), e);
    }
  }

  @Override
  public void close() {
    if (looking != null) {
      looking.cancel(false);
    }
    if (listener != null) {
      listener.close();
    }
  }
}
