package org.moshpit.rendezvous.control;

import java.util.List;
import org.moshpit.common.wire.HostPort;
import org.moshpit.common.wire.JoinUrl;
import org.moshpit.common.wire.SpkiPin;

/**
 * What a join URL says of this rendezvous.
 *
 * @param hosts where it is, at least one; the first is the URL's host, the rest its {@code at}
 * @param pins its key; empty: its certificate is verified by WebPKI
 */
public record JoinAddress(List<HostPort> hosts, List<SpkiPin> pins) {
  /** Copies the lists. */
  public JoinAddress {
    hosts = List.copyOf(hosts);
    pins = List.copyOf(pins);
  }

  /** The URL with this token. */
  public JoinUrl url(JoinUrl.Token token) {
    return new JoinUrl(hosts.get(0), pins, hosts.subList(1, hosts.size()), token);
  }
}
