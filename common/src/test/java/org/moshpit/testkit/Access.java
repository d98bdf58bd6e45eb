package org.moshpit.testkit;

import java.util.ArrayList;
import java.util.List;

/** How an end is attached to the internet: the rows and columns of every table of pairs. */
public enum Access {
  NONE,
  HOME(NatBehaviour.home()),
  CGNAT(NatBehaviour.cgnat()),
  HOME_AND_CGNAT(NatBehaviour.cgnat(), NatBehaviour.home()),
  EIF(NatBehaviour.eif()),
  ADF(NatBehaviour.adf()),
  SEQUENTIAL(NatBehaviour.sequential()),
  BLOCK(NatBehaviour.block()),
  RANDOM(NatBehaviour.random()),
  UDP_BLOCKED(NatBehaviour.udpBlocked());

  /** A host with the NATs before it, the outermost first. */
  public record Attached(SimulatedHost host, List<SimulatedNat> nats) {
    /** The segment the host stands in. */
    public Segment segment(SimulatedNetwork network) {
      return nats.isEmpty() ? network.internet() : nats.get(nats.size() - 1).inside();
    }
  }

  private final List<NatBehaviour> outermostFirst;

  Access(NatBehaviour... outermostFirst) {
    this.outermostFirst = List.of(outermostFirst);
  }

  /** Whether every NAT on the way maps endpoint-independently and lets UDP through. */
  public boolean isEndpointIndependent() {
    return outermostFirst.stream()
        .allMatch(nat -> nat.mapping() == Dependence.ENDPOINT_INDEPENDENT && !nat.blocksUdp());
  }

  /**
   * Builds it.
   *
   * @param side 1–250, different for each end: its addresses
   */
  public Attached attach(SimulatedNetwork network, int side) {
    Segment segment = network.internet();
    List<SimulatedNat> nats = new ArrayList<>();
    for (NatBehaviour behaviour : outermostFirst) {
      String ip = nats.isEmpty() ? "203.0.113." + side : "100.64." + side + ".2";
      SimulatedNat nat = network.nat(behaviour, segment, ip);
      nats.add(nat);
      segment = nat.inside();
    }
    String ip = nats.isEmpty() ? "203.0.113." + side : "192.168." + side + ".10";
    return new Attached(network.host(segment, ip), nats);
  }
}
