package org.moshpit.rendezvous.responder;

/** Finds the STUN key issued to an agent at enrollment. Asked from every responder's thread. */
@FunctionalInterface
public interface AgentKeys {
  /**
   * The key, 32 bytes, or null if there is no such agent or it was revoked.
   *
   * @param agentId the agent's 8 bytes, big-endian
   */
  byte[] stunKey(long agentId);
}
