package org.moshpit.agent.cli.enroll;

import java.nio.file.Path;
import java.util.Map;
import java.util.Objects;
import org.moshpit.agent.config.Settings;
import org.moshpit.agent.config.ThisUser;

/**
 * Where this agent runs.
 *
 * @param settings of agent.conf and the environment
 * @param environment of this process
 * @param charset of the locale in effect
 * @param root whether the agent serves all users
 * @param home of the user it runs as
 */
public record Surroundings(
    Settings settings, Map<String, String> environment, String charset, boolean root, Path home) {
  /** Copies the environment. */
  public Surroundings {
    Objects.requireNonNull(settings);
    environment = Map.copyOf(environment);
    Objects.requireNonNull(charset);
    Objects.requireNonNull(home);
  }

  /** This process. */
  public static Surroundings of(Settings settings) {
    return new Surroundings(
        settings,
        System.getenv(),
        System.getProperty("native.encoding", "UTF-8"),
        ThisUser.isRoot(),
        ThisUser.home());
  }
}
