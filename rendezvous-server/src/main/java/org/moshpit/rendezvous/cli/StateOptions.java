package org.moshpit.rendezvous.cli;

import java.nio.file.Path;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import org.moshpit.common.process.KernelUser;
import org.moshpit.rendezvous.config.ConfigException;
import org.moshpit.rendezvous.config.ConfigKey;
import org.moshpit.rendezvous.config.ConfigLoader;
import org.moshpit.rendezvous.config.ConfigValue;
import org.moshpit.rendezvous.config.RendezvousConfig;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** The options every command has. */
final class StateOptions {
  @Mixin private HelpOptions help;

  @Option(
      names = {"--state", "--state-dir"},
      paramLabel = "DIR",
      description = "The state directory: keys, the registry, the control socket.")
  private Path state;

  @Option(
      names = "--config",
      paramLabel = "FILE",
      description = "The configuration file, instead of the usual one.")
  private Path config;

  @Option(
      names = {"-v", "--verbose"},
      description = "Tell more; show where a failure came from.")
  private boolean verbose;

  boolean verbose() {
    return verbose;
  }

  /**
   * What the command line says, with what only {@code run} can say.
   *
   * @param more of the keys that are not here
   */
  ConfigLoader.Options options(Map<ConfigKey, List<String>> more) {
    Map<ConfigKey, List<String>> all = new EnumMap<>(ConfigKey.class);
    all.putAll(more);
    if (state != null) {
      all.put(ConfigKey.STATE, List.of(state.toString()));
    }
    return new ConfigLoader.Options(all, config);
  }

  static ConfigLoader loader() {
    return new ConfigLoader(
        System.getenv(), KernelUser.uid() == 0, Path.of(System.getProperty("user.home")));
  }

  /** The settings of a command that is not {@code run}. */
  RendezvousConfig load() throws ConfigException {
    return loader().load(options(Map.of()));
  }

  /** Where each of them is from. */
  Map<ConfigKey, List<ConfigValue>> values() throws ConfigException {
    return loader().values(options(Map.of()));
  }

  /** Whether nobody named the state directory: no option, no environment, no file. */
  boolean stateByDefault() throws ConfigException {
    return values().get(ConfigKey.STATE).get(0).isDefault();
  }
}
