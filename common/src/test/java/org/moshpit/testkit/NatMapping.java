package org.moshpit.testkit;

import java.util.HashMap;
import java.util.Map;
import org.moshpit.common.sansio.TransportAddress;

/** One mapping of a NAT with the remotes its filter lets in. */
final class NatMapping {
  private final TransportAddress inside;
  private final int port;
  private final Dependence filtering;
  private final long lifetime;
  private final Map<Object, Long> admitted = new HashMap<>();
  private final Map<TransportAddress, Long> remotes = new HashMap<>();
  private long expires;

  NatMapping(TransportAddress inside, int port, NatBehaviour behaviour, long now) {
    this.inside = inside;
    this.port = port;
    filtering = behaviour.filtering();
    lifetime = behaviour.timeout().toNanos();
    expires = now + lifetime;
  }

  TransportAddress inside() {
    return inside;
  }

  int port() {
    return port;
  }

  boolean lives(long now) {
    return expires - now > 0;
  }

  void sent(long now, TransportAddress remote) {
    expires = now + lifetime;
    admitted.put(filtering.scope(remote), expires);
    remotes.put(remote, expires);
  }

  /** An inbound packet keeps the mapping and the way for its sender. */
  void refreshed(long now, TransportAddress remote) {
    expires = now + lifetime;
    admitted.computeIfPresent(filtering.scope(remote), (scope, until) -> expires);
    remotes.computeIfPresent(remote, (address, until) -> expires);
  }

  boolean admits(long now, TransportAddress remote) {
    if (filtering == Dependence.ENDPOINT_INDEPENDENT) {
      return true;
    }
    Long until = admitted.get(filtering.scope(remote));
    return until != null && until - now > 0;
  }

  boolean contacted(long now, TransportAddress remote) {
    Long until = remotes.get(remote);
    return until != null && until - now > 0;
  }
}
