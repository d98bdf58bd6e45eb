package org.moshpit.agent.harvest;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.TreeMap;
import org.moshpit.common.nat.NatSample;
import org.moshpit.common.sansio.SocketId;
import org.moshpit.common.sansio.TransportAddress;
import org.moshpit.common.stun.TransactionId;

/** What {@link DiscoveryMachine} knows of one socket. */
final class DiscoverySocket {
  /** What it is for. */
  enum Role {
    /** Asks every server: the mapping. */
    FIRST,
    /** Asks one server, which answers from elsewhere too: the filtering. */
    PROBE,
    /** Sends to where the first one is seen, and the other way round: hairpinning. */
    NEIGHBOUR,
    /** One of many that ask one server: the allocation. */
    SPREAD
  }

  final SocketId socket;
  final TransportAddress base;
  final Role role;
  final long wireId;

  /** Under way, in the order in which they were begun. */
  final Map<TransactionId, BindingTransaction> pending = new LinkedHashMap<>();

  /** What was seen, by the order of the requests. */
  final Map<Long, NatSample> samples = new TreeMap<>();

  /** Whether the one sample came without a retransmission: then its place in the order holds. */
  boolean inOrder;

  Boolean fromOtherPort;
  Boolean fromOtherAddress;

  /** Whether the server has another address to answer from. */
  boolean otherAddress;

  DiscoverySocket(SocketId socket, TransportAddress base, Role role, long wireId) {
    this.socket = socket;
    this.base = base;
    this.role = role;
    this.wireId = wireId;
  }

  /** Where it was seen first, or null. */
  TransportAddress seen() {
    return samples.isEmpty() ? null : samples.values().iterator().next().observed();
  }
}
