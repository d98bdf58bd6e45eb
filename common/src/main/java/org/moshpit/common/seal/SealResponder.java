package org.moshpit.common.seal;

import com.southernstorm.noise.protocol.CipherStatePair;
import com.southernstorm.noise.protocol.HandshakeState;
import java.util.Arrays;
import java.util.Optional;

/**
 * The box's end of one exchange. OPENED → ANSWERED by {@link #answer}; any → CLOSED by {@link
 * #close}. One thread.
 */
public final class SealResponder implements AutoCloseable {
  private enum Step {
    OPENED,
    ANSWERED,
    CLOSED
  }

  /** What opening message 1 gave. */
  public sealed interface Outcome {
    /** It was sealed to this box; who sealed it, the payload has to prove. */
    record Ready(SealResponder responder, byte[] payload) implements Outcome {}

    /** Not for this box, or nothing at all. */
    record Failed(SealFailure reason) implements Outcome {}
  }

  private final HandshakeState handshake;
  private final byte[] peerEphemeral;
  private CipherStatePair transport;
  private Step step = Step.OPENED;

  private SealResponder(HandshakeState handshake, byte[] peerEphemeral) {
    this.handshake = handshake;
    this.peerEphemeral = peerEphemeral;
  }

  /**
   * Opens message 1. Takes one X25519 multiplication.
   *
   * @param key the box's static key
   * @param realm 32 bytes
   * @param name the box's own name
   */
  public static Outcome open(SealKey key, byte[] realm, String name, byte[] message1) {
    return open(key, NoiseNk.prologue(realm, name), message1);
  }

  static Outcome open(SealKey key, byte[] prologue, byte[] message1) {
    Optional<SealFailure> refused = NoiseNk.refuse(message1);
    if (refused.isPresent()) {
      return new Outcome.Failed(refused.get());
    }
    HandshakeState handshake = NoiseNk.handshake(HandshakeState.RESPONDER, prologue);
    handshake.getLocalKeyPair().copyFrom(key.open());
    handshake.start();
    Opened opened = NoiseNk.read(handshake, message1);
    if (opened instanceof Opened.Payload payload) {
      byte[] peer = Arrays.copyOf(message1, SealedLimits.KEY);
      return new Outcome.Ready(new SealResponder(handshake, peer), payload.bytes());
    }
    handshake.destroy();
    return new Outcome.Failed(((Opened.Failed) opened).reason());
  }

  /** The laptop's public ephemeral: what its statement or MAC must name. */
  public byte[] peerEphemeral() {
    return peerEphemeral.clone();
  }

  /**
   * Message 2, once.
   *
   * @param payload at most {@link SealedLimits#PAYLOAD} bytes
   * @param ephemeralPrivate 32 random bytes, never used before; wiped here
   */
  public byte[] answer(byte[] payload, byte[] ephemeralPrivate) {
    if (step != Step.OPENED) {
      throw new IllegalStateException("answered before");
    }
    NoiseNk.checkPayload(payload);
    NoiseNk.useEphemeral(handshake, ephemeralPrivate);
    byte[] message = NoiseNk.write(handshake, payload);
    transport = handshake.split();
    handshake.destroy();
    step = Step.ANSWERED;
    return message;
  }

  /** A message after message 2. */
  public byte[] next(byte[] payload) {
    if (step != Step.ANSWERED) {
      throw new IllegalStateException("not answered yet, or closed");
    }
    return NoiseNk.encrypt(transport.getSender(), payload);
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
