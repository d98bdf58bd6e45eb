package org.moshpit.testkit;

import org.moshpit.common.sansio.TransportAddress;

/**
 * A datagram on its way.
 *
 * @param source as seen at this point of the way
 * @param destination as seen at this point of the way
 * @param payload never changed
 * @param ttl hops left
 */
public record Packet(
    TransportAddress source, TransportAddress destination, byte[] payload, int ttl) {
  Packet from(TransportAddress translated) {
    return new Packet(translated, destination, payload, ttl);
  }

  Packet to(TransportAddress translated) {
    return new Packet(source, translated, payload, ttl);
  }

  Packet afterHops(int hops) {
    return new Packet(source, destination, payload, ttl - hops);
  }
}
