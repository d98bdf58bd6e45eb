package org.moshpit.deploy.link;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.moshpit.deploy.link.Programs.Outcome;

class EnrollmentTest {
  // One rendezvous for all: each test has names of its own.
  @TempDir static Path dir;
  private static Programs programs;

  @BeforeAll
  static void start() throws Exception {
    programs = new Programs(dir);
    programs.startRendezvous();
  }

  @AfterAll
  static void stop() throws Exception {
    programs.stop();
  }

  private static String invite(String... options) throws Exception {
    String[] arguments = new String[options.length + 1];
    arguments[0] = "invite";
    System.arraycopy(options, 0, arguments, 1, options.length);
    Outcome outcome = programs.rendezvous(arguments);
    assertThat(outcome.exit()).as(outcome.err()).isZero();
    assertThat(outcome.out().lines()).hasSize(1);
    return outcome.out().strip();
  }

  private static void refused(Outcome outcome, int exit, String words) {
    assertThat(outcome.exit()).isEqualTo(exit);
    assertThat(outcome.err()).startsWith("agent: ").contains(words);
    assertThat(outcome.err().lines()).hasSize(1);
    assertThat(outcome.out()).isEmpty();
  }

  @Test
  void anInvitationIsGoodOnceThenRevokedThenReplaced() throws Exception {
    String url = invite("--name", "den");
    Outcome enrolled = programs.agent("den", "enroll", url);
    assertThat(enrolled.err()).isEmpty();
    assertThat(enrolled.out()).contains("Enrolled as den at ", "SHA256:");
    assertThat(enrolled.out())
        .containsPattern("(?m)^rendezvous +ok, TCP to 127\\.0\\.0\\.1:" + programs.port() + "$")
        .containsPattern("(?m)^UDP " + programs.port() + " +ok$")
        .containsPattern("(?m)^UDP " + (programs.port() + 1) + " +ok$")
        .containsPattern("(?m)^clock +ok$");
    assertThat(programs.agent("den", "list").exit()).isZero();
    assertThat(programs.rendezvous("agents").out()).contains("den");

    refused(programs.agent("other", "enroll", url), 12, "has been used up");
    Outcome looked = programs.agent("den", "enroll", url);
    assertThat(looked.exit()).as(looked.err()).isZero();
    assertThat(looked.out()).startsWith("Enrolled already as den at ").contains("CHECKED");
    refused(programs.agent("other", "enroll", invite(), "--name", "den"), 12, "that name is taken");
    assertThat(Files.exists(programs.config("other").resolve("rendezvous"))).isFalse();

    assertThat(programs.rendezvous("revoke", "den").exit()).isZero();
    refused(programs.agent("den", "list"), 12, "was revoked");
    Outcome again = programs.agent("den", "enroll", invite("--name", "den"));
    assertThat(again.out()).contains("This replaces the enrollment as den", "Enrolled as den");
    assertThat(programs.agent("den", "list").exit()).isZero();
  }

  @Test
  void everyWayAnInvitationCanBeWrongHasItsSentence() throws Exception {
    String url = invite("--name", "nook");
    refused(programs.agent("x", "enroll", url, "--name", "cave"), 12, "is for the name nook");
    refused(programs.agent("x", "enroll", url.substring(0, url.length() - 3)), 2, "damaged");
    String strange = url.substring(0, url.indexOf("&token=")) + "&token=AAAAAAAAAAAAAAAAAAAAAA";
    refused(programs.agent("x", "enroll", strange), 12, "does not know this join URL");
    String otherPin = url.replaceFirst("pin=sha256:.{43}", "pin=sha256:" + "A".repeat(43));
    refused(programs.agent("x", "enroll", otherPin), 12, "check the join URL");
    programs.killRendezvous();
    Outcome unreached = programs.agent("x", "enroll", url);
    assertThat(unreached.exit()).isEqualTo(12);
    assertThat(unreached.err()).hasLineCount(1).contains("cannot be reached (connection refused)");
    assertThat(unreached.out())
        .containsPattern("(?m)^TCP to 127\\.0\\.0\\.1:" + programs.port() + " +connection refused$")
        .containsPattern("(?m)^UDP to 127\\.0\\.0\\.1:" + programs.port() + " +no answer$")
        .contains("see that rendezvous-server runs");
    programs.startRendezvous();
    assertThat(programs.agent("x", "enroll", url).exit()).isZero();
  }

  @Test
  void withoutANameTheAgentTakesItsHosts() throws Exception {
    Outcome outcome = programs.agent("y", "enroll", invite());
    assertThat(outcome.err()).isEmpty();
    assertThat(outcome.exit()).isZero();
    assertThat(outcome.out()).containsPattern("Enrolled as [a-z0-9-]+ at 127.0.0.1:");
  }

  /** Whoever pastes a join URL once more, and forgets the name of the first time, keeps it. */
  @Test
  void withoutANameAnAgentThatIsKnownKeepsTheOneItHas() throws Exception {
    assertThat(programs.agent("z", "enroll", invite(), "--name", "zed").exit()).isZero();
    Outcome again = programs.agent("z", "enroll", invite());
    assertThat(again.err()).isEmpty();
    assertThat(again.out()).startsWith("Enrolled already as zed at ").contains("CHECKED");
    assertThat(programs.rendezvous("agents").out()).containsOnlyOnce("zed");
  }

  @Test
  void aBoxMayNotListAndALaptopSeesWhatItWasShown() throws Exception {
    programs.agent("attic", "enroll", invite("--name", "attic", "--role", "box"));
    refused(programs.agent("attic", "list"), 12, "does not allow that");
    programs.agent("lap", "enroll", invite("--name", "lap", "--role", "laptop", "--sees", "attic"));
    Outcome list = programs.agent("lap", "list", "--json");
    assertThat(list.out()).startsWith("[{\"name\":\"attic\",\"online\":false,\"observed\":null,");
  }
}
