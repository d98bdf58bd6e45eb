package org.moshpit.agent.harvest;

import java.util.List;
import java.util.Queue;
import java.util.random.RandomGenerator;
import org.moshpit.agent.candidates.DestinationRules;
import org.moshpit.common.sansio.Machine;
import org.moshpit.common.sansio.Transmit;
import org.moshpit.common.sansio.TransportAddress;
import org.moshpit.common.stun.StunClass;
import org.moshpit.common.stun.StunEncoder;
import org.moshpit.common.stun.StunMessage;
import org.moshpit.common.stun.TransactionId;

/**
 * Two sockets of this host, each sending to where the other is seen: whatever the NAT filters, each
 * has sent to the other before (RFC 4787 §6). Only a rendezvous vouches for those addresses, so
 * they get three datagrams each, which nobody answers.
 */
final class Hairpin {
  private static final long MILLI = 1_000_000;
  private static final long[] WAITS = {200 * MILLI, 300 * MILLI, 500 * MILLI};

  private final DiscoverySocket one;
  private final DiscoverySocket other;
  private final TransactionId id;
  private final byte[] datagram;
  private int sent;
  private long next = Machine.NO_DEADLINE;
  private boolean heard;

  Hairpin(DiscoverySocket one, DiscoverySocket other, RandomGenerator random) {
    this.one = one;
    this.other = other;
    this.id = TransactionId.random(random);
    this.datagram =
        StunEncoder.encodeWithFingerprint(
            new StunMessage(StunClass.INDICATION, StunMessage.BINDING, id, List.of()));
  }

  /** Whether both addresses are ones that may be sent to. */
  boolean possible() {
    return one.seen() != null
        && other.seen() != null
        && DestinationRules.STANDARD.allows(one.seen())
        && DestinationRules.STANDARD.allows(other.seen());
  }

  void send(long now, Queue<Transmit> into) {
    if (heard || sent == WAITS.length) {
      next = Machine.NO_DEADLINE;
      return;
    }
    into.add(new Transmit(one.socket, target(other), datagram));
    into.add(new Transmit(other.socket, target(one), datagram));
    next = now + WAITS[sent];
    sent++;
  }

  private static TransportAddress target(DiscoverySocket socket) {
    return socket.seen();
  }

  /** Takes a message that may be its own come back. */
  void received(StunMessage message) {
    if (message.isBinding(StunClass.INDICATION) && message.transactionId().equals(id)) {
      heard = true;
      next = Machine.NO_DEADLINE;
    }
  }

  long next() {
    return next;
  }

  boolean heard() {
    return heard;
  }
}
