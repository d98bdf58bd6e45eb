package org.moshpit.rendezvous.config;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.moshpit.common.sansio.TransportAddress;
import org.moshpit.common.web.WebAddress;
import org.moshpit.common.wire.HostPort;
import org.moshpit.common.wire.Link;

/** Puts the settings together: option, environment, file, default. */
public final class ConfigLoader {
  /** Where root's rendezvous, and the package's service, has its state. */
  public static final Path SYSTEM_STATE = Path.of("/var/lib/moshpit-rendezvous");

  private static final Set<String> LEVELS = Set.of("error", "warn", "info", "debug", "trace");

  private final Map<String, String> environment;
  private final boolean root;
  private final Path home;

  /**
   * @param environment of the process
   * @param root whether it runs as root
   * @param home the user's home directory
   */
  public ConfigLoader(Map<String, String> environment, boolean root, Path home) {
    this.environment = environment;
    this.root = root;
    this.home = home;
  }

  /**
   * What the command line said.
   *
   * @param values of the keys that were given as options
   * @param config {@code --config}, or null
   */
  public record Options(Map<ConfigKey, List<String>> values, Path config) {
    /** Empty lists and nulls for what was not said. */
    public Options(List<String> listen, List<String> publicAddress, Path state, Path config) {
      this(
          Map.of(
              ConfigKey.LISTEN,
              listen,
              ConfigKey.PUBLIC_ADDRESS,
              publicAddress,
              ConfigKey.STATE,
              state == null ? List.of() : List.of(state.toString())),
          config);
    }
  }

  /**
   * The settings, and whether a file said any of them.
   *
   * @param inFile whether it did
   */
  public record Loaded(RendezvousConfig config, boolean inFile) {}

  /** Loads them; a mistake is one sentence. */
  public RendezvousConfig load(Options options) throws ConfigException {
    return loaded(options).config();
  }

  /** Loads them, to be compared with later. */
  public Loaded loaded(Options options) throws ConfigException {
    Map<ConfigKey, List<ConfigValue>> values = values(options);
    // FILE:LINE; a variable and an option have no colon
    boolean inFile =
        values.values().stream()
            .flatMap(List::stream)
            .anyMatch(value -> value.where().contains(":"));
    return new Loaded(parsed(values), inFile);
  }

  /** Every key that has a value, with where each stands; {@code state-dir} under {@code state}. */
  public Map<ConfigKey, List<ConfigValue>> values(Options options) throws ConfigException {
    Path file = options.config();
    String named = environment.getOrDefault("MOSHPIT_CONFIG", "");
    if (file == null && !named.isBlank()) {
      file = Path.of(named);
    }
    boolean mustExist = file != null;
    if (!mustExist) {
      file =
          root
              ? Path.of("/etc/moshpit/rendezvous.conf")
              : xdg("XDG_CONFIG_HOME", ".config").resolve("moshpit/rendezvous.conf");
    }
    Map<String, List<ConfigValue>> inFile = ConfigFile.read(file, mustExist, ConfigKey.names());
    Map<ConfigKey, List<ConfigValue>> all = new EnumMap<>(ConfigKey.class);
    for (ConfigKey key : ConfigKey.values()) {
      List<ConfigValue> values = of(key, options, inFile);
      if (values.size() > 1 && !key.isList()) {
        throw new ConfigException(
            values.get(1).where()
                + ": there is one "
                + (key == ConfigKey.STATE || key == ConfigKey.STATE_DIR
                    ? "state directory"
                    : key.key())
                + " only.");
      }
      if (!values.isEmpty()) {
        all.put(key, values);
      }
    }
    List<ConfigValue> stateDir = all.remove(ConfigKey.STATE_DIR);
    if (stateDir != null) {
      all.putIfAbsent(ConfigKey.STATE, stateDir);
    }
    all.putIfAbsent(ConfigKey.STATE, fallback(defaultState().toString()));
    all.putIfAbsent(ConfigKey.LOG_LEVEL, fallback(RendezvousConfig.DEFAULT_LEVEL));
    return all;
  }

  private static List<ConfigValue> fallback(String text) {
    return List.of(new ConfigValue(text, ConfigValue.DEFAULT));
  }

  private List<ConfigValue> of(
      ConfigKey key, Options options, Map<String, List<ConfigValue>> file) {
    List<String> given = options.values().getOrDefault(key, List.of());
    if (!given.isEmpty()) {
      return given.stream().map(text -> new ConfigValue(text, "--" + key.key())).toList();
    }
    String text = environment.getOrDefault(key.variable(), "");
    if (!text.isBlank()) {
      List<ConfigValue> parts = new ArrayList<>();
      for (String part : text.split(",")) {
        parts.add(new ConfigValue(part.strip(), key.variable()));
      }
      return parts;
    }
    return file.getOrDefault(key.key(), List.of());
  }

