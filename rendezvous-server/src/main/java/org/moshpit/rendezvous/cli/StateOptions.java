package org.moshpit.rendezvous.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.moshpit.rendezvous.config.ConfigException;
import org.moshpit.rendezvous.config.ConfigLoader;
import org.moshpit.rendezvous.config.RendezvousConfig;
import picocli.CommandLine.Option;

/** The options every command has. */
final class StateOptions {
  @Option(
      names = {"--state", "--state-dir"},
      paramLabel = "DIR",
      description = "State directory.")
  private Path state;

  @Option(names = "--config", paramLabel = "FILE", description = "Configuration file.")
  private Path config;

  @Option(names = "-v", description = "Tell more; show where a failure came from.")
  private boolean verbose;

  boolean verbose() {
    return verbose;
  }

  /** The settings, with what only {@code run} can say. */
  RendezvousConfig load(List<String> listen, List<String> publicAddress) throws ConfigException {
    return new ConfigLoader(System.getenv(), uid() == 0, Path.of(System.getProperty("user.home")))
        .load(new ConfigLoader.Options(listen, publicAddress, state, config));
  }

  RendezvousConfig load() throws ConfigException {
    return load(List.of(), List.of());
  }

  /** The user this process runs as. */
  static int uid() {
    try {
      return (Integer) Files.getAttribute(Path.of("/proc/self"), "unix:uid");
    } catch (IOException | RuntimeException e) {
      return "root".equals(System.getProperty("user.name")) ? 0 : -1;
    }
  }
}
