package org.moshpit.rendezvous.responder;

/** An answer: which socket it leaves from, and its bytes, handed over. */
public final class Reply {
  private final int socket;
  private final byte[] bytes;

  Reply(int socket, byte[] bytes) {
    this.socket = socket;
    this.bytes = bytes;
  }

  /** Number of the socket in {@link StunSockets}. */
  public int socket() {
    return socket;
  }

  /** The datagram. */
  public byte[] bytes() {
    return bytes;
  }
}
