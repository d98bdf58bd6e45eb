package org.moshpit.common.seal;

import com.google.protobuf.ByteString;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.moshpit.common.identity.SshPublicKey;
import org.moshpit.common.identity.SshSignature;
import org.moshpit.common.seal.Checked.Malformed;
import org.moshpit.common.seal.proto.ControlPayload;
import org.moshpit.common.seal.proto.InitiatorPayload;
import org.moshpit.common.seal.proto.OfferPayload;
import org.moshpit.common.seal.proto.SignedKey;

/** What a laptop says inside message 1. */
public sealed interface InitiatorContent {
  /** From a payload; every bound is checked, nothing is proven. */
  static Checked<InitiatorContent> parse(byte[] payload) {
    return Checked.read(
        () -> {
          InitiatorPayload message = Bounds.message(InitiatorPayload.parser(), payload, "payload");
          return switch (message.getBodyCase()) {
            case OFFER -> Offer.read(message.getOffer());
            case CONTROL -> Control.read(message.getControl());
            case BODY_NOT_SET -> throw new Malformed("payload");
          };
        });
  }

  /** The payload. */
  byte[] encode();

  /**
   * Asks for a session. The arrays are handed over and not changed afterwards.
   *
   * @param statement the exact bytes the keys signed
   * @param said the same, read; its request hash is that of {@code request}
   * @param keys 1 to {@link SealedLimits#KEYS}
   * @param request the exact bytes of the request
   * @param asked the same, read
   * @param ice the laptop's
   * @param rttMillis laptop to rendezvous and back, 0 if unknown
   */
  record Offer(
      byte[] statement,
      OfferStatement said,
      List<OfferedKey> keys,
      byte[] request,
      SessionRequest asked,
      SealedIce ice,
      int rttMillis)
      implements InitiatorContent {
    /** Copies the list. */
    public Offer {
      keys = List.copyOf(keys);
    }

    static Offer read(OfferPayload offer) throws Malformed {
      byte[] statement = Bounds.atMost(offer.getStatement(), SealedLimits.STATEMENT, "statement");
      byte[] request = offer.getRequest().toByteArray();
      OfferStatement said =
          OfferStatement.parse(statement).good().orElseThrow(() -> new Malformed("statement"));
      SessionRequest asked = SessionRequest.read(request);
      Bounds.require(
          Arrays.equals(said.requestHash(), OfferStatement.hashOf(request)), "request hash");
      int count = offer.getKeyCount();
      Bounds.require(count > 0 && count <= SealedLimits.KEYS, "keys");
      List<OfferedKey> keys = new ArrayList<>();
      for (SignedKey key : offer.getKeyList()) {
        keys.add(
            new OfferedKey(
                Bounds.atMost(key.getPublicKey(), SshPublicKey.MAX_BLOB, "key"),
                Bounds.atMost(key.getSignature(), SshSignature.MAX_BLOB, "signature")));
      }
      Bounds.require(offer.hasIce(), "ice");
      return new Offer(
          statement,
          said,
          keys,
          request,
          asked,
          SealedIce.read(offer.getIce()),
          Bounds.millis(offer.getRttMillis()));
    }

    @Override
    public byte[] encode() {
      OfferPayload.Builder offer =
          OfferPayload.newBuilder()
              .setStatement(ByteString.copyFrom(statement))
              .setRequest(ByteString.copyFrom(request))
              .setIce(ice.write())
              .setRttMillis(rttMillis);
      for (OfferedKey key : keys) {
        offer.addKey(
            SignedKey.newBuilder()
                .setPublicKey(ByteString.copyFrom(key.publicKey()))
                .setSignature(ByteString.copyFrom(key.signature())));
      }
      return InitiatorPayload.newBuilder().setOffer(offer).build().toByteArray();
    }
  }

  /**
   * Speaks of a session that exists. The arrays are handed over and not changed afterwards.
   *
   * @param session which
   * @param counter larger than every one before, 1 or more
   * @param mac 32 bytes, over the body and what it is bound to; not verified yet
   * @param body the exact bytes of the request
   * @param asked the same, read
   */
  record Control(SessionId session, long counter, byte[] mac, byte[] body, ControlAsk asked)
      implements InitiatorContent {
    static Control read(ControlPayload control) throws Malformed {
      byte[] session = Bounds.exactly(control.getSession(), SessionId.LENGTH, "session");
      byte[] body = Bounds.atMost(control.getBody(), SealedLimits.REQUEST, "body");
      Bounds.require(control.getCounter() > 0, "counter");
      return new Control(
          SessionId.of(session).orElseThrow(),
          control.getCounter(),
          Bounds.exactly(control.getMac(), SealedLimits.HASH, "mac"),
          body,
          ControlAsk.read(body));
    }

    @Override
    public byte[] encode() {
      return InitiatorPayload.newBuilder()
          .setControl(
              ControlPayload.newBuilder()
                  .setSession(ByteString.copyFrom(session.bytes()))
                  .setCounter(counter)
                  .setMac(ByteString.copyFrom(mac))
                  .setBody(ByteString.copyFrom(body)))
          .build()
          .toByteArray();
    }
  }
}
