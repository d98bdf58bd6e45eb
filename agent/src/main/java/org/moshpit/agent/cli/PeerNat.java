package org.moshpit.agent.cli;

import java.util.Locale;
import org.moshpit.agent.cli.netcheck.NetcheckResult;
import org.moshpit.common.nat.Allocation;
import org.moshpit.common.nat.Expectation;
import org.moshpit.common.nat.Filtering;
import org.moshpit.common.nat.Mapping;
import org.moshpit.common.nat.NatBehaviour;

/** The kinds of network a peer may be in, as far as they make a difference. */
enum PeerNat {
  OPEN(
      "no NAT, or one that lets anybody in",
      new NatBehaviour(
          Mapping.ENDPOINT_INDEPENDENT, Filtering.ENDPOINT_INDEPENDENT, Allocation.PRESERVING)),
  EASY(
      "endpoint-independent mapping (homes, most carriers)",
      new NatBehaviour(
          Mapping.ENDPOINT_INDEPENDENT,
          Filtering.ADDRESS_AND_PORT_DEPENDENT,
          Allocation.PRESERVING)),
  SEQUENTIAL("a mapping per destination, sequential ports", hard(Allocation.SEQUENTIAL)),
  BLOCK("a mapping per destination, ports of a block", hard(Allocation.BLOCK)),
  RANDOM("a mapping per destination, random ports", hard(Allocation.RANDOM)),
  UDP_BLOCKED("UDP blocked", null);

  private final String words;
  private final NatBehaviour behaviour;

  PeerNat(String words, NatBehaviour behaviour) {
    this.words = words;
    this.behaviour = behaviour;
  }

  private static NatBehaviour hard(Allocation allocation) {
    return new NatBehaviour(
        Mapping.ADDRESS_AND_PORT_DEPENDENT, Filtering.ADDRESS_AND_PORT_DEPENDENT, allocation);
  }

  /** The member's name in JSON. */
  String word() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  /** For people. */
  String words() {
    return words;
  }

  /** The path to expect from here to such a peer. */
  Expectation expectation(NetcheckResult here) {
    return behaviour == null || !here.udp()
        ? Expectation.RELAY
        : Expectation.between(here.main().behaviour(), behaviour);
  }
}
