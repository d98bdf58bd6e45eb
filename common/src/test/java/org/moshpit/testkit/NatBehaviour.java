package org.moshpit.testkit;

import java.time.Duration;

/**
 * What a NAT does, on the two axes of RFC 4787 and a few more.
 *
 * @param mapping on what of the destination the outer port depends
 * @param filtering on what of the source it depends whether a packet gets in
 * @param allocation how outer ports are chosen
 * @param blockSize ports in the block, with {@link Allocation#BLOCK}
 * @param timeout a mapping lives so long after the last outbound packet
 * @param refreshedInbound whether inbound packets keep it alive too (RFC 4787 REQ-6)
 * @param hairpin whether an inside host reaches another by its outer address (RFC 4787 REQ-9)
 * @param poisonable whether an unsolicited packet takes the tuple, as connection tracking with an
 *     accepting input chain does: the inside host's own packets to that source then leave from
 *     another port, for as long as the intruder goes on
 * @param blocksUdp whether UDP passes at all
 */
public record NatBehaviour(
    Dependence mapping,
    Dependence filtering,
    Allocation allocation,
    int blockSize,
    Duration timeout,
    boolean refreshedInbound,
    boolean hairpin,
    boolean poisonable,
    boolean blocksUdp) {
  private static NatBehaviour of(Dependence mapping, Dependence filtering, Allocation allocation) {
    return new NatBehaviour(
        mapping, filtering, allocation, 512, Duration.ofSeconds(30), true, false, true, false);
  }

  /** A home router: endpoint-independent mapping, strictest filter, ports preserved. */
  public static NatBehaviour home() {
    return of(
        Dependence.ENDPOINT_INDEPENDENT,
        Dependence.ADDRESS_AND_PORT_DEPENDENT,
        Allocation.PRESERVING);
  }

  /** Carrier-grade: the same with ports rewritten. */
  public static NatBehaviour cgnat() {
    return of(
        Dependence.ENDPOINT_INDEPENDENT, Dependence.ADDRESS_AND_PORT_DEPENDENT, Allocation.RANDOM);
  }

  /** Endpoint-independent filter. */
  public static NatBehaviour eif() {
    return of(
        Dependence.ENDPOINT_INDEPENDENT, Dependence.ENDPOINT_INDEPENDENT, Allocation.PRESERVING);
  }

  /** Address-dependent filter. */
  public static NatBehaviour adf() {
    return of(Dependence.ENDPOINT_INDEPENDENT, Dependence.ADDRESS_DEPENDENT, Allocation.PRESERVING);
  }

  /** Another port for each destination, one after the other. */
  public static NatBehaviour sequential() {
    return of(
        Dependence.ADDRESS_AND_PORT_DEPENDENT,
        Dependence.ADDRESS_AND_PORT_DEPENDENT,
        Allocation.SEQUENTIAL);
  }

  /** Another port for each destination, within one block. */
  public static NatBehaviour block() {
    return of(
        Dependence.ADDRESS_AND_PORT_DEPENDENT,
        Dependence.ADDRESS_AND_PORT_DEPENDENT,
        Allocation.BLOCK);
  }

  /** Another port for each destination, at random. */
  public static NatBehaviour random() {
    return of(
        Dependence.ADDRESS_AND_PORT_DEPENDENT,
        Dependence.ADDRESS_AND_PORT_DEPENDENT,
        Allocation.RANDOM);
  }

  /** One port for each destination address, one after the other. */
  public static NatBehaviour adm() {
    return of(
        Dependence.ADDRESS_DEPENDENT, Dependence.ADDRESS_AND_PORT_DEPENDENT, Allocation.SEQUENTIAL);
  }

  /** The same with a block of that many ports. */
  public NatBehaviour withBlock(int size) {
    return new NatBehaviour(
        mapping,
        filtering,
        allocation,
        size,
        timeout,
        refreshedInbound,
        hairpin,
        poisonable,
        blocksUdp);
  }

  /** No UDP gets through. */
  public static NatBehaviour udpBlocked() {
    NatBehaviour home = home();
    return new NatBehaviour(
        home.mapping,
        home.filtering,
        home.allocation,
        home.blockSize,
        home.timeout,
        home.refreshedInbound,
        home.hairpin,
        home.poisonable,
        true);
  }

  /** The same, forgetting mappings after {@code lifetime}; {@code inbound}: see above. */
  public NatBehaviour withTimeout(Duration lifetime, boolean inbound) {
    return new NatBehaviour(
        mapping,
        filtering,
        allocation,
        blockSize,
        lifetime,
        inbound,
        hairpin,
        poisonable,
        blocksUdp);
  }

  /** The same, with outer ports that depend on that much of the destination. */
  public NatBehaviour withMapping(Dependence of) {
    return new NatBehaviour(
        of,
        filtering,
        allocation,
        blockSize,
        timeout,
        refreshedInbound,
        hairpin,
        poisonable,
        blocksUdp);
  }

  /** The same, with or without poisoning. */
  public NatBehaviour poisonable(boolean yes) {
    return new NatBehaviour(
        mapping,
        filtering,
        allocation,
        blockSize,
        timeout,
        refreshedInbound,
        hairpin,
        yes,
        blocksUdp);
  }

  /** The same, with or without hairpinning. */
  public NatBehaviour hairpin(boolean yes) {
    return new NatBehaviour(
        mapping,
        filtering,
        allocation,
        blockSize,
        timeout,
        refreshedInbound,
        yes,
        poisonable,
        blocksUdp);
  }
}
