package org.moshpit.rendezvous.config;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/** Every key of {@code rendezvous.conf}; the key is also the long option's name. */
public enum ConfigKey {
  /** Where to listen; may be several. */
  LISTEN("listen"),
  /** How agents reach it; may be several. */
  PUBLIC_ADDRESS("public-address"),
  /** The state directory. */
  STATE("state"),
  /** The same. */
  STATE_DIR("state-dir"),
  /** The certificate it presents, PEM. */
  TLS_CERTIFICATE("tls-certificate"),
  /** The certificate's key, PEM. */
  TLS_KEY("tls-key"),
  /** Where metrics and health are answered. */
  METRICS("metrics"),
  /** A file with the token that a scraper sends. */
  METRICS_TOKEN_FILE("metrics-token-file"),
  /** Where the status page is served. */
  PAGE("page"),
  /** A file with the token that the page asks for. */
  PAGE_TOKEN_FILE("page-token-file"),
  /** How much is logged. */
  LOG_LEVEL("log-level");

  private final String key;

  ConfigKey(String key) {
    this.key = key;
  }

  /** As in the file, and after {@code --}. */
  public String key() {
    return key;
  }

  /** The environment variable's name. */
  public String variable() {
    return "MOSHPIT_" + key.toUpperCase(Locale.ROOT).replace('-', '_');
  }

  boolean isList() {
    return this == LISTEN || this == PUBLIC_ADDRESS;
  }

  static List<String> names() {
    return Arrays.stream(values()).map(ConfigKey::key).sorted().toList();
  }
}
