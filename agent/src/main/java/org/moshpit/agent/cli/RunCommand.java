package org.moshpit.agent.cli;

import java.util.EnumMap;
import java.util.Map;
import java.util.concurrent.Callable;
import org.moshpit.agent.cli.box.BoxRun;
import org.moshpit.agent.cli.box.SettingsSource;
import org.moshpit.agent.config.AgentPaths;
import org.moshpit.agent.config.ExitCode;
import org.moshpit.agent.config.Setting;
import org.moshpit.agent.config.Settings;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Spec;

/** {@code agent run}: the daemon of a box. */
@Command(
    name = "run",
    description = {
      "Runs this box's agent, until it is told to end.",
      "Every option is also a key of agent.conf."
    },
    footer = {"", "Examples:", "  agent run", "  agent run --ports 61000-61099 --log-level debug"})
final class RunCommand implements Callable<Integer> {
  @ParentCommand private RootCommand root;
  private CommandSpec spec;

  @Option(
      names = "--print-config",
      description = "Show the settings and where each comes from, and end.")
  private boolean printConfig;

  @Option(
      names = "--check-config",
      description =
          "Say what is wrong with the settings, if anything is, and end. Whether ports are free and"
              + " the enrollment are not looked at.")
  private boolean checkConfig;

  /** Adds an option for every key of the file. */
  @Spec
  void spec(CommandSpec given) {
    spec = given;
    for (Setting setting : Setting.values()) {
      if (spec.findOption("--" + setting.key()) == null) {
        spec.addOption(
            OptionSpec.builder("--" + setting.key())
                .paramLabel(setting.label())
                .type(String.class)
                .description(setting.description())
                .build());
      }
    }
  }

  @Override
  public Integer call() {
    AgentPaths paths = root.paths();
    Settings settings = settings(paths);
    if (printConfig) {
      settings.printed().forEach(spec.commandLine().getOut()::println);
      return ExitCode.OK.value();
    }
    if (checkConfig) {
      BoxRun.check(settings);
      return ExitCode.OK.value();
    }
    Logging.configure(settings.logLevel());
    BoxRun.run(
        paths,
        settings,
        new SettingsSource() {
          @Override
          public Settings read() {
            return settings(paths);
          }

          @Override
          public void logLevel(String level) {
            Logging.level(level);
          }
        },
        () -> LinkKeyFile.read(paths));
    return ExitCode.OK.value();
  }

  /** Options over the environment over the file over the defaults. */
  Settings settings(AgentPaths paths) {
    Map<Setting, String> given = new EnumMap<>(Setting.class);
    for (Setting setting : Setting.values()) {
      String value =
          spec.commandLine().getParseResult().matchedOptionValue("--" + setting.key(), null);
      if (value != null) {
        given.put(setting, value);
      }
    }
    return Settings.load(paths.agentConf(), System.getenv(), given);
  }
}
