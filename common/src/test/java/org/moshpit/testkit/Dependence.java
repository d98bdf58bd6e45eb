package org.moshpit.testkit;

import org.moshpit.common.sansio.TransportAddress;

/** On what of the remote end a NAT's mapping, or its filter, depends (RFC 4787 §4.1, §5). */
public enum Dependence {
  /** On nothing. */
  ENDPOINT_INDEPENDENT,
  /** On its IP address. */
  ADDRESS_DEPENDENT,
  /** On its IP address and port. */
  ADDRESS_AND_PORT_DEPENDENT;

  /** What of {@code remote} counts: remotes with equal scopes are treated alike. */
  Object scope(TransportAddress remote) {
    return switch (this) {
      case ENDPOINT_INDEPENDENT -> "";
      case ADDRESS_DEPENDENT -> remote.ip();
      case ADDRESS_AND_PORT_DEPENDENT -> remote;
    };
  }
}
