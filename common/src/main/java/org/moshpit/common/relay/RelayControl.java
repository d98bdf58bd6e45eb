package org.moshpit.common.relay;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.InvalidKeyException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.Objects;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * A control message: by four of them an agent proves that it is at an address before relayed
 * datagrams are taken from there or sent there.
 *
 * @param kind what it says
 * @param cookie under which cookie
 * @param number which open it belongs to, 1 to 2^56 − 1
 * @param token 16 bytes; the array is shared, nobody changes it
 */
public record RelayControl(Kind kind, long cookie, long number, byte[] token) {
  /** Length of a token, bytes. */
  public static final int TOKEN = 16;

  /** The largest number. */
  public static final long MAX_NUMBER = (1L << 56) - 1;

  /** What a control message says; the order is that of the wire, from 1. */
  public enum Kind {
    /** Agent: I would like to use UDP, from here. */
    OPEN,
    /** Rendezvous: say this token from where you are. */
    CHALLENGE,
    /** Agent: here it is. */
    CONFIRM,
    /** Rendezvous: from now on this relay's datagrams are taken from and sent to there. */
    OPENED
  }

  private static final String ALGORITHM = "HmacSHA256";
  private static final byte[] LABEL = "moshpit-relay-v1\0".getBytes(StandardCharsets.US_ASCII);
  private static final int SIGNED = 32;
  private static final int MAC = RelayWire.CONTROL - SIGNED;
  private static final Kind[] KINDS = Kind.values();

  /** Checks ranges. */
  public RelayControl {
    Objects.requireNonNull(kind);
    if (!RelayWire.isCookie(cookie) || number < 1 || number > MAX_NUMBER || token.length != TOKEN) {
      throw new IllegalArgumentException("no control message: " + kind + " " + number);
    }
  }

  /** The first of an exchange. */
  public static RelayControl open(long cookie, long number) {
    return new RelayControl(Kind.OPEN, cookie, number, new byte[TOKEN]);
  }

  /** What follows it, with the challenge's token. */
  public RelayControl followedBy(Kind next, byte[] withToken) {
    return new RelayControl(next, cookie, number, withToken);
  }

  /** Its bytes, authenticated under the cookie's key. */
  public byte[] encode(byte[] key) {
    ByteBuffer out = ByteBuffer.allocate(RelayWire.CONTROL);
    out.putLong(RelayWire.control(cookie));
    out.putLong(((long) (kind.ordinal() + 1) << 56) | number);
    out.put(token);
    return out.put(mac(key, out.array()), 0, MAC).array();
  }

  /** The message in these bytes; null unless it is one and authentic under this key. */
  public static RelayControl read(byte[] datagram, byte[] key) {
    if (datagram.length != RelayWire.CONTROL || !RelayWire.isControl(datagram)) {
      return null;
    }
    byte[] expected = Arrays.copyOf(mac(key, datagram), MAC);
    byte[] said = Arrays.copyOfRange(datagram, SIGNED, RelayWire.CONTROL);
    if (!MessageDigest.isEqual(expected, said)) {
      return null;
    }
    ByteBuffer in = ByteBuffer.wrap(datagram);
    long cookie = RelayWire.cookieOf(in.getLong());
    long kindAndNumber = in.getLong();
    int kind = (int) (kindAndNumber >>> 56);
    long number = kindAndNumber & MAX_NUMBER;
    if (kind < 1 || kind > KINDS.length || number == 0 || !RelayWire.isCookie(cookie)) {
      return null;
    }
    byte[] token = new byte[TOKEN];
    in.get(token);
    return new RelayControl(KINDS[kind - 1], cookie, number, token);
  }

  private static byte[] mac(byte[] key, byte[] datagram) {
    try {
      Mac mac = Mac.getInstance(ALGORITHM);
      mac.init(new SecretKeySpec(key, ALGORITHM));
      mac.update(LABEL);
      mac.update(datagram, 0, SIGNED);
      return mac.doFinal();
    } catch (NoSuchAlgorithmException | InvalidKeyException e) {
      throw new IllegalStateException("every JDK has " + ALGORITHM, e);
    }
  }

  /** Without the token. */
  @Override
  public String toString() {
    return kind + " " + number;
  }
}
