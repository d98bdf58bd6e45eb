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

  // By hand, and so is hashCode: see docs/decisions/2026-11-24-the-first-screen.md
  @Override
  public boolean equals(Object other) {
    return other instanceof KnownBox that
        && name.equals(that.name)
        && realm.equals(that.realm)
        && hostKey.equals(that.hostKey)
        && noiseKey.equals(that.noiseKey)
        && serial == that.serial
        && lastKey.equals(that.lastKey);
  }

  @Override
  public int hashCode() {
    return 31
            * (31
                    * (31 * (31 * (31 * name.hashCode() + realm.hashCode()) + hostKey.hashCode())
                        + noiseKey.hashCode())
                + Long.hashCode(serial))
        + lastKey.hashCode();
  }
}
