package org.moshpit.rendezvous.config;

import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import org.moshpit.common.sansio.TransportAddress;

/**
 * The settings of a rendezvous.
 *
 * @param state the state directory
 * @param listen where to listen, at least one
 * @param publicHosts {@code public-address}, possibly none
 * @param tlsCertificate the certificate chain that is presented, or null for a self-made one
 * @param tlsKey its key; null as well then, and only then
 * @param metrics where metrics and health are answered; empty: nowhere
 * @param metricsTokenFile what a scraper has to know, or null
 * @param page where the status page is served; empty: nowhere
 * @param pageTokenFile what a person has to know to see it, or null
 * @param logLevel error, warn, info, debug or trace
 */
public record RendezvousConfig(
    Path state,
    List<TransportAddress> listen,
    List<String> publicHosts,
    Path tlsCertificate,
    Path tlsKey,
    List<InetSocketAddress> metrics,
    Path metricsTokenFile,
    List<InetSocketAddress> page,
    Path pageTokenFile,
    String logLevel) {
  /** What is logged if nobody says otherwise. */
  public static final String DEFAULT_LEVEL = "info";

  /** Copies the lists. */
  public RendezvousConfig {
    listen = List.copyOf(listen);
    publicHosts = List.copyOf(publicHosts);
    metrics = List.copyOf(metrics);
    page = List.copyOf(page);
    if (Objects.isNull(tlsCertificate) != Objects.isNull(tlsKey)) {
      throw new IllegalArgumentException("a certificate has a key, and a key a certificate");
    }
  }

  /** The same with that certificate. */
  public RendezvousConfig withCertificate(Path chain, Path key) {
    return new RendezvousConfig(
        state,
        listen,
        publicHosts,
        chain,
        key,
        metrics,
        metricsTokenFile,
        page,
        pageTokenFile,
        logLevel);
  }

  /** Without a certificate and a status page. */
  public RendezvousConfig(
      Path state,
      List<TransportAddress> listen,
      List<String> publicHosts,
      List<InetSocketAddress> metrics,
      Path metricsTokenFile,
      String logLevel) {
    this(
        state,
        listen,
        publicHosts,
        null,
        null,
        metrics,
        metricsTokenFile,
        List.of(),
        null,
        logLevel);
  }

  /** Without metrics, either. */
  public RendezvousConfig(Path state, List<TransportAddress> listen, List<String> publicHosts) {
    this(state, listen, publicHosts, List.of(), null, DEFAULT_LEVEL);
  }
}
