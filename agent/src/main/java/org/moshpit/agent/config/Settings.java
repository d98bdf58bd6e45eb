package org.moshpit.agent.config;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** The agent's options, from wherever they came; every value has been checked. Immutable. */
public final class Settings {
  private static final long MAX_FILE = 1 << 16;

  private final Map<Setting, Object> values;

  private Settings(Map<Setting, Object> values) {
    this.values = values;
  }

  /**
   * Option over environment over file over default.
   *
   * @param file {@code agent.conf}; need not exist
   * @param environment the process' environment
   * @param options what the command line gave
   * @throws UserError exit 2: an unknown key or a wrong value with {@code file:line}, or where else
   *     the value stands
   */
  public static Settings load(
      Path file, Map<String, String> environment, Map<Setting, String> options) {
    Map<Setting, Object> values = new EnumMap<>(Setting.class);
    for (Setting setting : Setting.values()) {
      values.put(setting, setting.parse(setting.defaultValue()));
    }
    for (KeyValueFile.Line line : KeyValueFile.parse(file.toString(), read(file))) {
      Setting setting = Setting.ofKey(line.key());
      if (setting == null) {
        throw KeyValueFile.at(
            file.toString(), line.number(), "there is no option named " + line.key());
      }
      put(values, setting, line.value(), file + ":" + line.number() + ": " + setting.key());
    }
    for (Setting setting : Setting.values()) {
      String value = environment.get(setting.variable());
      if (value != null) {
        put(values, setting, value.strip(), setting.variable());
      }
    }
    options.forEach((setting, value) -> put(values, setting, value.strip(), "--" + setting.key()));
    return new Settings(values);
  }

  /** The defaults alone. */
  public static Settings defaults() {
    return load(Path.of("/dev/null"), Map.of(), Map.of());
  }

  private static String read(Path file) {
    try {
      if (Files.size(file) > MAX_FILE) {
        throw new UserError(ExitCode.USAGE, file + " is longer than such a file can be");
      }
      return Files.readString(file, StandardCharsets.UTF_8);
    } catch (NoSuchFileException e) {
      return "";
    } catch (IOException e) {
      throw new UserError(ExitCode.USAGE, file + " cannot be read: " + PrivateFiles.reason(e), e);
    }
  }

  private static void put(
      Map<Setting, Object> values, Setting setting, String value, String where) {
    try {
      values.put(setting, setting.parse(value));
    } catch (IllegalArgumentException e) {
      throw new UserError(ExitCode.USAGE, where + " " + e.getMessage(), e);
    }
  }

  /** UDP ports a session may be negotiated on. */
  public PortRange ports() {
    return (PortRange) values.get(Setting.PORTS);
  }

  /** The private key to be the host key; empty: the agent's own in the config directory. */
  public Optional<Path> hostKey() {
    String path = (String) values.get(Setting.HOST_KEY);
    return path.isEmpty() ? Optional.empty() : Optional.of(Path.of(path));
  }

  /** Login names a root agent serves; empty: no such limit. */
  @SuppressWarnings("unchecked")
  public List<String> allowUsers() {
    return (List<String>) values.get(Setting.ALLOW_USERS);
  }

  /** Whether a root agent serves root; empty: as sshd has it. */
  public Optional<Boolean> permitRoot() {
    String word = (String) values.get(Setting.PERMIT_ROOT);
    return word.equals("sshd") ? Optional.empty() : Optional.of(word.equals("yes"));
  }

  /** After how long a session ends whose laptop fell silent; whole seconds, a minute to a year. */
  public Duration sessionTimeout() {
    return (Duration) values.get(Setting.SESSION_TIMEOUT);
  }

  /** Sessions at once, all users together. */
  public int maxSessions() {
    return (Integer) values.get(Setting.MAX_SESSIONS);
  }

  /** Sessions at once of one user. */
  public int maxSessionsPerUser() {
    return (Integer) values.get(Setting.MAX_SESSIONS_PER_USER);
  }

  /** The mosh-server to start: a path, or a name to look up in PATH. */
  public String moshServer() {
    return (String) values.get(Setting.MOSH_SERVER);
  }

  /** Whether the router is asked to map ports. */
  public boolean portMapping() {
    return (Boolean) values.get(Setting.PORT_MAPPING);
  }

  /** Names of the strategies against hard NATs that may be used. */
  @SuppressWarnings("unchecked") // what Setting.STRATEGIES parses to
  public Set<String> strategies() {
    return (Set<String>) values.get(Setting.STRATEGIES);
  }

  /** error, warn, info, debug or trace. */
  public String logLevel() {
    return (String) values.get(Setting.LOG_LEVEL);
  }
}
