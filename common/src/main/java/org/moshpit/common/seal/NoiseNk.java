package org.moshpit.common.seal;

import com.southernstorm.noise.protocol.CipherState;
import com.southernstorm.noise.protocol.DHState;
import com.southernstorm.noise.protocol.HandshakeState;
import com.southernstorm.noise.protocol.Noise;
import java.nio.charset.StandardCharsets;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.Optional;
import javax.crypto.BadPaddingException;
import javax.crypto.ShortBufferException;

/** What both ends do with noise-java; its exceptions stop here. */
final class NoiseNk {
  private static final String PROTOCOL = "Noise_NK_25519_ChaChaPoly_SHA256";
  private static final int OVERHEAD = SealedLimits.KEY + SealedLimits.TAG;
  private static final byte[] NO_DATA = new byte[0];

  private NoiseNk() {}

  static DHState newKey() {
    try {
      return Noise.createDH("25519");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("noise-java has Curve25519", e);
    }
  }

  static HandshakeState handshake(int role, byte[] prologue) {
    try {
      HandshakeState state = new HandshakeState(PROTOCOL, role);
      state.setPrologue(prologue, 0, prologue.length);
      return state;
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("noise-java has " + PROTOCOL, e);
    }
  }

  /** Sets the ephemeral the next message written uses, and wipes the caller's array. */
  static DHState useEphemeral(HandshakeState state, byte[] ephemeralPrivate) {
    if (ephemeralPrivate.length != SealedLimits.KEY) {
      throw new IllegalArgumentException("an X25519 private key has 32 bytes");
    }
    DHState ephemeral = state.getFixedEphemeralKey();
    ephemeral.setPrivateKey(ephemeralPrivate, 0);
    Arrays.fill(ephemeralPrivate, (byte) 0);
    return ephemeral;
  }

  static byte[] write(HandshakeState state, byte[] payload) {
    checkPayload(payload);
    byte[] message = new byte[payload.length + OVERHEAD];
    try {
      int length = state.writeMessage(message, 0, payload, 0, payload.length);
      if (length != message.length) {
        throw new IllegalStateException("Noise wrote " + length + " of " + message.length);
      }
      return message;
    } catch (ShortBufferException e) {
      throw new IllegalStateException("Noise needs more room", e);
    }
  }

  static void checkPayload(byte[] payload) {
    if (payload.length > SealedLimits.PAYLOAD) {
      throw new IllegalArgumentException("payload of " + payload.length + " bytes");
    }
  }

  /** What is wrong with a handshake message before any arithmetic, if anything is. */
  static Optional<SealFailure> refuse(byte[] message) {
    if (message.length < OVERHEAD) {
      return Optional.of(SealFailure.TOO_SHORT);
    }
    if (message.length > SealedLimits.MESSAGE) {
      return Optional.of(SealFailure.TOO_LONG);
    }
    return PublicPoint.isUsable(Arrays.copyOf(message, SealedLimits.KEY))
        ? Optional.empty()
        : Optional.of(SealFailure.WEAK_KEY);
  }

  static Opened read(HandshakeState state, byte[] message) {
    byte[] payload = new byte[message.length];
    try {
      int length = state.readMessage(message, 0, message.length, payload, 0);
      return new Opened.Payload(Arrays.copyOf(payload, length));
    } catch (BadPaddingException | ShortBufferException e) {
      return new Opened.Failed(SealFailure.NOT_AUTHENTIC);
    } finally {
      Arrays.fill(payload, (byte) 0);
    }
  }

  static byte[] encrypt(CipherState sender, byte[] payload) {
    checkPayload(payload);
    byte[] message = new byte[payload.length + SealedLimits.TAG];
    try {
      sender.encryptWithAd(NO_DATA, payload, 0, message, 0, payload.length);
      return message;
    } catch (ShortBufferException e) {
      throw new IllegalStateException("Noise needs more room", e);
    }
  }

  static Opened decrypt(CipherState receiver, byte[] message) {
    if (message.length < SealedLimits.TAG) {
      return new Opened.Failed(SealFailure.TOO_SHORT);
    }
    if (message.length > SealedLimits.MESSAGE) {
      return new Opened.Failed(SealFailure.TOO_LONG);
    }
    byte[] payload = new byte[message.length];
    try {
      int length = receiver.decryptWithAd(NO_DATA, message, 0, payload, 0, message.length);
      return new Opened.Payload(Arrays.copyOf(payload, length));
    } catch (BadPaddingException | ShortBufferException e) {
      return new Opened.Failed(SealFailure.NOT_AUTHENTIC);
    } finally {
      Arrays.fill(payload, (byte) 0);
    }
  }

  /** The prologue of the package's head. */
  static byte[] prologue(byte[] realm, String name) {
    if (realm.length != SealedLimits.REALM) {
      throw new IllegalArgumentException("a realm has 32 bytes");
    }
    byte[] head = OfferStatement.PROTOCOL.getBytes(StandardCharsets.US_ASCII);
    byte[] tail = name.getBytes(StandardCharsets.UTF_8);
    byte[] all = Arrays.copyOf(head, head.length + realm.length + tail.length);
    System.arraycopy(realm, 0, all, head.length, realm.length);
    System.arraycopy(tail, 0, all, head.length + realm.length, tail.length);
    return all;
  }
}
