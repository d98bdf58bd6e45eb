package org.moshpit.agent.session;

import java.util.Objects;
import org.moshpit.common.identity.SshPublicKey;
import org.moshpit.common.seal.SealKey;

/**
 * Who the box is: what every offer must be made out to.
 *
 * @param realm 32 bytes, handed over
 * @param name its name at the rendezvous
 * @param hostKey its public host key
 * @param sealKey its Noise static key pair, owned by the machine it is given to
 */
public record BoxIdentity(byte[] realm, String name, SshPublicKey hostKey, SealKey sealKey) {
  /** No nulls. */
  public BoxIdentity {
    Objects.requireNonNull(realm);
    Objects.requireNonNull(name);
    Objects.requireNonNull(hostKey);
    Objects.requireNonNull(sealKey);
  }
}
