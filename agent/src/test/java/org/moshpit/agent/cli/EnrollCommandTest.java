package org.moshpit.agent.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.moshpit.agent.config.Enrollment;
import org.moshpit.agent.config.Rendezvous;
import org.moshpit.agent.config.UserError;
import org.moshpit.agent.control.AgentStatus;
import org.moshpit.agent.link.LinkFailure;
import org.moshpit.common.wire.HostPort;
import org.moshpit.common.wire.Link;
import org.moshpit.common.wire.SpkiPin;
import org.moshpit.common.wire.proto.RefusalCode;

class EnrollCommandTest {
  private static Rendezvous rendezvous(String host, String pins) {
    return new Rendezvous(
        HostPort.parse(host, Link.DEFAULT_PORT),
        pins == null ? List.of() : Stream.of(pins.split("")).map(EnrollCommandTest::pin).toList(),
        List.of());
  }

  private static SpkiPin pin(String letter) {
    byte[] hash = new byte[32];
    hash[0] = (byte) letter.charAt(0);
    return SpkiPin.ofHash(hash);
  }

  private static UserError taken(String name) {
    return new LinkFailure.Refused(
            rendezvous("pit.example", "A"),
            RefusalCode.NAME_TAKEN,
            "The name " + name + " is enrolled already; choose another.")
        .asError();
  }

  private static AgentStatus machine(String name, String rendezvous) {
    return new AgentStatus(
        true, null, null, "none", "none", "random", null, name, rendezvous, List.of());
  }

  /** To revoke it would be to ban that agent. */
  @Test
  void aNameThatRootsAgentHereHasIsSaidToBeIts() {
    Optional<AgentStatus> root = Optional.of(machine("box", "pit.example:3478"));
    assertThat(EnrollCommand.takenHere(taken("box"), rendezvous("pit.example", "A"), root))
        .map(UserError::sentence)
        .hasValue(
            "that name is taken at pit.example:3478, by root's agent on this machine; two agents on"
                + " one machine need two names: choose another with --name");
    assertThat(EnrollCommand.takenHere(taken("den"), rendezvous("pit.example", "A"), root))
        .isEmpty();
    assertThat(EnrollCommand.takenHere(taken("box"), rendezvous("other.example", "A"), root))
        .isEmpty();
    assertThat(
            EnrollCommand.takenHere(taken("box"), rendezvous("pit.example", "A"), Optional.empty()))
        .isEmpty();
    assertThat(taken("box").sentence())
        .isEqualTo(
            "that name is taken at pit.example:3478; choose another with --name (without it, it is"
                + " the short host name) if the agent that has it is in use, else free it with"
                + " rendezvous-server revoke, there");
  }

  @ParameterizedTest
  @CsvSource({
    "pit.example,   A,  pit.example,   A,  true",
    "pit.example,   A,  192.0.2.1:99,  A,  true", // moved, with its key
    "pit.example,   AB, pit.example,   A,  true", // rotated
    "pit.example,   A,  pit.example,   BA, true",
    "pit.example,   A,  pit.example,   B,  false",
    "pit.example,   AB, pit.example,   CD, false",
    "pit.example,   ,   pit.example,   ,   true",
    "pit.example,   ,   other.example, ,   false",
    "pit.example,   ,   pit.example:7, ,   false",
    "pit.example,   A,  pit.example,   ,   true", // it has a certificate now
    "pit.example,   ,   pit.example,   A,  true",
    "pit.example,   A,  other.example, ,   false",
    "pit.example,   ,   other.example, A,  false",
  })
  void theSameRendezvousIsByItsPinsElseByItsHost(
      String host, String pins, String nowHost, String nowPins, boolean same) {
    assertThat(EnrollCommand.sameRendezvous(rendezvous(host, pins), rendezvous(nowHost, nowPins)))
        .isEqualTo(same);
  }

  /** Whoever typed sudo before it is told by the next command otherwise that nobody is enrolled. */
  @Test
  void aLaptopThatRootEnrolledIsRootsAlone() {
    String next = "Next, on a laptop: agent connect NAME";
    assertThat(NextSteps.onLaptop(Enrollment.Role.LAPTOP, false)).containsExactly(next);
    assertThat(NextSteps.onLaptop(Enrollment.Role.BOTH, true)).containsExactly(next);
    assertThat(NextSteps.onLaptop(Enrollment.Role.BOX, true)).isEmpty();
    assertThat(NextSteps.onLaptop(Enrollment.Role.LAPTOP, true))
        .containsExactly(
            next,
            "This enrollment is root's: whoever connects as somebody else runs agent enroll - as"
                + " that user, with a join URL of its own.");
  }
}
