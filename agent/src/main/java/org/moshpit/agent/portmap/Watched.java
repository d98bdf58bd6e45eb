package org.moshpit.agent.portmap;

import java.util.EnumMap;
import java.util.Map;
import org.moshpit.common.sansio.Deadlines;
import org.moshpit.common.sansio.Machine;
import org.moshpit.common.sansio.SocketId;
import org.moshpit.common.sansio.TransportAddress;

/** A socket that is to be reached from outside, and what its router has granted. */
final class Watched {
  /** A mapping that is there. */
  static final class Grant {
    TransportAddress outer;
    long renewAt;
    long endsAt;
  }

  final SocketId socket;
  final TransportAddress base;

  /** Proves PCP's answers; the same for the socket's whole life (RFC 6887 §11.2). */
  final byte[] nonce;

  /** Whom to ask; null without a default gateway on its interface. */
  Router router;

  /** The address that was told last, or null. */
  TransportAddress told;

  /** When UPnP is to be asked, over HTTP. */
  long upnpDue = Machine.NO_DEADLINE;

  /** The outer port UPnP is asked for. */
  int upnpPort;

  /** What UPnP granted, to give it back. */
  UpnpRequest upnpGranted;

  /** Outer ports that were another host's. */
  int upnpTaken;

  final Map<PortMappingProtocol, Grant> grants = new EnumMap<>(PortMappingProtocol.class);
  final Map<PortMappingProtocol, Asking> asking = new EnumMap<>(PortMappingProtocol.class);

  Watched(SocketId socket, TransportAddress base, byte[] nonce) {
    this.socket = socket;
    this.base = base;
    this.nonce = nonce;
    this.upnpPort = base.port();
  }

  /** The protocol whose mapping counts, or null. */
  PortMappingProtocol best() {
    return grants.isEmpty() ? null : grants.keySet().iterator().next();
  }

  /** Whether a protocol need not be asked because a better one serves. */
  boolean isServedBetterThan(PortMappingProtocol protocol) {
    PortMappingProtocol best = best();
    return best != null && best.compareTo(protocol) < 0;
  }

  void forgetRouter() {
    router = null;
    grants.clear();
    asking.clear();
    upnpDue = Machine.NO_DEADLINE;
    upnpPort = base.port();
    upnpTaken = 0;
  }

  /**
   * When something is to be done for it, or {@link Machine#NO_DEADLINE}.
   *
   * @param upnp whether UPnP may be asked: one call follows the other
   */
  long deadline(boolean upnp) {
    long earliest = upnp ? upnpDue : Machine.NO_DEADLINE;
    for (Asking each : asking.values()) {
      earliest = Asking.earlier(earliest, each);
    }
    for (Grant grant : grants.values()) {
      earliest = Deadlines.earlier(earliest, grant.endsAt);
      earliest = Deadlines.earlier(earliest, grant.renewAt);
    }
    return earliest;
  }
}
