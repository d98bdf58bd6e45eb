package org.moshpit.agent.cli.laptop;

import java.nio.file.Files;
import java.util.Map;
import java.util.function.Consumer;
import org.moshpit.agent.config.AgentPaths;
import org.moshpit.agent.config.Setting;
import org.moshpit.agent.config.Settings;
import org.moshpit.agent.config.UserError;
import org.moshpit.agent.punch.strategy.BulkLimits;

/** Within which limits a connect makes its punches. */
public final class LaptopLimits {
  private LaptopLimits() {}

  /**
   * Those strategies that {@code agent.conf} or the environment allows, in turns with the other
   * processes of this agent. Where neither says anything, nothing is read: this is on the way to
   * the first screen.
   *
   * @param environment the process' environment
   * @param given what of the settings the command line overrides
   * @param trace hears what cannot be told of the other processes
   * @throws UserError exit 2: a wrong value in {@code agent.conf}, or it cannot be read
   */
  public static BulkLimits of(
      AgentPaths paths,
      Map<String, String> environment,
      Map<Setting, String> given,
      Consumer<String> trace) {
    boolean said =
        environment.containsKey(Setting.STRATEGIES.variable())
            || given.containsKey(Setting.STRATEGIES)
            || Files.exists(paths.agentConf());
    BulkLimits own =
        said
            ? BulkLimits.ofWords(Settings.load(paths.agentConf(), environment, given).strategies())
            : BulkLimits.standard();
    return own.inTurnsWith(new PunchFile(paths, System::currentTimeMillis, trace));
  }
}
