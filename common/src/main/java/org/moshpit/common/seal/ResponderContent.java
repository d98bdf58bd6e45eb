package org.moshpit.common.seal;

import com.google.protobuf.ByteString;
import java.util.Optional;
import java.util.regex.Pattern;
import org.moshpit.common.identity.SshPublicKey;
import org.moshpit.common.sansio.TransportAddress;
import org.moshpit.common.seal.Checked.Malformed;
import org.moshpit.common.seal.proto.ControlAccepted;
import org.moshpit.common.seal.proto.HandoverReady;
import org.moshpit.common.seal.proto.PolicyRefusal;
import org.moshpit.common.seal.proto.ResponderPayload;
import org.moshpit.common.seal.proto.SessionGone;

/** What a box says inside message 2 and after. */
public sealed interface ResponderContent {
  /** Form of a key of mosh: 16 bytes in base64. */
  Pattern MOSH_KEY = Pattern.compile("[A-Za-z0-9+/]{22}");

  /** From a payload; every bound is checked. */
  static Checked<ResponderContent> parse(byte[] payload) {
    return Checked.read(
        () -> {
          ResponderPayload message = Bounds.message(ResponderPayload.parser(), payload, "payload");
          return switch (message.getBodyCase()) {
            case ACCEPTED -> Accepted.read(message.getAccepted());
            case REFUSED -> Refused.read(message.getRefused());
            case CHALLENGE -> Challenge.read(message.getChallenge());
            case CONTROL -> Controlled.read(message.getControl());
            case HANDOVER -> Handover.read(message.getHandover());
            case GONE -> new Gone(Bounds.sentence(message.getGone().getReason()));
            case BODY_NOT_SET -> throw new Malformed("payload");
          };
        });
  }

  /** The payload. */
  byte[] encode();

  /**
   * A session was opened. The arrays are handed over and not changed afterwards.
   *
   * @param session its name
   * @param secret the session secret, 32 bytes
   * @param ice the box's
   * @param moshKey 22 characters of base64; empty with handover and ping
   * @param port the negotiated port, 1–65535: local port of the box's session socket
   * @param warning for the person before the first screen, may be empty
   * @param key blob of the SSH key that was accepted
   * @param startDelayMillis when the normal checks begin, counted from the arrival
   */
  record Accepted(
      SessionId session,
      byte[] secret,
      SealedIce ice,
      String moshKey,
      int port,
      String warning,
      byte[] key,
      int startDelayMillis)
      implements ResponderContent {
    static Accepted read(org.moshpit.common.seal.proto.Accepted accepted) throws Malformed {
      byte[] session = Bounds.exactly(accepted.getSession(), SessionId.LENGTH, "session");
      int port = accepted.getPort();
      String moshKey = accepted.getMoshKey();
      Bounds.require(moshKey.isEmpty() || MOSH_KEY.matcher(moshKey).matches(), "mosh key");
      Bounds.require(port > 0 && port <= 65535, "port");
      Bounds.require(accepted.hasIce(), "ice");
      return new Accepted(
          SessionId.of(session).orElseThrow(),
          Bounds.exactly(accepted.getSecret(), SealedLimits.SECRET, "secret"),
          SealedIce.read(accepted.getIce()),
          moshKey,
          port,
          Bounds.sentence(accepted.getWarning()),
          Bounds.atMost(accepted.getKey(), SshPublicKey.MAX_BLOB, "key"),
          Bounds.millis(accepted.getStartDelayMillis()));
    }

    @Override
    public byte[] encode() {
      return ResponderPayload.newBuilder()
          .setAccepted(
              org.moshpit.common.seal.proto.Accepted.newBuilder()
                  .setSession(ByteString.copyFrom(session.bytes()))
                  .setSecret(ByteString.copyFrom(secret))
                  .setIce(ice.write())
                  .setMoshKey(moshKey)
                  .setPort(port)
                  .setWarning(warning)
                  .setKey(ByteString.copyFrom(key))
                  .setStartDelayMillis(startDelayMillis))
          .build()
          .toByteArray();
    }

    /** Without its secrets. */
    @Override
    public String toString() {
      return "accepted: session " + session + ", port " + port;
    }
  }

