package org.moshpit.common.seal;

import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.moshpit.common.identity.SshWriter;

/**
 * The 32 random bytes that laptop and box share for as long as a session lives; they authenticate
 * its later control messages. Never printed. One thread; after {@link #close} no MAC verifies.
 */
public final class SessionSecret implements AutoCloseable {
  private static final String LABEL = "moshpit-control-v1";
  private static final String ALGORITHM = "HmacSHA256";

  private final byte[] key;
  private boolean closed;

  private SessionSecret(byte[] key) {
    this.key = key;
  }

  /** From 32 bytes, which are copied; another length is the caller's bug. */
  public static SessionSecret of(byte[] secret) {
    if (secret.length != SealedLimits.SECRET) {
      throw new IllegalArgumentException("a session secret has 32 bytes");
    }
    return new SessionSecret(secret.clone());
  }

  /**
   * The bytes, for the sealed answer and the session's private file only; the caller wipes them.
   */
  public byte[] reveal() {
    requireOpen();
    return key.clone();
  }

  /** The MAC of a control message, 32 bytes. Layout in the package's head. */
  public byte[] mac(ControlBinding binding, long counter, byte[] body) {
    requireOpen();
    byte[] message =
        new SshWriter()
            .string(LABEL)
            .string(binding.ephemeral())
            .string(binding.hostKey())
            .string(binding.staticKey())
            .string(binding.session().bytes())
            .uint64(counter)
            .string(sha256(body))
            .toBytes();
    try {
      Mac hmac = Mac.getInstance(ALGORITHM);
      hmac.init(new SecretKeySpec(key, ALGORITHM));
      return hmac.doFinal(message);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("every JDK has " + ALGORITHM, e);
    }
  }

  /** Whether this is the MAC, in a time that does not depend on where it differs. */
  public boolean verify(ControlBinding binding, long counter, byte[] body, byte[] mac) {
    return !closed && MessageDigest.isEqual(mac(binding, counter, body), mac);
  }

  /**
   * What a control message is bound to.
   *
   * @param ephemeral the laptop's public Noise ephemeral of this exchange
   * @param hostKey the box's host key blob
   * @param staticKey the box's Noise static key
   * @param session the session spoken of
   */
  public record ControlBinding(
      byte[] ephemeral, byte[] hostKey, byte[] staticKey, SessionId session) {}

  private void requireOpen() {
    if (closed) {
      throw new IllegalStateException("session secret is closed");
    }
  }

  static byte[] sha256(byte[] bytes) {
    try {
      return MessageDigest.getInstance("SHA-256").digest(bytes);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has SHA-256", e);
    }
  }

  /** Wipes it. May be called again. */
  @Override
  public void close() {
    closed = true;
    Arrays.fill(key, (byte) 0);
  }

  @Override
  public String toString() {
    return "session secret";
  }
}
