package org.moshpit.agent.link;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.moshpit.agent.config.ExitCode;
import org.moshpit.agent.config.Rendezvous;
import org.moshpit.agent.config.UserError;
import org.moshpit.common.wire.HostPort;
import org.moshpit.common.wire.proto.RefusalCode;

class LinkFailureTest {
  private static final Rendezvous PIT =
      new Rendezvous(HostPort.parse("pit.example", 3478), List.of(), List.of());

  @Test
  void everyFailureHasItsOwnPlainSentence() {
    List<LinkFailure> all = new ArrayList<>();
    for (RefusalCode code : RefusalCode.values()) {
      if (code != RefusalCode.UNRECOGNIZED) {
        all.add(new LinkFailure.Refused(PIT, code, ""));
      }
    }
    all.add(new LinkFailure.Unreachable(PIT, "no answer"));
    all.add(new LinkFailure.WrongPin(PIT, "sha256:x"));
    all.add(new LinkFailure.Untrusted(PIT, "x"));
    all.add(new LinkFailure.NotRendezvous(PIT, "x"));
    all.add(new LinkFailure.VersionMismatch(PIT, 2, 3, 1));
    all.add(new LinkFailure.VersionMismatch(PIT, 0, 0, 1));
    all.add(new LinkFailure.Lost(PIT, "x"));
    assertThat(all.stream().map(LinkFailure::sentence)).doesNotHaveDuplicates();
    assertThat(all)
        .allSatisfy(
            failure -> {
              assertThat(failure.sentence()).matches("[a-z][^\n]{20,}[^.\n]");
              assertThat(failure.asError().exitCode()).isEqualTo(ExitCode.RENDEZVOUS);
            });
  }

  @Test
  void whoEnrollsHearsThatNobodyAnswered() {
    assertThat(new LinkFailure.Unreachable(PIT, "no answer").asError())
        .hasCauseInstanceOf(UnreachableError.class);
    assertThat(new LinkFailure.Lost(PIT, "x").asError()).hasNoCause();
  }

  @ParameterizedTest
  @EnumSource(RefusalCode.class)
  void onlyWhatTimeMendsIsTriedAgainSoon(RefusalCode code) {
    boolean mends =
        switch (code) {
          case BUSY, SHUTTING_DOWN, TIMEOUT, MALFORMED, REFUSAL_UNSPECIFIED, UNRECOGNIZED -> true;
          default -> false;
        };
    assertThat(new LinkFailure.Refused(PIT, code, "").transientFailure()).isEqualTo(mends);
  }

  @Test
  void theOtherEndsWordsCannotPaintTheTerminal() {
    String sentence =
        new LinkFailure.Refused(
                PIT, RefusalCode.ROLE, "\u001b[2Jno\r\nboxes\u009b31m" + "x".repeat(999))
            .sentence();
    assertThat(sentence).contains("[2Jno boxes 31m").doesNotContainPattern("\\p{Cntrl}");
    assertThat(sentence.length()).isLessThan(400);
  }

  @ParameterizedTest
  @CsvSource({"true", "false"})
  void aKeyThatCannotBeHadIsTheOwnFilesProblem(boolean said) {
    Exception cause =
        said ? new UserError(ExitCode.USAGE, "the link key is damaged") : new Exception("x");
    UserError error = new LinkFailure.NoKey(cause).asError();
    assertThat(error.exitCode()).isEqualTo(said ? ExitCode.USAGE : ExitCode.FAILURE);
    assertThat(new LinkFailure.NoKey(cause).transientFailure()).isFalse();
  }

  @Test
  void theRendezvousOwnWordsArePartOfTheSentence() {
    for (String detail :
        List.of(
            "This agent's invite lets it be connected to, not connect.",
            "its invite lets it be connected to, not connect")) {
      assertThat(RefusalSentences.of(PIT, RefusalCode.ROLE, detail))
          .isEqualTo(
              "this agent's enrollment does not allow that ("
                  + Character.toLowerCase(detail.charAt(0))
                  + (detail.endsWith(".")
                      ? detail.substring(1, detail.length() - 1)
                      : detail.substring(1))
                  + "); enroll it with a join URL of another role");
    }
  }
}
