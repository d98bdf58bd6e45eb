package org.moshpit.common.seal;

import com.southernstorm.noise.protocol.DHState;

/**
 * A box's Noise static key pair (X25519). One thread; wiped by {@link #close}, after which any use
 * is an {@link IllegalStateException}.
 */
public final class SealKey implements AutoCloseable {
  private final DHState pair;
  private boolean closed;

  private SealKey(DHState pair) {
    this.pair = pair;
  }

  /** From the private key, 32 bytes, which are copied; another length is the caller's bug. */
  public static SealKey of(byte[] privateKey) {
    if (privateKey.length != SealedLimits.KEY) {
      throw new IllegalArgumentException("an X25519 private key has 32 bytes");
    }
    DHState pair = NoiseNk.newKey();
    pair.setPrivateKey(privateKey, 0);
    return new SealKey(pair);
  }

  /** Whether offers can be sealed to this public key; of any other, nothing is secret. */
  public static boolean isUsable(byte[] publicKey) {
    return PublicPoint.isUsable(publicKey);
  }

  /** The public key, 32 bytes, a copy. */
  public byte[] publicKey() {
    byte[] key = new byte[SealedLimits.KEY];
    open().getPublicKey(key, 0);
    return key;
  }

  DHState open() {
    if (closed) {
      throw new IllegalStateException("static key is closed");
    }
    return pair;
  }

  @Override
  public void close() {
    closed = true;
    pair.destroy();
  }

  @Override
  public String toString() {
    return "Noise static key (private)";
  }
}
