package org.moshpit.common.wire;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/**
 * What a login and an enrollment sign with the agent's link key (Ed25519, RFC 8032): a context, the
 * rendezvous' nonce, the key it presented and the name. Holding the presented key, a proof made for
 * a false rendezvous is worth nothing at the true one.
 */
public final class LinkProof {
  /** Bytes of the nonce in Hello. */
  public static final int NONCE_LENGTH = 32;

  private LinkProof() {}

  /** What the signature is for. */
  public enum Purpose {
    /** {@code Login}. */
    LOGIN("moshpit-login-v1"),
    /** {@code Enroll}. */
    ENROLL("moshpit-enroll-v1");

    private final byte[] context;

    Purpose(String context) {
      this.context = context.getBytes(StandardCharsets.US_ASCII);
    }
  }

  /**
   * The bytes to sign.
   *
   * @param nonce 32 bytes from Hello
   * @param presented the key the rendezvous presented in this link's TLS
   * @param name the name the frame carries, empty if the frame's is
   */
  public static byte[] bytes(Purpose purpose, byte[] nonce, SpkiPin presented, String name) {
    if (nonce.length != NONCE_LENGTH) {
      throw new IllegalArgumentException("nonce of " + nonce.length);
    }
    byte[] utf8 = name.getBytes(StandardCharsets.UTF_8);
    return ByteBuffer.allocate(
            purpose.context.length + 1 + NONCE_LENGTH + SpkiPin.LENGTH + utf8.length)
        .put(purpose.context)
        .put((byte) 0)
        .put(nonce)
        .put(presented.hash())
        .put(utf8)
        .array();
  }
}
