package org.moshpit.agent.cli;

import com.google.protobuf.ByteString;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import org.moshpit.agent.candidates.Candidate;
import org.moshpit.agent.candidates.CandidateType;
import org.moshpit.agent.candidates.IceDescription;
import org.moshpit.agent.cli.wiring.Frames;
import org.moshpit.agent.session.AdmissionInput;
import org.moshpit.agent.session.AdmissionLimits;
import org.moshpit.agent.session.AdmissionMachine;
import org.moshpit.agent.session.AdmissionOutput;
import org.moshpit.agent.session.BoxIdentity;
import org.moshpit.agent.session.SignatureCheck;
import org.moshpit.agent.session.TestKey;
import org.moshpit.common.identity.BoxRecord;
import org.moshpit.common.identity.SignedBoxRecord;
import org.moshpit.common.identity.SshFormatException;
import org.moshpit.common.identity.SshSignature;
import org.moshpit.common.sansio.TransportAddress;
import org.moshpit.common.seal.SealKey;
import org.moshpit.common.wire.proto.Answer;
import org.moshpit.common.wire.proto.Answered;
import org.moshpit.common.wire.proto.Offer;

/** The one box behind {@link TrainingRendezvous}: lets everybody in, and has no mosh-server. */
final class TrainingBox {
  static final String NAME = "box";
  static final int RELAY = 1;

  private final TestKey hostKey = new TestKey();
  private final SignedBoxRecord record;
  private final AdmissionMachine machine;
  private final long start = System.nanoTime();

  /**
   * @param realm 32 bytes
   */
  TrainingBox(byte[] realm) {
    SecureRandom random = new SecureRandom();
    byte[] secret = new byte[32];
    random.nextBytes(secret);
    SealKey sealKey = SealKey.of(secret);
    long wall = System.currentTimeMillis();
    BoxRecord unsigned =
        new BoxRecord(realm, NAME, sealKey.publicKey(), 1, wall / 1000 + 3600, 1, 1);
    try {
      record =
          new SignedBoxRecord(
              unsigned,
              hostKey.publicKey(),
              SshSignature.parse(hostKey.sign(BoxRecord.NAMESPACE, unsigned.encode())));
    } catch (SshFormatException e) {
      throw new IllegalStateException(e);
    }
    machine =
        new AdmissionMachine(
            new BoxIdentity(realm, NAME, hostKey.publicKey(), sealKey),
            AdmissionLimits.of(8, 8),
            SignatureCheck.SSHSIG,
            random);
    // As if it had been up for an hour: the first window after a start asks for one round trip
    // more.
    machine.handle(start, new AdmissionInput.Clock(wall - 3_600_000));
  }

  SignedBoxRecord record() {
    return record;
  }

  /** Its answer to an offer or to a control message. */
  Optional<Answered> answer(Offer offer) {
    AdmissionInput.Offered offered =
        new AdmissionInput.Offered(
            HexFormat.of().toHexDigits(offer.getExchange()).repeat(2),
            "training",
            "aa".repeat(32),
            offer.getSealed().toByteArray(),
            List.of(),
            Optional.empty(),
            RELAY);
    List<AdmissionInput> inputs = new ArrayList<>(List.of(offered));
    Optional<Answered> answered = Optional.empty();
    while (!inputs.isEmpty()) {
      machine.handle(start + 3_600_000_000_000L, inputs.remove(0));
      for (AdmissionOutput output = machine.pollEvent();
          output != null;
          output = machine.pollEvent()) {
        if (output instanceof AdmissionOutput.SendAnswer answer) {
          answered = Optional.of(answered(offer, answer));
        } else {
          inputs.addAll(reaction(output));
        }
      }
    }
    return answered;
  }

  private static List<AdmissionInput> reaction(AdmissionOutput output) {
    if (output instanceof AdmissionOutput.CheckListed check) {
      return List.of(new AdmissionInput.KeysListed(check.id(), check.keys()));
    }
    if (output instanceof AdmissionOutput.DecidePolicy decide) {
      return List.of(new AdmissionInput.PolicyAllowed(decide.id()));
    }
    if (output instanceof AdmissionOutput.OpenSession open) {
      return List.of(
          new AdmissionInput.SocketReady(open.id(), nowhere(), 60001, List.of(1L), 0),
          new AdmissionInput.ServerStarted(
              open.id(), "abcdefghijklmnopqrstuv", "", Optional.empty()));
    }
    return List.of();
  }

  /** Its only candidate is a port of loopback, which nobody may be made to send to. */
  private static IceDescription nowhere() {
    Candidate candidate =
        new Candidate(
            CandidateType.HOST, TransportAddress.parse("127.0.0.1:60001"), 2130706431L, "1");
    return new IceDescription("abcd", "passwordpasswordpassword", List.of(candidate), 1);
  }

  private static Answered answered(Offer offer, AdmissionOutput.SendAnswer answer) {
    Answer frame =
        Frames.answer(
                answer.exchange(),
                answer.sealed(),
                answer.sockets(),
                answer.admitted(),
                answer.session())
            .getAnswer();
    return Answered.newBuilder()
        .setExchange(offer.getExchange())
        .setSealed(frame.getSealed())
        .setRelay(answer.admitted() ? RELAY : 0)
        .build();
  }

  ByteString encodedRecord() {
    return ByteString.copyFrom(record.encode());
  }
}
