package org.moshpit.agent.config;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.moshpit.common.files.SettingsFile;
import org.moshpit.common.web.WebAddress;

/** The agent's options, from wherever they came; every value has been checked. Immutable. */
public final class Settings {
  private static final long MAX_FILE = 1 << 16;

  private final Map<Setting, Value> values;

  /** A value as written, where it stands, and as its type. */
  private record Value(String text, String where, Object parsed) {}

  private Settings(Map<Setting, Value> values) {
    this.values = values;
  }

  /**
   * Option over environment over file over default.
   *
   * @param file {@code agent.conf}; need not exist
   * @param environment the process' environment
   * @param options what the command line gave
   * @throws UserError exit 2: an unknown key or a wrong value with {@code file:line}, or where else
   *     the value stands; a file that others than root and this user may write
   */
  public static Settings load(
      Path file, Map<String, String> environment, Map<Setting, String> options) {
    Map<Setting, Value> values = new EnumMap<>(Setting.class);
    for (Setting setting : Setting.values()) {
      put(values, setting, setting.defaultValue(), "default", "");
    }
    for (KeyValueFile.Line line : KeyValueFile.parse(file.toString(), read(file))) {
      Setting setting = Setting.ofKey(line.key());
      if (setting == null) {
        throw KeyValueFile.at(
            file.toString(), line.number(), "there is no option named " + line.key());
      }
      String where = file + ":" + line.number();
      put(values, setting, line.value(), where, where + ": " + setting.key());
    }
    for (Setting setting : Setting.values()) {
      String value = environment.get(setting.variable());
      if (value != null) {
        put(values, setting, value.strip(), setting.variable(), setting.variable());
      }
    }
    options.forEach(
        (setting, value) ->
            put(values, setting, value.strip(), "--" + setting.key(), "--" + setting.key()));
    Settings settings = new Settings(values);
    settings.checkMetrics();
    return settings;
  }

  private void checkMetrics() {
    if (!metrics().isEmpty() && metricsTokenFile().isEmpty() && !WebAddress.isLoopback(metrics())) {
      throw new UserError(
          ExitCode.USAGE,
          values.get(Setting.METRICS).where()
              + ": metrics is reached from elsewhere, which needs a metrics-token-file; or listen"
              + " on 127.0.0.1");
    }
  }

  /**
   * A file that says the same, with where each value stands in a comment above it: {@code
   * --option}, {@code MOSHPIT_KEY}, {@code FILE:LINE} or {@code default}.
   */
  public List<String> printed() {
    List<String> lines = new ArrayList<>();
    values.forEach(
        (setting, value) -> {
          lines.add("# " + value.where());
          lines.add((setting.key() + " = " + value.text()).stripTrailing());
        });
    return lines;
  }

  /** Whether a file says any of them. */
  public boolean areInFile() {
    // FILE:LINE; a variable and an option have no colon
    return values.values().stream().anyMatch(value -> value.where().contains(":"));
  }

  /** The keys whose values are others than those. */
  public Set<Setting> differences(Settings other) {
    Set<Setting> different = EnumSet.noneOf(Setting.class);
    for (Setting setting : Setting.values()) {
      if (!values.get(setting).parsed().equals(other.values.get(setting).parsed())) {
        different.add(setting);
      }
    }
    return different;
  }

  /** The defaults alone. */
  public static Settings defaults() {
    return load(Path.of("/dev/null"), Map.of(), Map.of());
  }

  private static String read(Path file) {
    try {
      Optional<String> objection = SettingsFile.objection(file);
      if (objection.isPresent()) {
        throw new UserError(ExitCode.USAGE, "the settings file " + file + " " + objection.get());
      }
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
      Map<Setting, Value> values, Setting setting, String value, String where, String sentence) {
    try {
      values.put(setting, new Value(value, where, setting.parse(value)));
    } catch (IllegalArgumentException e) {
      throw new UserError(ExitCode.USAGE, sentence + " " + e.getMessage(), e);
    }
  }

  private Object get(Setting setting) {
    return values.get(setting).parsed();
  }

  /** UDP ports a session may be negotiated on. */
  public PortRange ports() {
    return (PortRange) get(Setting.PORTS);
  }

  /** The private key to be the host key; empty: the agent's own in the config directory. */
  public Optional<Path> hostKey() {
    String path = (String) get(Setting.HOST_KEY);
    return path.isEmpty() ? Optional.empty() : Optional.of(Path.of(path));
  }

  /** Login names a root agent serves; empty: no such limit. */
  @SuppressWarnings("unchecked")
  public List<String> allowUsers() {
    return (List<String>) get(Setting.ALLOW_USERS);
  }

  /** Whether a root agent serves root; empty: as sshd has it. */
  public Optional<Boolean> permitRoot() {
    String word = (String) get(Setting.PERMIT_ROOT);
    return word.equals("sshd") ? Optional.empty() : Optional.of(word.equals("yes"));
  }

  /** After how long a session ends whose laptop fell silent; whole seconds, a minute to a year. */
  public Duration sessionTimeout() {
    return (Duration) get(Setting.SESSION_TIMEOUT);
  }

  /** Sessions at once, all users together. */
  public int maxSessions() {
    return (Integer) get(Setting.MAX_SESSIONS);
  }

  /** Sessions at once of one user. */
  public int maxSessionsPerUser() {
    return (Integer) get(Setting.MAX_SESSIONS_PER_USER);
  }

  /** The mosh-server to start: a path, or a name to look up in PATH. */
  public String moshServer() {
    return (String) get(Setting.MOSH_SERVER);
  }

  /** Whether the router is asked to map ports. */
  public boolean portMapping() {
    return (Boolean) get(Setting.PORT_MAPPING);
  }

  /** Names of the strategies against hard NATs that may be used. */
  @SuppressWarnings("unchecked") // what Setting.STRATEGIES parses to
  public Set<String> strategies() {
    return (Set<String>) get(Setting.STRATEGIES);
  }

  /** Where metrics and health are answered; empty: nowhere. */
  @SuppressWarnings("unchecked") // what Setting.METRICS parses to
  public List<InetSocketAddress> metrics() {
    return (List<InetSocketAddress>) get(Setting.METRICS);
  }

  /** A file with what a scraper has to know. */
  public Optional<Path> metricsTokenFile() {
    String path = (String) get(Setting.METRICS_TOKEN_FILE);
    return path.isEmpty() ? Optional.empty() : Optional.of(Path.of(path));
  }

  /** error, warn, info, debug or trace. */
  public String logLevel() {
    return (String) get(Setting.LOG_LEVEL);
  }
}
