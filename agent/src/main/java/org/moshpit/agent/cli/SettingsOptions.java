package org.moshpit.agent.cli;

import java.util.EnumMap;
import java.util.Map;
import org.moshpit.agent.config.AgentPaths;
import org.moshpit.agent.config.Setting;
import org.moshpit.agent.config.Settings;
import picocli.CommandLine.Option;

/** The keys of {@code agent.conf} as long options; a mixin of {@code agent run}. */
public final class SettingsOptions {
  private final Map<Setting, String> given = new EnumMap<>(Setting.class);

  @Option(names = "--ports", paramLabel = "LOW-HIGH", description = "UDP ports of sessions.")
  void ports(String value) {
    given.put(Setting.PORTS, value);
  }

  @Option(names = "--host-key", paramLabel = "FILE", description = "Another host key of this box.")
  void hostKey(String value) {
    given.put(Setting.HOST_KEY, value);
  }

  @Option(names = "--allow-users", paramLabel = "USER,…", description = "Whom a root agent serves.")
  void allowUsers(String value) {
    given.put(Setting.ALLOW_USERS, value);
  }

  @Option(
      names = "--permit-root",
      paramLabel = "sshd|yes|no",
      description = "Whether a root agent serves root.")
  void permitRoot(String value) {
    given.put(Setting.PERMIT_ROOT, value);
  }

  @Option(
      names = "--session-timeout",
      paramLabel = "TIME",
      description = "How long mosh-server waits for a client that fell silent.")
  void sessionTimeout(String value) {
    given.put(Setting.SESSION_TIMEOUT, value);
  }

  @Option(names = "--max-sessions", paramLabel = "N", description = "Sessions at once.")
  void maxSessions(String value) {
    given.put(Setting.MAX_SESSIONS, value);
  }

  @Option(
      names = "--max-sessions-per-user",
      paramLabel = "N",
      description = "Sessions at once of one user.")
  void maxSessionsPerUser(String value) {
    given.put(Setting.MAX_SESSIONS_PER_USER, value);
  }

  @Option(names = "--mosh-server", paramLabel = "PROGRAM", description = "The mosh-server here.")
  void moshServer(String value) {
    given.put(Setting.MOSH_SERVER, value);
  }

  @Option(
      names = "--log-level",
      paramLabel = "LEVEL",
      description = "error, warn, info, debug or trace.")
  void logLevel(String value) {
    given.put(Setting.LOG_LEVEL, value);
  }

  /**
   * All settings: these options over the environment over the file over the defaults.
   *
   * @throws org.moshpit.agent.config.UserError exit 2
   */
  Settings load(AgentPaths paths) {
    return Settings.load(paths.agentConf(), System.getenv(), given);
  }
}
