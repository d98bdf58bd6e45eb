package org.moshpit.common.identity;

import java.util.Optional;

/** The kinds of SSH keys that may sign something here. */
public enum KeyType {
  ED25519("ssh-ed25519", null),
  ECDSA_P256("ecdsa-sha2-nistp256", EcCurve.P256),
  ECDSA_P384("ecdsa-sha2-nistp384", EcCurve.P384),
  ECDSA_P521("ecdsa-sha2-nistp521", EcCurve.P521),
  RSA("ssh-rsa", null),
  SK_ED25519("sk-ssh-ed25519@openssh.com", null),
  SK_ECDSA("sk-ecdsa-sha2-nistp256@openssh.com", EcCurve.P256);

  private final String sshName;
  private final EcCurve curve;

  KeyType(String sshName, EcCurve curve) {
    this.sshName = sshName;
    this.curve = curve;
  }

  /** The name in key blobs and in authorized_keys. */
  public String sshName() {
    return sshName;
  }

  /** Whether the key lives in a security key and signs only with somebody present. */
  public boolean isSecurityKey() {
    return this == SK_ED25519 || this == SK_ECDSA;
  }

  /** By the exact name. */
  public static Optional<KeyType> bySshName(String name) {
    for (KeyType type : values()) {
      if (type.sshName.equals(name)) {
        return Optional.of(type);
      }
    }
    return Optional.empty();
  }

  /** Null if not ECDSA. */
  EcCurve curve() {
    return curve;
  }
}
