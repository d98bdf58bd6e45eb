package org.moshpit.agent.portmap;

/** How a router can be asked for a port, the best first. */
public enum PortMappingProtocol {
  /** Port Control Protocol, RFC 6887: answers prove that they are answers, IPv6 too. */
  PCP("PCP"),
  /** NAT Port Mapping Protocol, RFC 6886; IPv4 only. */
  NAT_PMP("NAT-PMP"),
  /** UPnP Internet Gateway Device, WANIPConnection; IPv4 only, and over HTTP. */
  UPNP("UPnP");

  private final String word;

  PortMappingProtocol(String word) {
    this.word = word;
  }

  /** As people write it. */
  @Override
  public String toString() {
    return word;
  }
}
