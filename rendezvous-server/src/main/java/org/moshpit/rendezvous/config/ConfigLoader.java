package org.moshpit.rendezvous.config;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.moshpit.common.sansio.TransportAddress;
import org.moshpit.common.wire.HostPort;
import org.moshpit.common.wire.Link;

/** Puts the settings together: option, environment, file, default. */
public final class ConfigLoader {
  private static final String LISTEN = "listen";
  private static final String PUBLIC_ADDRESS = "public-address";
  private static final String STATE = "state";
  private static final String STATE_DIR = "state-dir";
  private static final Set<String> KEYS =
      new TreeSet<>(Set.of(LISTEN, PUBLIC_ADDRESS, STATE, STATE_DIR));

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
   * What the command line said; empty lists and nulls for what it did not say.
   *
   * @param listen {@code --listen}
   * @param publicAddress {@code --public-address}
   * @param state {@code --state}
   * @param config {@code --config}
   */
  public record Options(List<String> listen, List<String> publicAddress, Path state, Path config) {}

  /** Loads them; a mistake is one sentence. */
  public RendezvousConfig load(Options options) throws ConfigException {
    Path file = options.config();
    boolean named = file != null;
    if (!named && environment.containsKey("MOSHPIT_CONFIG")) {
      file = Path.of(environment.get("MOSHPIT_CONFIG"));
      named = true;
    }
    if (!named) {
      file =
          root
              ? Path.of("/etc/moshpit/rendezvous.conf")
              : xdg("XDG_CONFIG_HOME", ".config").resolve("moshpit/rendezvous.conf");
    }
    Map<String, List<ConfigFile.Value>> values = ConfigFile.read(file, named, KEYS);
    List<TransportAddress> listen = new ArrayList<>();
    for (ConfigFile.Value value : values(options.listen(), LISTEN, values)) {
      listen.addAll(listen(value));
    }
    List<String> hosts = new ArrayList<>();
    for (ConfigFile.Value value : values(options.publicAddress(), PUBLIC_ADDRESS, values)) {
      hosts.add(publicHost(value));
    }
    return new RendezvousConfig(
        state(options.state(), values), listen.isEmpty() ? everywhere() : distinct(listen), hosts);
  }

  private List<ConfigFile.Value> values(
      List<String> option, String key, Map<String, List<ConfigFile.Value>> file) {
    if (option != null && !option.isEmpty()) {
      return option.stream().map(text -> new ConfigFile.Value(text, "--" + key)).toList();
    }
    String variable = "MOSHPIT_" + key.toUpperCase(Locale.ROOT).replace('-', '_');
    String text = environment.getOrDefault(variable, "");
    if (!text.isBlank()) {
      List<ConfigFile.Value> parts = new ArrayList<>();
      for (String part : text.split(",")) {
        parts.add(new ConfigFile.Value(part.strip(), variable));
      }
      return parts;
    }
    return file.getOrDefault(key, List.of());
  }

  private Path state(Path option, Map<String, List<ConfigFile.Value>> file) throws ConfigException {
    if (option != null) {
      return option;
    }
    List<ConfigFile.Value> values = new ArrayList<>(values(List.of(), STATE, file));
    if (values.isEmpty()) {
      values.addAll(values(List.of(), STATE_DIR, file));
    }
    if (values.size() > 1) {
      throw new ConfigException(values.get(1).where() + ": there is one state directory only.");
    }
    if (!values.isEmpty()) {
      return Path.of(values.get(0).text());
    }
    return root
        ? Path.of("/var/lib/moshpit-rendezvous")
        : xdg("XDG_STATE_HOME", ".local/state").resolve("moshpit-rendezvous");
  }

  private Path xdg(String variable, String fallback) {
    String set = environment.getOrDefault(variable, "");
    // The XDG specification has a relative path ignored.
    return set.startsWith("/") ? Path.of(set) : home.resolve(fallback);
  }

  private static List<TransportAddress> listen(ConfigFile.Value value) throws ConfigException {
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

  private static String publicHost(ConfigFile.Value value) throws ConfigException {
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
