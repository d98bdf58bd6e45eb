package org.moshpit.agent.config;

import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.moshpit.common.web.WebAddress;

/** Every key of {@code agent.conf}; the key is also the long option's name. */
public enum Setting {
  /** UDP ports a session may be negotiated on. */
  PORTS("ports", "60001-60999", "RANGE", "UDP ports a session may be negotiated on."),
  /** A private SSH key file to be the box's host key, such as sshd's; empty: one of its own. */
  HOST_KEY(
      "host-key",
      "",
      "FILE",
      "A private SSH key to be the host key, such as sshd's; default: one of its own."),
  /** Login names a root agent serves, separated by commas or spaces; empty: whom sshd lets in. */
  ALLOW_USERS(
      "allow-users",
      "",
      "NAMES",
      "Users a root agent serves, separated by commas; default: whom sshd lets in."),
  /** Whether a root agent serves root: {@code sshd} (as sshd has it), {@code yes} or {@code no}. */
  PERMIT_ROOT(
      "permit-root",
      "sshd",
      "sshd|yes|no",
      "Whether a root agent serves root; sshd: as sshd has it."),
  /** After how long a session ends whose laptop fell silent: a minute to a year. */
  SESSION_TIMEOUT(
      "session-timeout",
      "7d",
      "TIME",
      "After how long a session ends whose laptop fell silent; 90m, 24h, 7d."),
  /** Sessions at once, all users together. */
  MAX_SESSIONS("max-sessions", "256", "N", "Sessions at once, all users together."),
  /** Sessions at once of one user. */
  MAX_SESSIONS_PER_USER("max-sessions-per-user", "128", "N", "Sessions at once of one user."),
  /** The mosh-server to start; a bare name is looked up in PATH. */
  MOSH_SERVER("mosh-server", "mosh-server", "PROGRAM", "The mosh-server to start."),
  /** Whether the router is asked to map ports: {@code on} or {@code off}. */
  PORT_MAPPING("port-mapping", "on", "on|off", "Whether the router is asked to map ports."),
  /**
   * Which strategies against hard NATs may be used: {@code all}, {@code none}, or names of {@link
   * #STRATEGY_WORDS} separated by commas or spaces. Both ends must allow one.
   */
  STRATEGIES(
      "strategies",
      "all",
      "NAMES",
      "Strategies against hard NATs that may be used: all, none, or some of sandwich, windows,"
          + " sweep, birthday."),
  /** Where metrics and health are answered; empty: nowhere. */
  METRICS(
      "metrics",
      "",
      "HOST:PORT",
      "Answer /metrics and /healthz there; on loopback, unless there is a token; default: nowhere."),
  /** A file with the token that a scraper sends. */
  METRICS_TOKEN_FILE(
      "metrics-token-file",
      "",
      "FILE",
      "Only who sends the token in it (Authorization: Bearer) gets metrics."),
  /** How much {@code agent run} writes: error, warn, info, debug or trace. */
  LOG_LEVEL("log-level", "info", "error|warn|info|debug|trace", "How much is logged.");

  /** Names of strategies, as {@code org.moshpit.agent.punch.strategy.Strategy.Name} has them. */
  public static final List<String> STRATEGY_WORDS =
      List.of("sandwich", "windows", "sweep", "birthday");

  private static final Set<String> PERMIT_ROOT_WORDS = Set.of("sshd", "yes", "no");
  private static final Set<String> SWITCH = Set.of("on", "off");
  private static final Set<String> LEVELS = Set.of("error", "warn", "info", "debug", "trace");

  private final String key;
  private final String defaultValue;
  private final String label;
  private final String description;

  Setting(String key, String defaultValue, String label, String description) {
    this.key = key;
    this.defaultValue = defaultValue;
    this.label = label;
    this.description = description;
  }

  /** What stands for the value in the help text. */
  public String label() {
    return label;
  }

  /** One sentence for the help text. */
  public String description() {
    return description;
  }

  /** As in the file, and after {@code --}. */
  public String key() {
    return key;
  }

  /** The value if nobody says otherwise. */
  public String defaultValue() {
    return defaultValue;
  }

  /** The environment variable's name: {@code MOSHPIT_} and the key in capitals. */
  public String variable() {
    return "MOSHPIT_" + key.toUpperCase(Locale.ROOT).replace('-', '_');
  }

  static Setting ofKey(String key) {
    for (Setting setting : values()) {
      if (setting.key.equals(key)) {
        return setting;
      }
    }
    return null;
  }

  /**
   * The value as its type.
   *
   * @throws IllegalArgumentException with a reason for a person
   */
  Object parse(String value) {
    return switch (this) {
      case PORTS -> ports(value);
      case METRICS -> value.isEmpty() ? List.of() : WebAddress.parse(value);
      case HOST_KEY, METRICS_TOKEN_FILE ->
          checked(value.isEmpty() || value.startsWith("/"), value, "must be an absolute path");
      case ALLOW_USERS -> users(value);
      case PERMIT_ROOT ->
          checked(PERMIT_ROOT_WORDS.contains(value), value, "must be sshd, yes or no");
      case SESSION_TIMEOUT -> timeout(value);
      case MAX_SESSIONS, MAX_SESSIONS_PER_USER -> count(value);
      case MOSH_SERVER -> checked(!value.isEmpty(), value, "must name a program");
      case PORT_MAPPING -> checked(SWITCH.contains(value), value, "must be on or off").equals("on");
      case STRATEGIES -> strategies(value);
      case LOG_LEVEL ->
          checked(LEVELS.contains(value), value, "must be error, warn, info, debug or trace");
    };
  }

  private static PortRange ports(String value) {
    try {
      return PortRange.parse(value);
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException("must be ports like 60001-60999", e);
    }
  }

  private static List<String> users(String value) {
    return Arrays.stream(value.split("[,\\s]+", -1)).filter(u -> !u.isEmpty()).toList();
  }

  private static Set<String> strategies(String value) {
    if (value.equals("all")) {
      return Set.copyOf(STRATEGY_WORDS);
    }
    if (value.equals("none")) {
      return Set.of();
    }
    List<String> words = users(value);
    if (words.isEmpty() || !STRATEGY_WORDS.containsAll(words)) {
      throw new IllegalArgumentException(
          "must be all, none, or some of " + String.join(", ", STRATEGY_WORDS));
    }
    return Set.copyOf(words);
  }

  private static Duration timeout(String value) {
    if (!value.matches("\\d{1,9}[smhd]?")) {
      throw new IllegalArgumentException("must be a time like 7d, 24h, 90m or 600s");
    }
    char unit = value.charAt(value.length() - 1);
    long number =
        Long.parseLong(Character.isDigit(unit) ? value : value.substring(0, value.length() - 1));
    long seconds =
        switch (unit) {
          case 'd' -> number * 86_400;
          case 'h' -> number * 3_600;
          case 'm' -> number * 60;
          default -> number;
        };
    if (seconds < 60 || seconds > 365L * 86_400) {
      throw new IllegalArgumentException(
          "must be between a minute and a year"
              + (Character.isDigit(unit)
                  ? "; without a unit " + value + " is taken for seconds, so say 7d, 24h or 90m"
                  : ""));
    }
    return Duration.ofSeconds(seconds);
  }

  private static Integer count(String value) {
    if (!value.matches("\\d{1,5}") || Integer.parseInt(value) < 1) {
      throw new IllegalArgumentException("must be a number from 1 to 99999");
    }
    return Integer.valueOf(value);
  }

  private static String checked(boolean right, String value, String reason) {
    if (!right) {
      throw new IllegalArgumentException(reason);
    }
    return value;
  }
}
