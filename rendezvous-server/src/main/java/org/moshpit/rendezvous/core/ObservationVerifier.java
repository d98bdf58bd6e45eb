package org.moshpit.rendezvous.core;

import org.moshpit.common.sansio.TransportAddress;

/** Whether a nonce proves that this rendezvous saw an agent's socket at an address lately. */
@FunctionalInterface
public interface ObservationVerifier {
  /**
   * Checks the nonce of a STUN answer.
   *
   * @param agentId 8 bytes
   * @param socket 8 bytes
   * @param observed the address the agent says the answer told
   * @param nonce from the answer
   * @param now monotonic nanoseconds: setting the wall clock makes no nonce older
   */
  boolean verify(Bytes agentId, Bytes socket, TransportAddress observed, Bytes nonce, long now);
}
