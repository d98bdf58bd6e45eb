package org.moshpit.rendezvous.responder;

import org.moshpit.common.sansio.TransportAddress;

/** An answer: which socket it leaves from, where it goes, and its bytes, handed over. */
public final class Reply {
  private final int socket;
  private final TransportAddress destination;
  private final byte[] bytes;

  Reply(int socket, TransportAddress destination, byte[] bytes) {
    this.socket = socket;
    this.destination = destination;
    this.bytes = bytes;
  }

  /** Number of the socket in {@link StunSockets}. */
  public int socket() {
    return socket;
  }

  /** Where it goes: to the source of the request, or to another port of it. */
  public TransportAddress destination() {
    return destination;
  }

  /** The datagram. */
  public byte[] bytes() {
    return bytes;
  }
}
