package org.moshpit.agent.session;

import static org.moshpit.agent.session.Fixtures.HOST;
import static org.moshpit.agent.session.Fixtures.LAPTOP_ICE;
import static org.moshpit.agent.session.Fixtures.NAME;
import static org.moshpit.agent.session.Fixtures.REALM;
import static org.moshpit.agent.session.Fixtures.SECOND;
import static org.moshpit.agent.session.Fixtures.WALL;
import static org.moshpit.agent.session.Fixtures.filled;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import org.moshpit.common.identity.SshPublicKey;
import org.moshpit.common.sansio.TransportAddress;
import org.moshpit.common.seal.InitiatorContent;
import org.moshpit.common.seal.OfferStatement;
import org.moshpit.common.seal.OfferedKey;
import org.moshpit.common.seal.Opened;
import org.moshpit.common.seal.ResponderContent;
import org.moshpit.common.seal.SealInitiator;
import org.moshpit.common.seal.SealKey;
import org.moshpit.common.seal.SessionId;
import org.moshpit.common.seal.SessionRequest;

/** An admission machine and somebody who knocks at it, with every knob a test may want. */
final class Door {
  static final List<ObservedSocket> OBSERVED =
      List.of(new ObservedSocket(77, TransportAddress.parse("203.0.113.5:4000")));
  static final String EXCHANGE = "0123";
  static final String LINK_KEY = "aa".repeat(32);

  final SealKey sealKey = Fixtures.sealKey(0x70);
  final byte[] noiseKey = sealKey.publicKey();
  final List<SshPublicKey> verified = new ArrayList<>();
  final AdmissionMachine machine;
  long now;
  private int ephemeral;

  Door(AdmissionLimits limits) {
    machine =
        new AdmissionMachine(
            new BoxIdentity(REALM, NAME, HOST.publicKey, sealKey),
            limits,
            (key, signature, statement) -> {
              verified.add(key);
              return SignatureCheck.SSHSIG.verify(key, signature, statement);
            },
            Fixtures.random(7));
  }

  /** A box whose first window after the start has passed. */
  static Door settled() {
    Door door = new Door(AdmissionLimits.of(8, 4));
    door.handle(new AdmissionInput.Clock(WALL - 600_000));
    door.now = 600 * SECOND;
    return door;
  }

  List<AdmissionOutput> handle(AdmissionInput event) {
    machine.handle(now, event);
    return Fixtures.drain(machine);
  }

  List<AdmissionOutput> timeOut() {
    now = machine.nextDeadline();
    machine.handleTimeout(now);
    return Fixtures.drain(machine);
  }

  /** One offer as a laptop makes it. */
  final class Knock {
    final SealInitiator seal;
    SessionRequest request = Fixtures.SHELL;
    byte[] hostKey = HOST.publicKey.blob();
    byte[] staticKey = noiseKey;
    byte[] realm = REALM;
    String name = NAME;
    String user = "ann";
    byte[] statedEphemeral;
    long timeMillis = WALL;
    byte[] nonce;
    byte[] order;
    byte[] challenge = new byte[0];
    String linkKey = LINK_KEY;

    Knock() {
      ephemeral++;
      byte[] own = filled(32, 0);
      own[1] = (byte) ephemeral;
      own[2] = (byte) (ephemeral >> 8);
      seal = SealInitiator.begin(noiseKey, own, REALM, NAME).orElseThrow();
      statedEphemeral = seal.ephemeralPublic();
      nonce = seal.ephemeralPublic();
      order = Arrays.copyOf(nonce, 16);
    }

    AdmissionInput.Offered signedBy(TestKey... keys) {
      return sealed(statement -> Arrays.stream(keys).map(key -> key.offer(statement)).toList());
    }

    AdmissionInput.Offered sealed(Function<byte[], List<OfferedKey>> signer) {
      byte[] requestBytes = request.encode();
      OfferStatement said =
          new OfferStatement(
              hostKey,
              staticKey,
              realm,
              name,
              user,
              statedEphemeral,
              timeMillis,
              nonce,
              order,
              challenge,
              OfferStatement.hashOf(requestBytes));
      byte[] payload =
          new InitiatorContent.Offer(
                  said.encode(),
                  said,
                  signer.apply(said.encode()),
                  requestBytes,
                  request,
                  IceTranslation.toSealed(LAPTOP_ICE),
                  40)
              .encode();
      return frame(seal.seal(payload), Optional.empty());
    }

    AdmissionInput.Offered frame(byte[] sealed, Optional<SessionId> session) {
      return new AdmissionInput.Offered(EXCHANGE, "den", linkKey, sealed, OBSERVED, session, 3);
    }

    ResponderContent answer(List<AdmissionOutput> events) {
      return read(seal.open(sealedAnswer(events)));
    }

    ResponderContent next(List<AdmissionOutput> events) {
      return read(seal.openNext(sealedAnswer(events)));
    }

    private byte[] sealedAnswer(List<AdmissionOutput> events) {
      return Fixtures.only(AdmissionOutput.SendAnswer.class, events).sealed();
    }

    private ResponderContent read(Opened opened) {
      return ResponderContent.parse(((Opened.Payload) opened).bytes()).good().orElseThrow();
    }
  }

  Knock knock() {
    return new Knock();
  }

  /** Offers, and says that the keys are all listed. */
  List<AdmissionOutput> listed(AdmissionInput.Offered offered) {
    AdmissionOutput.CheckListed check =
        Fixtures.only(AdmissionOutput.CheckListed.class, handle(offered));
    return handle(new AdmissionInput.KeysListed(check.id(), check.keys()));
  }

  /** Goes on until work is asked for. */
  AdmissionOutput.OpenSession opened(AdmissionInput.Offered offered) {
    AdmissionOutput.DecidePolicy decide =
        Fixtures.only(AdmissionOutput.DecidePolicy.class, listed(offered));
    return Fixtures.only(
        AdmissionOutput.OpenSession.class, handle(new AdmissionInput.PolicyAllowed(decide.id())));
  }

  /** Goes on until the answer. */
  List<AdmissionOutput> admitted(AdmissionOutput.OpenSession open) {
    List<AdmissionOutput> events =
        new ArrayList<>(
            handle(
                new AdmissionInput.SocketReady(
                    open.id(), Fixtures.BOX_ICE, 60002, List.of(5L), 30)));
    if (!open.request().ping() && !open.request().handover()) {
      events.addAll(
          handle(
              new AdmissionInput.ServerStarted(
                  open.id(), Fixtures.MOSH_KEY, "", Optional.empty())));
    }
    return events;
  }
}
