package org.moshpit.agent.portmap;

import java.net.InetAddress;
import java.net.URI;
import java.util.EnumMap;
import java.util.Map;
import org.moshpit.common.sansio.Machine;
import org.moshpit.common.sansio.TransportAddress;

/** What is known of one gateway. */
final class Router {
  final Gateway gateway;
  final TransportAddress server;
  final EpochWatch pcpEpoch = new EpochWatch();
  final EpochWatch natPmpEpoch = new EpochWatch();

  /** When those without a mapping ask again; none as long as nobody asked. */
  long nextRound = Machine.NO_DEADLINE;

  /** NAT-PMP's request for the outer address, or null. */
  Asking address;

  /** The search for a UPnP device, or null. */
  Asking search;

  /** NAT-PMP's outer address if it is of use, or null. */
  InetAddress outer;

  /** Where the UPnP device describes itself, or null. */
  URI location;

  /**
   * Whether it was ever found to have begun anew, and before when it is not asked again for that.
   */
  boolean askedAgain;

  long askAgainAfter;

  private final Map<PortMappingProtocol, Knowledge> knowledge =
      new EnumMap<>(PortMappingProtocol.class);

  Router(Gateway gateway) {
    this.gateway = gateway;
    this.server = new TransportAddress(gateway.router(), NatPmpCodec.PORT);
  }

  Knowledge knows(PortMappingProtocol protocol) {
    return knowledge.getOrDefault(protocol, Knowledge.UNKNOWN);
  }

  void knows(PortMappingProtocol protocol, Knowledge now) {
    knowledge.put(protocol, now);
  }

  boolean isUseful(PortMappingProtocol protocol) {
    return knows(protocol) != Knowledge.USELESS && knows(protocol) != Knowledge.SILENT;
  }

  /** A round begins: everything may have changed. */
  void forget() {
    knowledge.clear();
    outer = null;
    location = null;
  }

  /** When something is to be done about it, or {@link Machine#NO_DEADLINE}. */
  long deadline() {
    return Asking.earlier(Asking.earlier(nextRound, address), search);
  }
}
