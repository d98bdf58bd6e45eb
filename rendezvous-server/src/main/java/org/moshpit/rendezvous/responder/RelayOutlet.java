package org.moshpit.rendezvous.responder;

import org.moshpit.common.sansio.TransportAddress;

/** A socket of the responder, for sending relayed datagrams. Safe for any thread. */
@FunctionalInterface
public interface RelayOutlet {
  /** Sends a datagram; if the kernel takes no more, it is dropped. The array is handed over. */
  void send(TransportAddress destination, byte[] datagram);
}
