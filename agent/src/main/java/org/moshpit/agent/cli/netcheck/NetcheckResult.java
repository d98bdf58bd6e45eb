package org.moshpit.agent.cli.netcheck;

import java.util.List;
import java.util.Objects;
import org.moshpit.common.nat.NatFindings;

/**
 * What is known of this network.
 *
 * @param rendezvous who looked from outside
 * @param ipv4 of IPv4
 * @param ipv6 of IPv6
 * @param lifetimeSeconds the longest silence that a mapping was seen to outlive, 0 if none; null if
 *     it was not tried, or could not be told
 * @param portMapping the port-mapping protocols that answer; null if none was asked
 */
public record NetcheckResult(
    String rendezvous,
    NatFindings ipv4,
    NatFindings ipv6,
    Integer lifetimeSeconds,
    List<String> portMapping) {
  /** Copies the list. */
  public NetcheckResult {
    Objects.requireNonNull(rendezvous);
    Objects.requireNonNull(ipv4);
    Objects.requireNonNull(ipv6);
    portMapping = portMapping == null ? null : List.copyOf(portMapping);
  }

  /** Whether datagrams get out and back, by whichever family. */
  public boolean udp() {
    return ipv4.observed() != null || ipv6.observed() != null;
  }

  /** Of the family that sessions meet the most NATs in: IPv4, unless there is none. */
  public NatFindings main() {
    return ipv4.observed() == null && ipv6.observed() != null ? ipv6 : ipv4;
  }
}
