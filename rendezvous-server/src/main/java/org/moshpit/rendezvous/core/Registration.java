package org.moshpit.rendezvous.core;

import java.util.List;

/**
 * What an agent is told about itself and the rendezvous when it enrolls and at every login.
 *
 * @param agentId 8 bytes
 * @param stunKey 32 bytes, a secret
 * @param realm 32 bytes
 * @param role what it may do
 * @param stun the STUN ports to ask
 * @param publicHost the rendezvous' first public address
 */
public record Registration(
    Bytes agentId,
    Bytes stunKey,
    Bytes realm,
    Role role,
    List<StunServer> stun,
    String publicHost) {
  /** Copies the list. */
  public Registration {
    stun = List.copyOf(stun);
  }

  @Override
  public String toString() {
    return "registration of " + agentId;
  }
}
