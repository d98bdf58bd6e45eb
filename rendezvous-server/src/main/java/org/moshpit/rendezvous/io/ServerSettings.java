package org.moshpit.rendezvous.io;

import java.util.List;
import org.moshpit.common.sansio.TransportAddress;
import org.moshpit.rendezvous.core.CoreLimits;

/**
 * What a server runs with.
 *
 * @param listen where to listen, at least one; ports 1–65534, for STUN has the next one too
 * @param stunListen where STUN listens; {@code listen} and perhaps more
 * @param publicHosts how agents reach it, the first as in join URLs; at least one
 * @param limits quotas and times
 */
public record ServerSettings(
    List<TransportAddress> listen,
    List<TransportAddress> stunListen,
    List<String> publicHosts,
    CoreLimits limits) {
  /** Copies the lists. */
  public ServerSettings {
    listen = List.copyOf(listen);
    stunListen = List.copyOf(stunListen);
    publicHosts = List.copyOf(publicHosts);
  }
}
