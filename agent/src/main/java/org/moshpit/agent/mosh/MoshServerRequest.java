package org.moshpit.agent.mosh;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * What mosh-server to start.
 *
 * @param account who it runs as
 * @param argv what the peer asked to run; empty: the login shell
 * @param forcedCommand the text of {@code command=} in authorized_keys, run by {@code SHELL -c}
 *     instead of argv; null: none
 * @param locale acceptable pairs from the peer ({@link LocaleVariables})
 * @param colors of the peer's terminal, 0–16777216
 * @param server mosh-server's path or name; empty: {@code mosh-server}
 * @param port the negotiated port, 1–65535
 * @param anyPort whether another port will do if that one is taken
 * @param bind which address it listens on
 * @param networkTimeoutSeconds when it ends itself without a word from the client; 0: never
 */
public record MoshServerRequest(
    LoginAccount account,
    List<String> argv,
    String forcedCommand,
    Map<String, String> locale,
    int colors,
    String server,
    int port,
    boolean anyPort,
    Bind bind,
    long networkTimeoutSeconds) {

  /** Where mosh-server listens. */
  public enum Bind {
    /** 127.0.0.1, behind the agent's forwarder (anchored). */
    LOOPBACK,
    /** All IPv4 addresses (handover). */
    ANY_IPV4,
    /** All addresses, IPv6 and where the system maps it IPv4 (handover). */
    ANY_IPV6
  }

  /** Copies the collections and checks the ranges. */
  public MoshServerRequest {
    Objects.requireNonNull(account);
    Objects.requireNonNull(bind);
    argv = List.copyOf(argv);
    locale = Collections.unmodifiableMap(new LinkedHashMap<>(locale));
    server = server.isEmpty() ? "mosh-server" : server;
    if (port < 1 || port > 65535) {
      throw new IllegalArgumentException("port " + port);
    }
    if (colors < 0 || colors > 16777216) {
      throw new IllegalArgumentException("colors " + colors);
    }
    if (networkTimeoutSeconds < 0) {
      throw new IllegalArgumentException("timeout " + networkTimeoutSeconds);
    }
    locale.forEach(
        (name, value) -> {
          if (!LocaleVariables.acceptable(name, value)) {
            throw new IllegalArgumentException("locale " + name);
          }
        });
  }
}
