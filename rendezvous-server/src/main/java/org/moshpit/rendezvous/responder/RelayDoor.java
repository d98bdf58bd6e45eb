package org.moshpit.rendezvous.responder;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.InvalidKeyException;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.moshpit.common.relay.RelayControl;
import org.moshpit.common.relay.RelayWire;
import org.moshpit.common.sansio.TransportAddress;

/**
 * Where relayed datagrams come in by UDP: of whom, and whether from where they ought to. What has
 * no known cookie, is not authentic or comes from elsewhere is met with silence and leaves nothing
 * behind. Answers are as long as what they answer. Safe for any thread.
 *
 * <p>The challenge's token is made with a secret of the rendezvous: so an agent cannot confirm an
 * address at which it hears nothing, and have relayed datagrams sent to a third party.
 */
public final class RelayDoor {
  /** Takes what came in. */
  @FunctionalInterface
  public interface Receiver {
    /** On the thread of the socket; the array is handed over. */
    void received(RelayEnd from, byte[] payload);
  }

  private static final String HMAC = "HmacSHA256";
  private static final byte[] CONTEXT =
      "moshpit-relay-token-v1\0".getBytes(StandardCharsets.US_ASCII);

  private final Map<Long, RelayEnd> ends = new ConcurrentHashMap<>();
  private final SecretKeySpec secret;
  private final Receiver receiver;

  /** Takes a secret, random, of 32 bytes. */
  public RelayDoor(byte[] secret, Receiver receiver) {
    this.secret = new SecretKeySpec(secret, HMAC);
    this.receiver = receiver;
  }

  /** A cookie is good from now on; one that is taken stays whose it is. */
  public void admit(RelayEnd end) {
    ends.putIfAbsent(end.cookie(), end);
  }

  /** A cookie is void. */
  public void dismiss(RelayEnd end) {
    end.dismiss();
    ends.remove(end.cookie(), end);
  }

  /** How many cookies are good. */
  public int size() {
    return ends.size();
  }

  /** Whether a datagram of the relay that begins with these bytes is worth looking at. */
  boolean knows(long firstEight) {
    return ends.containsKey(RelayWire.cookieOf(firstEight));
  }

  /**
   * Takes a datagram of the relay.
   *
   * @param now monotonic nanoseconds
   * @param datagram what arrived, any bytes
   * @param source where from
   * @param outlet the socket it came to
   * @return the answer, or null for silence
   */
  byte[] receive(long now, byte[] datagram, TransportAddress source, RelayOutlet outlet) {
    RelayEnd end = ends.get(RelayWire.cookieOf(datagram));
    if (end == null) {
      return null;
    }
    if (RelayWire.isControl(datagram)) {
      RelayControl message = RelayControl.read(datagram, end.key());
      RelayControl answer = message == null ? null : answer(now, end, message, source, outlet);
      return answer == null ? null : answer.encode(end.key());
    }
    byte[] payload = RelayWire.payload(datagram);
    if (payload != null && end.heard(now, source)) {
      receiver.received(end, payload);
    }
    return null;
  }

  private RelayControl answer(
      long now, RelayEnd end, RelayControl message, TransportAddress source, RelayOutlet outlet) {
    return switch (message.kind()) {
      case OPEN -> end.opened(now, message, source, token(message, source));
      case CONFIRM -> end.confirmed(now, message, source, token(message, source), outlet);
      case CHALLENGE, OPENED -> null; // our own words, thrown back
    };
  }

  private byte[] token(RelayControl message, TransportAddress source) {
    try {
      Mac mac = Mac.getInstance(HMAC);
      mac.init(secret);
      mac.update(CONTEXT);
      mac.update(
          ByteBuffer.allocate(20)
              .putLong(message.cookie())
              .putLong(message.number())
              .putInt(source.port())
              .flip());
      return Arrays.copyOf(mac.doFinal(source.ip().getAddress()), RelayControl.TOKEN);
    } catch (NoSuchAlgorithmException | InvalidKeyException e) {
      throw new IllegalStateException("every JDK has " + HMAC, e);
    }
  }
}
