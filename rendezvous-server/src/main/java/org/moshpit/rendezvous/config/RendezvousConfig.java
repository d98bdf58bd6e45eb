package org.moshpit.rendezvous.config;

import java.nio.file.Path;
import java.util.List;
import org.moshpit.common.sansio.TransportAddress;

/**
 * The settings of a rendezvous.
 *
 * @param state the state directory
 * @param listen where to listen, at least one
 * @param publicHosts {@code public-address}, possibly none
 */
public record RendezvousConfig(
    Path state, List<TransportAddress> listen, List<String> publicHosts) {
  /** Copies the lists. */
  public RendezvousConfig {
    listen = List.copyOf(listen);
    publicHosts = List.copyOf(publicHosts);
  }
}
