package org.moshpit.agent.session;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.moshpit.common.seal.InitiatorContent;
import org.moshpit.common.seal.OfferStatement;
import org.moshpit.common.seal.SessionId;

/** Whoever can reach the box can seal anything to it; none of it is answered or kept. */
class AdmissionFuzzTest {
  private static final TestKey ANN = new TestKey();
  private final Door door = Door.settled();

  private void silent(byte[] payload, Optional<SessionId> session) {
    Door.Knock knock = door.knock();
    List<AdmissionOutput> events = door.handle(knock.frame(knock.seal.seal(payload), session));
    assertThat(events).hasSize(1).allMatch(AdmissionOutput.Dropped.class::isInstance);
    assertThat(door.machine.held()).isZero();
    door.now += Fixtures.SECOND;
  }

  @Property(tries = 200)
  void sealedNoise(@ForAll @Size(max = 300) byte[] payload, @ForAll boolean control) {
    silent(
        payload, control ? SessionId.of(new byte[SessionId.LENGTH]) : Optional.<SessionId>empty());
  }

  @Property(tries = 300)
  void aSealedOfferWithoutTheRightEphemeral(
      @ForAll long seed, @ForAll @IntRange(max = 5) int damages) {
    // A real offer, of another exchange and then damaged.
    byte[] request = Fixtures.SHELL.encode();
    OfferStatement said =
        new OfferStatement(
            Fixtures.HOST.publicKey.blob(),
            door.noiseKey,
            Fixtures.REALM,
            Fixtures.NAME,
            "ann",
            Fixtures.filled(32, 1),
            Fixtures.WALL,
            Fixtures.filled(32, 2),
            Fixtures.filled(16, 3),
            new byte[0],
            OfferStatement.hashOf(request));
    byte[] payload =
        new InitiatorContent.Offer(
                said.encode(),
                said,
                List.of(ANN.offer(said.encode())),
                request,
                Fixtures.SHELL,
                IceTranslation.toSealed(Fixtures.LAPTOP_ICE),
                40)
            .encode();
    Random random = new Random(seed);
    for (int i = 0; i < damages; i++) {
      payload[random.nextInt(payload.length)] = (byte) random.nextInt();
    }
    silent(
        random.nextBoolean() ? payload : Arrays.copyOf(payload, random.nextInt(payload.length)),
        Optional.empty());
  }

  @Property(tries = 200)
  void unsealedNoise(@ForAll @Size(max = 300) byte[] frame) {
    assertThat(door.handle(door.knock().frame(frame, Optional.empty())))
        .containsExactly(new AdmissionOutput.Dropped(DropReason.NOT_AUTHENTIC, "den"));
    door.now += Fixtures.SECOND;
  }
}
