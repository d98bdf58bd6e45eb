package org.moshpit.rendezvous.cli;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.moshpit.rendezvous.config.ConfigException;
import org.moshpit.rendezvous.config.ConfigLoader;
import org.moshpit.rendezvous.config.RendezvousConfig;
import org.moshpit.rendezvous.store.StoreException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.spi.LoggingEventBuilder;

/**
 * The settings read again while the daemon runs, all of them or, if one is wrong, none. What cannot
 * change without a restart is named for as long as it differs. For one thread at a time.
 */
final class ConfigReload {
  private static final Logger LOG = LoggerFactory.getLogger(ConfigReload.class);

  /** Where they are from. */
  @FunctionalInterface
  interface Source {
    ConfigLoader.Loaded read() throws ConfigException;
  }

  /** Makes of them what can be made of them at once, all or nothing. */
  @FunctionalInterface
  interface Target {
    void apply(RendezvousConfig next) throws StoreException;
  }

  private final RendezvousConfig atStart;
  private final Source source;
  private final Target target;
  private RendezvousConfig now;
  private boolean inFile;

  ConfigReload(ConfigLoader.Loaded atStart, Source source, Target target) {
    this.atStart = atStart.config();
    this.now = atStart.config();
    this.inFile = atStart.inFile();
    this.source = source;
    this.target = target;
  }

  /** Reads them again; one line in the log tells what came of it. */
  void run() {
    ConfigLoader.Loaded read;
    RendezvousConfig next;
    try {
      read = source.read();
      next = read.config();
      if (inFile && !read.inFile()) {
        // as it is while something replaces it; the defaults would open what it shuts
        throw new ConfigException("The file says nothing any more; a restart takes the defaults.");
      }
      target.apply(next);
    } catch (ConfigException | StoreException e) {
      LOG.atError()
          .addKeyValue("reason", e.getMessage())
          .log("The settings could not be read again; those of before stay");
      return;
    }
    List<String> changed = new ArrayList<>();
    note(changed, "log-level", now.logLevel().equals(next.logLevel()));
    note(
        changed,
        "metrics-token-file",
        String.valueOf(now.metricsTokenFile()).equals(String.valueOf(next.metricsTokenFile())));
    note(changed, "tls-certificate", Objects.equals(now.tlsCertificate(), next.tlsCertificate()));
    note(changed, "tls-key", Objects.equals(now.tlsKey(), next.tlsKey()));
    List<String> waiting = new ArrayList<>();
    note(waiting, "listen", atStart.listen().equals(next.listen()));
    note(waiting, "public-address", atStart.publicHosts().equals(next.publicHosts()));
    note(waiting, "state", atStart.state().equals(next.state()));
    note(waiting, "metrics", atStart.metrics().equals(next.metrics()));
    note(waiting, "page", atStart.page().equals(next.page()));
    note(
        waiting,
        "page-token-file",
        String.valueOf(atStart.pageTokenFile()).equals(String.valueOf(next.pageTokenFile())));
    tell(changed, waiting);
    now = next;
    inFile = read.inFile();
  }

  private static void tell(List<String> changed, List<String> waiting) {
    if (waiting.isEmpty()) {
      LOG.atInfo()
          .addKeyValue("changed", changed.isEmpty() ? "nothing" : String.join(",", changed))
          .log("The settings were read again");
      return;
    }
    LoggingEventBuilder line = LOG.atWarn();
    if (!changed.isEmpty()) {
      line = line.addKeyValue("changed", String.join(",", changed));
    }
    line.addKeyValue("needRestart", String.join(",", waiting))
        .log("The settings were read again, and some take effect only after a restart");
  }

  private static void note(List<String> keys, String key, boolean same) {
    if (!same) {
      keys.add(key);
    }
  }
}
