package org.moshpit.rendezvous.responder;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.InvalidKeyException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.Base64;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.moshpit.common.sansio.TransportAddress;

/**
 * Tokens that say: this agent's socket was seen from this address at this time. Stateless: whoever
 * holds the secret can verify one, and an unclaimed one costs nothing. Pure; safe for any thread.
 */
public final class ObservationTokens {
  /** How long a token is good for, milliseconds. */
  public static final long LIFETIME_MILLIS = 10_000;

  /** Length of a token, characters; all of them ASCII. */
  public static final int LENGTH = 32;

  private static final byte[] CONTEXT = "moshpit-observed-v1\0".getBytes(StandardCharsets.US_ASCII);
  private static final String HMAC = "HmacSHA256";
  private static final int MAC_LENGTH = 16;

  private final SecretKeySpec secret;

  /** Takes the rendezvous' secret, random, at least 32 bytes; the same on all of its nodes. */
  public ObservationTokens(byte[] secret) {
    if (secret.length < 32) {
      throw new IllegalArgumentException("a secret of " + secret.length + " bytes");
    }
    this.secret = new SecretKeySpec(secret, HMAC);
  }

  /**
   * Makes a token.
   *
   * @param agentId the agent's 8 bytes, big-endian
   * @param socketId the 8 bytes of its socket, big-endian
   * @param observed where the datagram came from
   * @param unixMillis the rendezvous' clock
   */
  public String issue(long agentId, long socketId, TransportAddress observed, long unixMillis) {
    byte[] mac = mac(agentId, socketId, observed, unixMillis);
    byte[] token = ByteBuffer.allocate(8 + MAC_LENGTH).putLong(unixMillis).put(mac).array();
    return Base64.getUrlEncoder().withoutPadding().encodeToString(token);
  }

  /**
   * Whether this token was issued for exactly this, at most {@link #LIFETIME_MILLIS} ago. Any text
   * is allowed.
   */
  public boolean verify(
      String token, long agentId, long socketId, TransportAddress observed, long unixMillis) {
    if (token.length() != LENGTH) {
      return false;
    }
    byte[] bytes;
    try {
      bytes = Base64.getUrlDecoder().decode(token);
    } catch (IllegalArgumentException e) {
      return false;
    }
    if (bytes.length != 8 + MAC_LENGTH) {
      return false;
    }
    long issued = ByteBuffer.wrap(bytes).getLong();
    long age = unixMillis - issued;
    byte[] mac = Arrays.copyOfRange(bytes, 8, bytes.length);
    return MessageDigest.isEqual(mac, mac(agentId, socketId, observed, issued))
        && age >= -LIFETIME_MILLIS // another node's clock may be ahead
        && age <= LIFETIME_MILLIS;
  }

  private byte[] mac(long agentId, long socketId, TransportAddress observed, long unixMillis) {
    byte[] ip = observed.ip().getAddress();
    byte[] text =
        ByteBuffer.allocate(CONTEXT.length + 26 + ip.length)
            .put(CONTEXT)
            .putLong(unixMillis)
            .putLong(agentId)
            .putLong(socketId)
            .putShort((short) observed.port())
            .put(ip)
            .array();
    try {
      Mac mac = Mac.getInstance(HMAC);
      mac.init(secret);
      return Arrays.copyOf(mac.doFinal(text), MAC_LENGTH);
    } catch (NoSuchAlgorithmException | InvalidKeyException e) {
      // every Java platform has it, and a SecretKeySpec fits
      throw new IllegalStateException(e);
    }
  }
}