  /**
   * The key is listed, and yet no.
   *
   * @param reason one sentence
   */
  record Refused(Refusal kind, String reason) implements ResponderContent {
    static Refused read(PolicyRefusal refusal) {
      return new Refused(Refusal.of(refusal.getKind()), Bounds.sentence(refusal.getReason()));
    }

    @Override
    public byte[] encode() {
      return ResponderPayload.newBuilder()
          .setRefused(
              PolicyRefusal.newBuilder().setKind(kind.wire()).setReason(Bounds.sentence(reason)))
          .build()
          .toByteArray();
    }
  }

  /**
   * The statement is not fresh by the box's clock: sign again, with this in it.
   *
   * @param nonce 32 bytes, good once
   * @param timeMillis the box's clock, Unix milliseconds
   */
  record Challenge(byte[] nonce, long timeMillis) implements ResponderContent {
    static Challenge read(org.moshpit.common.seal.proto.Challenge challenge) throws Malformed {
      return new Challenge(
          Bounds.exactly(challenge.getNonce(), SealedLimits.NONCE, "challenge"),
          challenge.getTimeMillis());
    }

    @Override
    public byte[] encode() {
      return ResponderPayload.newBuilder()
          .setChallenge(
              org.moshpit.common.seal.proto.Challenge.newBuilder()
                  .setNonce(ByteString.copyFrom(nonce))
                  .setTimeMillis(timeMillis))
          .build()
          .toByteArray();
    }
  }

  /**
   * A control message was carried out.
   *
   * @param ice the box's, if the checks start again
   * @param startDelayMillis when the normal checks begin, counted from the arrival
   * @param ended the session is over
   */
  record Controlled(Optional<SealedIce> ice, int startDelayMillis, boolean ended)
      implements ResponderContent {
    static Controlled read(ControlAccepted control) throws Malformed {
      Bounds.require(control.hasIce() || control.getEnded(), "control answer");
      Optional<SealedIce> ice =
          control.hasIce() ? Optional.of(SealedIce.read(control.getIce())) : Optional.empty();
      return new Controlled(ice, Bounds.millis(control.getStartDelayMillis()), control.getEnded());
    }

    @Override
    public byte[] encode() {
      ControlAccepted.Builder control =
          ControlAccepted.newBuilder().setStartDelayMillis(startDelayMillis).setEnded(ended);
      ice.ifPresent(description -> control.setIce(description.write()));
      return ResponderPayload.newBuilder().setControl(control).build().toByteArray();
    }
  }

  /**
   * Handover: mosh-server now owns the port.
   *
   * @param address where it can be reached
   */
  record Handover(String moshKey, TransportAddress address) implements ResponderContent {
    static Handover read(HandoverReady ready) throws Malformed {
      byte[] ip = ready.getIp().toByteArray();
      int port = ready.getPort();
      Bounds.matching(ready.getMoshKey(), MOSH_KEY, "mosh key");
      Bounds.require(ip.length == 4 || ip.length == 16, "address");
      Bounds.require(port > 0 && port <= 65535, "port");
      return new Handover(ready.getMoshKey(), TransportAddress.of(ip, port));
    }

    @Override
    public byte[] encode() {
      return ResponderPayload.newBuilder()
          .setHandover(
              HandoverReady.newBuilder()
                  .setMoshKey(moshKey)
                  .setIp(ByteString.copyFrom(address.ip().getAddress()))
                  .setPort(address.port()))
          .build()
          .toByteArray();
    }

    /** Without its key. */
    @Override
    public String toString() {
      return "handover to " + address;
    }
  }

  /**
   * The session is no more.
   *
   * @param reason one sentence
   */
  record Gone(String reason) implements ResponderContent {
    @Override
    public byte[] encode() {
      return ResponderPayload.newBuilder()
          .setGone(SessionGone.newBuilder().setReason(Bounds.sentence(reason)))
          .build()
          .toByteArray();
    }
  }
}
