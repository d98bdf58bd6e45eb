package org.moshpit.agent.session;

import java.util.List;
import java.util.Optional;
import java.util.random.RandomGenerator;
import org.moshpit.agent.candidates.IceDescription;
import org.moshpit.common.identity.SignedBoxRecord;
import org.moshpit.common.seal.InitiatorContent;
import org.moshpit.common.seal.OfferStatement;
import org.moshpit.common.seal.OfferedKey;
import org.moshpit.common.seal.SealInitiator;
import org.moshpit.common.seal.SealedLimits;

/** One offer: its Noise ephemeral, its statement, its signatures. Never used twice. */
final class Attempt {
  final long id;
  final SealInitiator seal;
  final OfferStatement said;
  final KeyBatch batch;
  List<OfferedKey> signatures = List.of();
  long exchange;

  private Attempt(long id, SealInitiator seal, OfferStatement said, KeyBatch batch) {
    this.id = id;
    this.seal = seal;
    this.said = said;
    this.batch = batch;
  }

  /** Nothing if no secret can be made under the record's key. */
  static Optional<Attempt> begin(
      long id,
      ConnectRequest request,
      SignedBoxRecord box,
      KeyBatch batch,
      byte[] order,
      byte[] challenge,
      long wallMillis,
      RandomGenerator random) {
    byte[] ephemeral = new byte[SealedLimits.KEY];
    byte[] nonce = new byte[SealedLimits.NONCE];
    random.nextBytes(ephemeral);
    random.nextBytes(nonce);
    byte[] staticKey = box.record().noiseKey();
    return SealInitiator.begin(staticKey, ephemeral, request.realm(), request.name())
        .map(
            seal ->
                new Attempt(
                    id,
                    seal,
                    new OfferStatement(
                        box.hostKey().blob(),
                        staticKey,
                        request.realm(),
                        request.name(),
                        request.user(),
                        seal.ephemeralPublic(),
                        Math.max(0, wallMillis),
                        nonce,
                        order,
                        challenge,
                        OfferStatement.hashOf(request.request().encode())),
                    batch));
  }

  /** Message 1. */
  byte[] seal(ConnectRequest request, IceDescription ice, int rttMillis) {
    List<OfferedKey> keys = signatures;
    byte[] payload = payload(request, keys, ice, rttMillis);
    // Only with a very long command and very long keys: the last ones stay at home.
    while (payload.length > SealedLimits.PAYLOAD && keys.size() > 1) {
      keys = keys.subList(0, keys.size() - 1);
      payload = payload(request, keys, ice, rttMillis);
    }
    return seal.seal(payload);
  }

  private byte[] payload(
      ConnectRequest request, List<OfferedKey> keys, IceDescription ice, int rttMillis) {
    return new InitiatorContent.Offer(
            said.encode(),
            said,
            keys,
            request.request().encode(),
            request.request(),
            IceTranslation.toSealed(ice),
            rttMillis)
        .encode();
  }
}
