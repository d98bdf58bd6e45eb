package org.moshpit.agent.auth;

import java.util.HexFormat;
import java.util.Objects;
import java.util.Optional;
import org.moshpit.common.identity.SshPublicKey;

/**
 * What a laptop remembers of a box. Immutable.
 *
 * @param name the box's name
 * @param realm 64 hex digits, the rendezvous' realm id
 * @param hostKey the box's host key, as accepted at first contact
 * @param noiseKey 64 hex digits, the X25519 key offers are sealed to
 * @param serial of the record that key comes from
 * @param lastKey the user key the box last accepted
 */
public record KnownBox(
    String name,
    String realm,
    SshPublicKey hostKey,
    String noiseKey,
    long serial,
    Optional<UserKey> lastKey) {
  /** Without nulls. */
  public KnownBox {
    Objects.requireNonNull(name);
    Objects.requireNonNull(realm);
    Objects.requireNonNull(hostKey);
    Objects.requireNonNull(noiseKey);
    Objects.requireNonNull(lastKey);
  }

  /** The key offers are sealed to, 32 bytes. */
  public byte[] noiseKeyBytes() {
    return HexFormat.of().parseHex(noiseKey);
  }
}
