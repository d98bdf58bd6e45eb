package org.moshpit.rendezvous.cli;

import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.moshpit.common.process.HangUp;
import org.moshpit.rendezvous.config.ConfigKey;
import org.moshpit.rendezvous.config.ConfigLoader;
import org.moshpit.rendezvous.config.PrintedConfig;
import org.moshpit.rendezvous.config.PublicAddress;
import org.moshpit.rendezvous.config.PublicAddressDoubt;
import org.moshpit.rendezvous.config.RendezvousConfig;
import org.moshpit.rendezvous.store.StoreException;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code rendezvous-server run}. */
@Command(
    name = "run",
    description = {
      "Runs the rendezvous until it is stopped.",
      "Its first start writes a join URL to the state directory, and says where."
    },
    footer = {
      "",
      "Examples:",
      "  rendezvous-server run --public-address pit.example.org",
      "  rendezvous-server run --listen 192.0.2.10:3478 --listen '[2001:db8::10]:3478'"
    })
final class RunCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;
  @Mixin private StateOptions state;

  @Option(
      names = "--listen",
      paramLabel = "HOST:PORT",
      description = "Where to listen, TCP and UDP, and UDP on the port after it; may be repeated.")
  private List<String> listen = List.of();

  @Option(
      names = "--public-address",
      paramLabel = "HOST|IP",
      description = "How agents reach it, the first as in join URLs; may be repeated.")
  private List<String> publicAddress = List.of();

  @Option(
      names = "--tls-certificate",
      paramLabel = "FILE",
      description = "Present the certificate chain in it (PEM) instead of one of its own making.")
  private String tlsCertificate;

  @Option(
      names = "--tls-key",
      paramLabel = "FILE",
      description = "The private key of that certificate (PEM).")
  private String tlsKey;

  @Option(
      names = "--metrics",
      paramLabel = "HOST:PORT",
      description = "Answer /metrics and /healthz there; on loopback, unless there is a token.")
  private String metrics;

  @Option(
      names = "--metrics-token-file",
      paramLabel = "FILE",
      description = "Only who sends the token in it (Authorization: Bearer) gets metrics.")
  private String metricsTokenFile;

  @Option(
      names = "--page",
      paramLabel = "HOST:PORT",
      description = "Serve a status page there; on loopback, unless there is a token.")
  private String page;

  @Option(
      names = "--page-token-file",
      paramLabel = "FILE",
      description = "Only who gives the token in it sees the page.")
  private String pageTokenFile;

  @Option(
      names = "--log-level",
      paramLabel = "LEVEL",
      description = "How much is logged: error, warn, info, debug or trace.")
  private String logLevel;

  @Option(
      names = "--print-config",
      description = "Show the settings and where each comes from, and end.")
  private boolean printConfig;

  @Option(
      names = "--check-config",
      description =
          "Say what is wrong with the settings, if anything is, and end. Whether ports are free and"
              + " the state are not looked at.")
  private boolean checkConfig;

  @Override
  public Integer call() throws Exception {
    ConfigLoader loader = StateOptions.loader();
    ConfigLoader.Options options = state.options(given());
    ConfigLoader.Loaded loaded = loader.loaded(options);
    RendezvousConfig config = loaded.config();
    if (printConfig) {
      PrintedConfig.of(loader.values(options), config)
          .forEach(spec.commandLine().getOut()::println);
      spec.commandLine().getOut().flush();
      for (String host : config.publicHosts()) {
        PublicAddressDoubt.about(host)
            .ifPresent(doubt -> Operator.to(spec.commandLine().getErr()).accept(doubt + "."));
      }
      return 0;
    }
    if (checkConfig) {
      Daemon.check(config);
      return 0;
    }
    LogSetup.apply(config.logLevel());
    List<String> hosts = PublicAddress.of(config);
    // before it can be seen to be there
    HangUp hangUp = HangUp.listen();
    Daemon daemon = Daemon.start(config, hosts);
    hangUp.run(new ConfigReload(loaded, () -> loader.loaded(options), daemon::apply)::run);
    StoreException failure = daemon.run();
    throw new ExitException(ExitException.FAILURE, failure.getMessage(), failure);
  }

  private Map<ConfigKey, List<String>> given() {
    Map<ConfigKey, List<String>> given = new EnumMap<>(ConfigKey.class);
    given.put(ConfigKey.LISTEN, listen);
    given.put(ConfigKey.PUBLIC_ADDRESS, publicAddress);
    given.put(ConfigKey.TLS_CERTIFICATE, one(tlsCertificate));
    given.put(ConfigKey.TLS_KEY, one(tlsKey));
    given.put(ConfigKey.METRICS, one(metrics));
    given.put(ConfigKey.METRICS_TOKEN_FILE, one(metricsTokenFile));
    given.put(ConfigKey.PAGE, one(page));
    given.put(ConfigKey.PAGE_TOKEN_FILE, one(pageTokenFile));
    // -v is the short way to say it
    given.put(ConfigKey.LOG_LEVEL, one(logLevel == null && state.verbose() ? "debug" : logLevel));
    return given;
  }

  private static List<String> one(String value) {
    return value == null ? List.of() : List.of(value);
  }
}
