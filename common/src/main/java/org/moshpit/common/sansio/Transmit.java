package org.moshpit.common.sansio;

import java.util.Objects;

/**
 * One datagram to send. The payload is handed over: neither side changes it afterwards.
 *
 * @param socket the socket it leaves from
 * @param destination where to
 * @param payload the UDP payload
 * @param ttl IP time to live (IPv6: hop limit) of this datagram alone, 1–255; 0 for the socket's
 *     own
 */
public record Transmit(SocketId socket, TransportAddress destination, byte[] payload, int ttl) {
  /** Checks the arguments: nulls, and a ttl outside 0–255, are the caller's bug. */
  public Transmit {
    Objects.requireNonNull(socket);
    Objects.requireNonNull(destination);
    Objects.requireNonNull(payload);
    if (ttl < 0 || ttl > 255) {
      throw new IllegalArgumentException("ttl " + ttl);
    }
  }

  /** A datagram with the socket's own time to live. */
  public Transmit(SocketId socket, TransportAddress destination, byte[] payload) {
    this(socket, destination, payload, 0);
  }
}