  private RendezvousConfig parsed(Map<ConfigKey, List<ConfigValue>> values) throws ConfigException {
    List<TransportAddress> listen = new ArrayList<>();
    for (ConfigValue value : values.getOrDefault(ConfigKey.LISTEN, List.of())) {
      listen.addAll(listen(value));
    }
    List<String> hosts = new ArrayList<>();
    for (ConfigValue value : values.getOrDefault(ConfigKey.PUBLIC_ADDRESS, List.of())) {
      hosts.add(publicHost(value));
    }
    ConfigValue level = values.get(ConfigKey.LOG_LEVEL).get(0);
    if (!LEVELS.contains(level.text())) {
      throw new ConfigException(
          level.where()
              + ": '"
              + level.text()
              + "' is no log level; it is error, warn, info, debug or trace.");
    }
    both(values, ConfigKey.TLS_CERTIFICATE, ConfigKey.TLS_KEY);
    both(values, ConfigKey.TLS_KEY, ConfigKey.TLS_CERTIFICATE);
    return new RendezvousConfig(
        path(values.get(ConfigKey.STATE).get(0)),
        listen.isEmpty() ? everywhere() : distinct(listen),
        hosts,
        absolute(values, ConfigKey.TLS_CERTIFICATE),
        absolute(values, ConfigKey.TLS_KEY),
        web(values, ConfigKey.METRICS, ConfigKey.METRICS_TOKEN_FILE),
        optionalPath(values, ConfigKey.METRICS_TOKEN_FILE),
        web(values, ConfigKey.PAGE, ConfigKey.PAGE_TOKEN_FILE),
        optionalPath(values, ConfigKey.PAGE_TOKEN_FILE),
        level.text());
  }

  private static Path optionalPath(Map<ConfigKey, List<ConfigValue>> values, ConfigKey key)
      throws ConfigException {
    return values.containsKey(key) ? path(values.get(key).get(0)) : null;
  }

  /** A daemon's working directory is no place to look for a file that is read again later. */
  private static Path absolute(Map<ConfigKey, List<ConfigValue>> values, ConfigKey key)
      throws ConfigException {
    Path path = optionalPath(values, key);
    if (path != null && !path.isAbsolute()) {
      ConfigValue value = values.get(key).get(0);
      throw new ConfigException(
          value.where() + ": '" + value.text() + "' must be an absolute path, as /etc/x.pem is.");
    }
    return path;
  }

  private static void both(Map<ConfigKey, List<ConfigValue>> values, ConfigKey key, ConfigKey other)
      throws ConfigException {
    if (values.containsKey(key) && !values.containsKey(other)) {
      throw new ConfigException(
          values.get(key).get(0).where()
              + ": "
              + key.key()
              + " needs "
              + other.key()
              + " as well; set both, or neither.");
    }
  }

  /** Where HTTP is answered; not on loopback needs a token. */
  private static List<InetSocketAddress> web(
      Map<ConfigKey, List<ConfigValue>> values, ConfigKey key, ConfigKey token)
      throws ConfigException {
    if (!values.containsKey(key)) {
      return List.of();
    }
    ConfigValue value = values.get(key).get(0);
    try {
      List<InetSocketAddress> addresses = WebAddress.parse(value.text());
      if (values.containsKey(token) || WebAddress.isLoopback(addresses)) {
        return addresses;
      }
    } catch (IllegalArgumentException e) {
      throw new ConfigException(value.where() + ": '" + value.text() + "' " + e.getMessage() + ".");
    }
    throw new ConfigException(
        value.where()
            + ": '"
            + value.text()
            + "' is reached from elsewhere, which needs a "
            + token.key()
            + "; or listen on 127.0.0.1.");
  }

  private static Path path(ConfigValue value) throws ConfigException {
    try {
      return Path.of(value.text());
    } catch (InvalidPathException e) {
      throw new ConfigException(value.where() + ": '" + value.text() + "' is no path.");
    }
  }

  private Path defaultState() {
    return root
        ? SYSTEM_STATE
        : xdg("XDG_STATE_HOME", ".local/state").resolve("moshpit-rendezvous");
  }

  private Path xdg(String variable, String fallback) {
    String set = environment.getOrDefault(variable, "");
    // The XDG specification has a relative path ignored.
    return set.startsWith("/") ? Path.of(set) : home.resolve(fallback);
  }

  private static List<TransportAddress> listen(ConfigValue value) throws ConfigException {
    try {
      HostPort parsed = HostPort.parse(value.text(), Link.DEFAULT_PORT);
      if (parsed.port() == 65535) {
        throw new ConfigException(
            value.where() + ": port 65535 has no next one, and STUN needs two.");
      }
      List<TransportAddress> addresses = new ArrayList<>();
      for (InetAddress ip : InetAddress.getAllByName(parsed.host())) {
        // Through the bytes: without the name, and without a scope.
        addresses.add(TransportAddress.of(ip.getAddress(), parsed.port()));
      }
      return addresses;
    } catch (IllegalArgumentException | UnknownHostException e) {
      throw new ConfigException(
          value.where() + ": '" + value.text() + "' is not HOST:PORT of this machine.");
    }
  }

  private static String publicHost(ConfigValue value) throws ConfigException {
    try {
      HostPort parsed = HostPort.parse(value.text(), 0xffff);
      if (parsed.port() == 0xffff) {
        return parsed.host();
      }
    } catch (IllegalArgumentException e) {
      // Said below.
    }
    throw new ConfigException(
        value.where() + ": '" + value.text() + "' is not a host name or IP address (no port).");
  }

  /** Where there is IPv6, its wildcard takes IPv4 in too. */
  private static List<TransportAddress> everywhere() {
    return List.of(
        new TransportAddress(
            TransportAddress.parseIp(PublicAddress.ipv6() ? "::" : "0.0.0.0"), Link.DEFAULT_PORT));
  }

  /** Without doubles, and without an IPv4 wildcard that the IPv6 one on the same port includes. */
  private static List<TransportAddress> distinct(List<TransportAddress> listen) {
    List<TransportAddress> kept = new ArrayList<>();
    for (TransportAddress address : listen) {
      boolean included =
          !address.isIpv6()
              && address.ip().isAnyLocalAddress()
              && listen.stream()
                  .anyMatch(
                      other ->
                          other.isIpv6()
                              && other.ip().isAnyLocalAddress()
                              && other.port() == address.port());
      if (!included && !kept.contains(address)) {
        kept.add(address);
      }
    }
    return kept;
  }
}
