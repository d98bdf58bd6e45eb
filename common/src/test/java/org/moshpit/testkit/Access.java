package org.moshpit.testkit;

import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;

/** How an end is attached to the internet: the rows and columns of every table of pairs. */
public enum Access {
  NONE,
  HOME,
  CGNAT,
  HOME_AND_CGNAT,
  EIF,
  ADF,
  ADM,
  SEQUENTIAL,
  BLOCK,
  BLOCK_4096,
  RANDOM,
  UDP_BLOCKED;

  /** A host with the NATs before it, the outermost first. */
  public record Attached(SimulatedHost host, List<SimulatedNat> nats) {
    /** The segment the host stands in. */
    public Segment segment(SimulatedNetwork network) {
      return nats.isEmpty() ? network.internet() : nats.get(nats.size() - 1).inside();
    }
  }

  /**
   * A place where a host can stand.
   *
   * @param ip its address there
   * @param nats the NATs before it, the outermost first
   */
  public record Site(Access access, Segment segment, String ip, List<SimulatedNat> nats) {}

  /** The NATs on the way, the outermost first. */
  public List<NatBehaviour> outermostFirst() {
    return switch (this) {
      case NONE -> List.of();
      case HOME -> List.of(NatBehaviour.home());
      case CGNAT -> List.of(NatBehaviour.cgnat());
      case HOME_AND_CGNAT -> List.of(NatBehaviour.cgnat(), NatBehaviour.home());
      case EIF -> List.of(NatBehaviour.eif());
      case ADF -> List.of(NatBehaviour.adf());
      case ADM -> List.of(NatBehaviour.adm());
      case SEQUENTIAL -> List.of(NatBehaviour.sequential());
      case BLOCK -> List.of(NatBehaviour.block());
      case BLOCK_4096 -> List.of(NatBehaviour.block().withBlock(4096));
      case RANDOM -> List.of(NatBehaviour.random());
      case UDP_BLOCKED -> List.of(NatBehaviour.udpBlocked());
    };
  }

  /** Whether every NAT on the way maps endpoint-independently and lets UDP through. */
  public boolean isEndpointIndependent() {
    return outermostFirst().stream()
        .allMatch(nat -> nat.mapping() == Dependence.ENDPOINT_INDEPENDENT && !nat.blocksUdp());
  }

  /**
   * Builds it.
   *
   * @param side 1–250, different for each end: its addresses
   */
  public Attached attach(SimulatedNetwork network, int side) {
    return attach(network, side, UnaryOperator.identity());
  }

  /** The same with every NAT changed. */
  public Attached attach(SimulatedNetwork network, int side, UnaryOperator<NatBehaviour> changed) {
    Site site = site(network, side, changed);
    return new Attached(network.host(site.segment(), site.ip()), site.nats());
  }

  /** Builds all of it but the host. */
  public Site site(SimulatedNetwork network, int side) {
    return site(network, side, UnaryOperator.identity());
  }

  private Site site(SimulatedNetwork network, int side, UnaryOperator<NatBehaviour> changed) {
    Segment segment = network.internet();
    List<SimulatedNat> nats = new ArrayList<>();
    for (NatBehaviour behaviour : outermostFirst()) {
      String ip = nats.isEmpty() ? "203.0.113." + side : "100.64." + side + ".2";
      SimulatedNat nat = network.nat(changed.apply(behaviour), segment, ip);
      nats.add(nat);
      segment = nat.inside();
    }
    String ip = nats.isEmpty() ? "203.0.113." + side : "192.168." + side + ".10";
    return new Site(this, segment, ip, nats);
  }
}
