package org.moshpit.rendezvous.control;

import java.util.List;
import org.moshpit.common.wire.HostPort;
import org.moshpit.common.wire.JoinUrl;
import org.moshpit.common.wire.SpkiPin;

/**
 * What a join URL says of this rendezvous.
 *
 * @param hosts where it is, at least one; the first is the URL's host, the rest its {@code at}
 * @param pin its key
 */
public record JoinAddress(List<HostPort> hosts, SpkiPin pin) {
  /** Copies the list. */
  public JoinAddress {
    hosts = List.copyOf(hosts);
  }

  /** The URL with this token. */
  public JoinUrl url(JoinUrl.Token token) {
    return new JoinUrl(hosts.get(0), List.of(pin), hosts.subList(1, hosts.size()), token);
  }
}
