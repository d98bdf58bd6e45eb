package org.moshpit.common.seal;

import com.southernstorm.noise.protocol.CipherStatePair;
import com.southernstorm.noise.protocol.DHState;
import com.southernstorm.noise.protocol.HandshakeState;
import java.util.Optional;

/**
 * The laptop's end of one exchange. FRESH → SENT by {@link #seal}; SENT → OPEN by an authentic
 * {@link #open}; any → CLOSED by {@link #close} or by a message that fails. One thread.
 */
public final class SealInitiator implements AutoCloseable {
  private enum Step {
    FRESH,
    SENT,
    OPEN,
    CLOSED
  }

  private final HandshakeState handshake;
  private final byte[] ephemeralPublic;
  private CipherStatePair transport;
  private Step step = Step.FRESH;

  private SealInitiator(HandshakeState handshake, byte[] ephemeralPublic) {
    this.handshake = handshake;
    this.ephemeralPublic = ephemeralPublic;
  }

  /**
   * Begins an exchange with a box.
   *
   * @param boxStatic the box's Noise static key, from its record
   * @param ephemeralPrivate 32 random bytes, never used before; wiped here
   * @param realm 32 bytes
   * @param name the box's name
   * @return empty if nothing can be secret under that static key ({@link SealKey#isUsable})
   */
  public static Optional<SealInitiator> begin(
      byte[] boxStatic, byte[] ephemeralPrivate, byte[] realm, String name) {
    return begin(boxStatic, ephemeralPrivate, NoiseNk.prologue(realm, name));
  }

  /**
   * Does once, with keys that mean nothing, what {@link #begin} and {@link #seal} do: in a young
   * process that takes twenty milliseconds, which can pass beside other work.
   */
  public static void prepare() {
    byte[] nine = new byte[SealedLimits.KEY];
    nine[0] = 9;
    byte[] nobodys = nine.clone();
    nobodys[31] = 64;
    begin(nine, nobodys, new byte[SealedLimits.KEY])
        .ifPresent(
            initiator -> {
              initiator.seal(new byte[0]);
              initiator.close();
            });
  }

  static Optional<SealInitiator> begin(byte[] boxStatic, byte[] ephemeralPrivate, byte[] prologue) {
    if (!PublicPoint.isUsable(boxStatic)) {
      return Optional.empty();
    }
    HandshakeState handshake = NoiseNk.handshake(HandshakeState.INITIATOR, prologue);
    handshake.getRemotePublicKey().setPublicKey(boxStatic, 0);
    DHState ephemeral = NoiseNk.useEphemeral(handshake, ephemeralPrivate);
    byte[] ephemeralPublic = new byte[SealedLimits.KEY];
    ephemeral.getPublicKey(ephemeralPublic, 0);
    handshake.start();
    return Optional.of(new SealInitiator(handshake, ephemeralPublic));
  }

  /** The public ephemeral, known before the payload is, because the payload signs it. */
  public byte[] ephemeralPublic() {
    return ephemeralPublic.clone();
  }

  /**
   * Message 1, once.
   *
   * @throws IllegalArgumentException if the payload is longer than {@link SealedLimits#PAYLOAD}
   */
  public byte[] seal(byte[] payload) {
    if (step != Step.FRESH) {
      throw new IllegalStateException("an ephemeral key is used once");
    }
    NoiseNk.checkPayload(payload);
    step = Step.SENT;
    return NoiseNk.write(handshake, payload);
  }

  /** Opens message 2, once. */
  public Opened open(byte[] message2) {
    if (step != Step.SENT) {
      return failed(SealFailure.OUT_OF_ORDER);
    }
    Optional<SealFailure> refused = NoiseNk.refuse(message2);
    if (refused.isPresent()) {
      return failed(refused.get());
    }
    Opened opened = NoiseNk.read(handshake, message2);
    if (opened instanceof Opened.Failed) {
      close();
      return opened;
    }
    transport = handshake.split();
    handshake.destroy();
    step = Step.OPEN;
    return opened;
  }

  /** Opens what the box sends after message 2, in the order sent. */
  public Opened openNext(byte[] message) {
    if (step != Step.OPEN) {
      return failed(SealFailure.OUT_OF_ORDER);
    }
    Opened opened = NoiseNk.decrypt(transport.getReceiver(), message);
    if (opened instanceof Opened.Failed) {
      close();
    }
    return opened;
  }

  private Opened failed(SealFailure reason) {
    close();
    return new Opened.Failed(reason);
  }

  /** Destroys all keys. May be called again. */
  @Override
  public void close() {
    if (step == Step.CLOSED) {
      return;
    }
    step = Step.CLOSED;
    handshake.destroy();
    if (transport != null) {
      transport.destroy();
    }
  }
}
