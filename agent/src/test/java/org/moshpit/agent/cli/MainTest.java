package org.moshpit.agent.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import io.netty.channel.Channel;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.moshpit.agent.auth.HostKey;
import org.moshpit.agent.config.AgentPaths;
import org.moshpit.agent.config.Enrollment;
import org.moshpit.agent.config.StateLock;
import org.moshpit.agent.link.FakeRendezvous;
import org.moshpit.common.wire.JoinUrl;
import org.moshpit.common.wire.SpkiPin;
import org.moshpit.common.wire.proto.Box;
import org.moshpit.common.wire.proto.Boxes;
import org.moshpit.common.wire.proto.ClientFrame;
import org.moshpit.common.wire.proto.Enrolled;
import org.moshpit.common.wire.proto.NatReport;
import org.moshpit.common.wire.proto.Observed;
import org.moshpit.common.wire.proto.RefusalCode;
import org.moshpit.common.wire.proto.Role;
import org.moshpit.common.wire.proto.ServerFrame;

class MainTest {
  private record Outcome(int exit, String out, String err) {}

  @TempDir Path dir;

  private Outcome agent(String... args) {
    return agentWith("", args);
  }

  private Outcome agentWith(String stdin, String... args) {
    List<String> all = new ArrayList<>(List.of(args));
    all.addAll(List.of("--config-dir", dir + "/config", "--state-dir", dir + "/state"));
    return bare(stdin, all.toArray(String[]::new));
  }

  private static Outcome bare(String stdin, String... args) {
    InputStream in = System.in;
    PrintStream out = System.out;
    PrintStream err = System.err;
    ByteArrayOutputStream newOut = new ByteArrayOutputStream();
    ByteArrayOutputStream newErr = new ByteArrayOutputStream();
    try {
      System.setIn(new ByteArrayInputStream(stdin.getBytes(StandardCharsets.UTF_8)));
      System.setOut(new PrintStream(newOut, true, StandardCharsets.UTF_8));
      System.setErr(new PrintStream(newErr, true, StandardCharsets.UTF_8));
      int exit = Main.run(args);
      return new Outcome(
          exit, newOut.toString(StandardCharsets.UTF_8), newErr.toString(StandardCharsets.UTF_8));
    } finally {
      System.setIn(in);
      System.setOut(out);
      System.setErr(err);
    }
  }

  private Enrollment enrollment() {
    return Enrollment.require(new AgentPaths(dir.resolve("config"), dir.resolve("state")));
  }

  @Test
  void withoutACommandTheHelpIsShownAndItIsUsage() {
    Outcome outcome = bare("");
    assertThat(outcome.exit()).isEqualTo(2);
    assertThat(outcome.err()).contains("Usage: agent", "enroll", "list", "status");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "enroll",
        "run",
        "connect",
        "list",
        "ping",
        "netcheck",
        "status",
        "sessions",
        "kill",
        "forget"
      })
  void everyCommandHasHelpThatNamesTheSharedOptions(String command) {
    Outcome outcome = bare("", command, "--help");
    assertThat(outcome.exit()).isZero();
    assertThat(outcome.out()).contains("Usage: agent " + command, "--config-dir", "--state-dir");
  }

  @ParameterizedTest
  @CsvSource({
    "dance,                 Unmatched argument",
    "list --jason,          Unknown option",
    "enroll,                Missing required parameter",
    "list --config-dir,     Missing required parameter",
  })
  void wrongUsageIsOneSentenceAndExitTwo(String line, String words) {
    Outcome outcome = bare("", line.split(" ", -1));
    assertThat(outcome.exit()).isEqualTo(2);
    assertThat(outcome.err()).startsWith("agent: ").contains("--help").doesNotContain("\tat ");
  }

  @Test
  void whoEnrollsWithoutAJoinUrlIsToldHowToGiveIt() {
    assertThat(bare("", "enroll").err())
        .startsWith(
            "agent: Missing required parameter: 'JOIN-URL|-'; agent enroll - asks for it\nTry ");
    assertThat(bare("", "enroll", "--name").err()).doesNotContain("asks for it");
  }

  @Test
  void aJoinUrlThatTheShellCutIsToldSoOnlyWhereThereIsAShell() {
    assertThat(agent("enroll", "moshpit://pit/?pin=sha256:" + "a".repeat(43)).err())
        .isEqualTo(
            "agent: the join URL has no token; put it in quotes, or the shell cuts it at the"
                + " '&'\n");
  }

  @Test
  void wrongUsageHasNoStackTraceEvenWithV() {
    assertThat(bare("", "connect", "-v", "--via", "box").err()).doesNotContain("\tat ");
    assertThat(agent("connect", "-v", "BOX").err())
        .isEqualTo(
            "agent: BOX cannot be the name of a box: names are of lower-case letters (a-z), digits"
                + " and inner hyphens; 'agent list' shows those there are\n");
  }

  /** What people type who know mosh. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "-p 60001 box   | '-p'; there is no port to choose here: the box takes one from ports in"
            + " its agent.conf",
        "-p60001 box    | '-p60001'; there is no port to choose here: the box takes one from ports"
            + " in its agent.conf",
        "--port=6 box   | '--port=6'; there is no port to choose here: the box takes one from ports"
            + " in its agent.conf",
        "-p 6 box -- ls | '-p'; there is no port to choose here: the box takes one from ports in"
            + " its agent.conf",
        "--ssh=ssh box  | '--ssh=ssh'; no ssh is run, so there is none to choose; a key is named"
            + " with -i FILE",
      })
  void whatMoshHasAndThisHasNot(String words, String said) {
    List<String> line = new java.util.ArrayList<>(List.of("connect"));
    line.addAll(List.of(words.split(" ", -1)));
    assertThat(agent(line.toArray(String[]::new)).err())
        .startsWith("agent: Unknown option: " + said + "\nTry ");
  }

  /** What follows an option that there is not is no option. */
  @Test
  void anUnknownOptionIsNamedAlone() {
    assertThat(bare("", "list", "--via", "box").err())
        .startsWith("agent: Unknown option: '--via'\nTry ");
    assertThat(bare("", "connect", "--via", "box", "attic").err())
        .startsWith("agent: Unknown option: '--via'; what is to run on the box goes after --\n");
    assertThat(bare("", "list", "more").err()).startsWith("agent: Unmatched argument");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "sessions           | 1 | no agent runs here",
        "kill 5f            | 1 | no agent runs here",
        "kill 5F01          | 1 | no agent runs here",
        "kill               | 2 | name one session",
        "kill 5f --key x    | 2 | name one session",
        "kill --key MD5:aa  | 2 | --key: a fingerprint is SHA256:",
        "kill box           | 2 | box is not a session's name",
        "status --watch     | 2 | --watch needs a terminal",
        "sessions --watch   | 2 | --watch needs a terminal",
        "status --watch --json | 2 | --watch is for people",
        "connect -i /nonexistent/key box | 2 | -i: /nonexistent/key does not exist",
        "connect -i /etc/passwd box | 2 | -i: /etc/passwd is not a usable key",
        "ping -i /etc/passwd box | 2 | -i: /etc/passwd is not a usable key",
      })
  void whatTheSessionCommandsCannotDoIsOneSentence(String line, int exit, String words) {
    Outcome outcome = agent(line.split(" ", -1));
    assertThat(outcome.exit()).isEqualTo(exit);
    assertThat(outcome.err()).startsWith("agent: " + words).hasLineCount(1);
    assertThat(outcome.out()).isEmpty();
  }

  /** As a reload asks, before it tells the daemon to read them. */
  @Test
  void settingsCanBeCheckedWithoutRunning() throws Exception {
    assertThat(agent("run", "--check-config")).isEqualTo(new Outcome(0, "", ""));

    Path conf = Files.createDirectories(dir.resolve("config")).resolve("agent.conf");
    Files.writeString(conf, "log-level = loud\n");
    Outcome wrong = agent("run", "--check-config");
    assertThat(wrong.exit()).isEqualTo(2);
    assertThat(wrong.err()).startsWith("agent: " + conf + ":1").hasLineCount(1);

    Files.writeString(conf, "metrics = 127.0.0.1:1\nmetrics-token-file = /nonexistent\n");
    Outcome noToken = agent("run", "--check-config");
    assertThat(noToken.exit()).isEqualTo(2);
    assertThat(noToken.err()).startsWith("agent: the metrics-token-file /nonexistent");

    Files.writeString(conf, "host-key = /nonexistent/key\n");
    Outcome noKey = agent("run", "--check-config");
    assertThat(noKey.exit()).isEqualTo(2);
    assertThat(noKey.err())
        .startsWith(
            "agent: the box's keys cannot be had: /nonexistent/key is not a usable host key")
        .hasLineCount(1);

    Path key = dir.resolve("host-key");
    HostKey.openOrCreate(key, "a box");
    Files.writeString(conf, "host-key = " + key + "\n");
    assertThat(agent("run", "--check-config")).isEqualTo(new Outcome(0, "", ""));
  }

  @Test
  void anEmptyNameIsNoSession() {
    assertThat(agent("kill", "").exit()).isEqualTo(2);
    assertThat(agent("kill", "").err()).startsWith("agent: name one session").hasLineCount(1);
  }

  @Test
  void helpAndVersionAreAskedForEitherWay() {
    assertThat(bare("", "help")).isEqualTo(bare("", "--help"));
    assertThat(bare("", "help", "ping")).isEqualTo(bare("", "ping", "--help"));
    assertThat(bare("", "help", "help").out()).contains("Usage: agent help");
    assertThat(bare("", "-V")).isEqualTo(bare("", "--version"));
    assertThat(bare("", "-V").out()).startsWith("agent ");
    Outcome unknown = bare("", "help", "dance");
    assertThat(unknown.exit()).isEqualTo(2);
    assertThat(unknown.err()).startsWith("agent: there is no command dance");
  }

  @Test
  void whatTheBoxIsToRunStandsBehindTwoHyphens() {
    Outcome outcome = agent("connect", "box", "ls", "-l");
    assertThat(outcome.exit()).isEqualTo(2);
    assertThat(outcome.err()).contains("what is to run on the box goes after --");
    assertThat(bare("", "help", "connect").out()).contains("comes after --");
  }

  @Test
  void sharedOptionsMayStandBeforeTheCommand() {
    Outcome outcome = bare("", "--config-dir", dir.toString(), "list");
    assertThat(outcome.exit()).isEqualTo(2);
    assertThat(outcome.err())
        .isEqualTo(
            "agent: this agent is not enrolled yet (there is nothing of it in "
                + dir
                + "); run: agent enroll -\n");
  }

  /** On a laptop there is none, and nothing is wrong with its sessions. */
  @Test
  void withoutAnAgentTheStatusSaysWhoseSessionsItWouldShow() {
    Outcome outcome = agent("status");
    assertThat(outcome.exit()).isEqualTo(1);
    assertThat(outcome.out()).isEmpty();
    assertThat(outcome.err())
        .hasLineCount(1)
        .contains(
            "a laptop needs none",
            "sessions that agent connect opened from here are not listed",
            "on a box, enroll it first");
    assertThat(agent("status", "--json")).isEqualTo(outcome);
  }

  @Test
  void aStackTraceOnlyWithV() {
    assertThat(agent("status").err())
        .startsWith("agent: no agent runs here (")
        .doesNotContain("\tat ");
    Outcome verbose = agent("status", "-v");
    assertThat(verbose.exit()).isEqualTo(1);
    assertThat(verbose.err()).startsWith("agent: no agent runs here (").contains("\tat ");
  }

  @Test
  void enrollsAndRemembers() throws Exception {
    try (FakeRendezvous pit = new FakeRendezvous()) {
      Outcome outcome = agent("enroll", pit.joinUrl().format(), "--name", "den");
      assertThat(outcome.err()).isEmpty();
      assertThat(outcome.exit()).isZero();
      assertThat(outcome.out()).contains("Enrolled as den at 127.0.0.1:" + pit.port() + ".\n");
      assertThat(outcome.out()).doesNotContain("replaces");
      String fingerprint =
          HostKey.open(dir.resolve("config/host_ed25519")).fingerprint().toString();
      assertThat(outcome.out()).contains("\n  " + fingerprint + "\n");
      assertThat(outcome.out()).contains("agent run", "agent connect");
      assertThat(outcome.out())
          .containsPattern("(?s)^Enrolled as den at .*agent connect NAME\n\nCHECKED +FOUND\n")
          .containsPattern("(?m)^rendezvous +ok, TCP to 127\\.0\\.0\\.1:" + pit.port() + "$")
          .containsPattern("(?m)^clock +ok")
          .containsPattern("(?m)^mosh-server +")
          .containsPattern("(?m)^authorized_keys +")
          .containsPattern("(?m)^SSH key +");
      assertThat(enrollment().name()).isEqualTo("den");
      assertThat(enrollment().rendezvous()).isEqualTo(pit.address());
      for (String file : List.of("rendezvous", "link_ed25519")) {
        assertThat(
                PosixFilePermissions.toString(
                    Files.getPosixFilePermissions(dir.resolve("config").resolve(file))))
            .isEqualTo("rw-------");
      }
      assertThat(Files.readString(dir.resolve("config/rendezvous"))).doesNotContain("token");
    }
  }

  @Test
  void enrollingAgainReplacesAndSaysSo() throws Exception {
    try (FakeRendezvous first = new FakeRendezvous();
        FakeRendezvous second = new FakeRendezvous()) {
      agent("enroll", first.joinUrl().format(), "--name", "den");
      byte[] key = Files.readAllBytes(dir.resolve("config/link_ed25519"));
      Outcome again = agent("enroll", second.joinUrl().format(), "--name", "cave");
      assertThat(again.exit()).isZero();
      assertThat(again.out())
          .contains("This replaces the enrollment as den at 127.0.0.1:" + first.port())
          .contains("Enrolled as cave");
      assertThat(enrollment().name()).isEqualTo("cave");
      assertThat(dir.resolve("config/link_ed25519")).binaryContent().isNotEqualTo(key);
    }
  }

  @Test
  void enrollingElsewhereWithSessionsOpenIsSaidBeforehand() throws Exception {
    try (FakeRendezvous first = new FakeRendezvous();
        FakeRendezvous second = new FakeRendezvous()) {
      agent("enroll", first.joinUrl().format(), "--name", "den");
      twoSessionsAreOpen();

      Outcome again = agent("enroll", second.joinUrl().format(), "--name", "den");

      assertThat(again.exit()).isZero();
      assertThat(again.err())
          .startsWith("agent: 2 sessions are open on this box; once its agent is restarted")
          .contains("den at 127.0.0.1:" + first.port())
          .hasLineCount(1);
      assertThat(again.out()).contains("This replaces the enrollment as den");
    }
  }

  private void twoSessionsAreOpen() throws IOException {
    Path sessions = Files.createDirectories(dir.resolve("state/sessions"));
    Files.writeString(sessions.resolve("0".repeat(32)), "");
    Files.writeString(sessions.resolve("a".repeat(32)), "");
    Files.writeString(sessions.resolve("b".repeat(32) + ".damaged"), "");
  }

  /** What the invitation calls it is known with the answer only. */
  @Test
  void anotherNameWithSessionsOpenIsSaidWithTheAnswer() throws Exception {
    try (FakeRendezvous pit = new FakeRendezvous()) {
      agent("enroll", pit.joinUrl().format(), "--name", "den");
      twoSessionsAreOpen();

      Outcome same = agent("enroll", pit.joinUrl().format(), "--name", "den");
      assertThat(same.exit()).isZero();
      assertThat(same.err()).isEmpty();

      Outcome another = agent("enroll", pit.joinUrl().format());
      assertThat(another.exit()).isZero();
      assertThat(another.out()).contains("Enrolled as invited at ");
      assertThat(another.err())
          .startsWith("agent: 2 sessions are open on this box; once its agent is restarted")
          .contains("laptops that know it as den at 127.0.0.1:" + pit.port())
          .hasLineCount(1);

      Outcome renamed = agent("enroll", pit.joinUrl().format(), "--name", "attic");
      assertThat(renamed.err()).contains("laptops that know it as invited").hasLineCount(1);
    }
  }

  @Test
  void whoIsKnownKeepsTheNameAlsoWhenAPinIsGone() throws Exception {
    try (FakeRendezvous pit = new FakeRendezvous()) {
      JoinUrl url = pit.joinUrl();
      JoinUrl both =
          new JoinUrl(
              url.host(), List.of(pit.pin(), SpkiPin.ofHash(new byte[32])), List.of(), url.token());
      agent("enroll", both.format(), "--name", "den");
      pit.script(
          (channel, frame) -> {
            if (frame.hasEnroll() && frame.getEnroll().getName().isEmpty()) {
              FakeRendezvous.refuse(channel, RefusalCode.NAME_INVALID, "");
              return true;
            }
            return false;
          });
      twoSessionsAreOpen();

      Outcome outcome = agent("enroll", url.format());
      assertThat(outcome.exit()).isZero();
      assertThat(outcome.err()).isEmpty();
      assertThat(outcome.out()).contains("Enrolled as den at ");
    }
  }

  @Test
  void aBoxIsForgotten() throws Exception {
    try (FakeRendezvous pit = new FakeRendezvous()) {
      agent("enroll", pit.joinUrl().format(), "--name", "den");
      String realm = HexFormat.of().formatHex(enrollment().realm());
      String key =
          Files.readString(dir.resolve("config/host_ed25519.pub"))
              .replaceAll("^(\\S+ \\S+).*\\s*", "$1");
      Path known = dir.resolve("config/known_boxes");
      String other = "barn@" + realm + " " + key + " serial=1 noise=" + "0".repeat(64) + "\n";
      Files.writeString(known, other + other.replace("barn", "attic"));
      Files.setPosixFilePermissions(known, PosixFilePermissions.fromString("rw-------"));

      Outcome done = agent("forget", "ann@attic");

      assertThat(done.err()).isEmpty();
      assertThat(done.exit()).isZero();
      assertThat(done.out()).startsWith("Forgot attic, whose host key was SHA256:");
      assertThat(Files.readString(known)).isEqualTo(other);
      Outcome twice = agent("forget", "attic");
      assertThat(twice.exit()).isEqualTo(1);
      assertThat(twice.err()).startsWith("agent: no box attic is known here").hasLineCount(1);
      assertThat(agent("forget", "No_Box").exit()).isEqualTo(2);
    }
  }

  @Test
  void aLaptopNeedsNoHostKey() throws Exception {
    try (FakeRendezvous pit = new FakeRendezvous()) {
      pit.script(
          (channel, frame) -> {
            FakeRendezvous.send(
                channel,
                ServerFrame.newBuilder()
                    .setEnrolled(
                        Enrolled.newBuilder()
                            .setName("lap")
                            .setRegistration(
                                FakeRendezvous.registration().toBuilder()
                                    .clearStun()
                                    .setRole(Role.LAPTOP_ONLY))));
            return true;
          });
      assertThat(agent("enroll", pit.joinUrl().format()).out())
          .doesNotContain("Host key", "authorized_keys  ")
          .contains("\nNext, on a laptop: agent connect NAME\n")
          .containsPattern("(?m)^mosh-client +");
      assertThat(enrollment().role()).isEqualTo(Enrollment.Role.LAPTOP);
      assertThat(dir.resolve("config/host_ed25519")).doesNotExist();
    }
  }

  @Test
  void aHostKeyThatCannotBeHadDoesNotUndoTheEnrollment() throws Exception {
    try (FakeRendezvous pit = new FakeRendezvous()) {
      Path config = Files.createDirectory(dir.resolve("config"));
      Files.setPosixFilePermissions(config, PosixFilePermissions.fromString("rwx------"));
      Files.writeString(config.resolve("agent.conf"), "host-key = /nonexistent/key\n");
      Outcome outcome = agent("enroll", pit.joinUrl().format());
      assertThat(outcome.exit()).isEqualTo(1);
      assertThat(outcome.err()).startsWith("agent: this agent is enrolled, but there is no host");
      assertThat(outcome.out()).contains("\nCHECKED ");
      assertThat(enrollment().name()).isEqualTo("invited");
    }
  }

  @Test
  void theJoinUrlMayComeFromStdin() throws Exception {
    try (FakeRendezvous pit = new FakeRendezvous()) {
      Outcome outcome = agentWith("\n  " + pit.joinUrl().format() + "\n", "enroll", "-");
      assertThat(outcome.exit()).isZero();
      assertThat(enrollment().name()).isEqualTo("invited");
    }
  }

  @Test
  void withoutANameTheInvitationsThenTheHostsIsTaken() throws Exception {
    try (FakeRendezvous pit = new FakeRendezvous()) {
      pit.script(
          (channel, frame) -> {
            if (frame.hasEnroll() && frame.getEnroll().getName().isEmpty()) {
              FakeRendezvous.refuse(channel, RefusalCode.NAME_INVALID, "");
              return true;
            }
            return false;
          });
      Outcome outcome = agent("enroll", pit.joinUrl().format());
      assertThat(outcome.exit()).isZero();
      List<ClientFrame> frames = pit.received();
      assertThat(frames.get(1).getEnroll().getLinkKey())
          .isEqualTo(frames.get(0).getEnroll().getLinkKey());
      assertThat(enrollment().name()).isEqualTo(frames.get(1).getEnroll().getName());
    }
  }

  @Test
  void anAnswerThatWasLostIsAskedForAgainWithTheSameKey() throws Exception {
    try (FakeRendezvous pit = new FakeRendezvous()) {
      pit.script(
          (channel, frame) -> {
            channel.close();
            return true;
          });
      assertThat(agent("enroll", pit.joinUrl().format(), "--name", "den").exit()).isEqualTo(12);
      pit.script((channel, frame) -> false);
      assertThat(agent("enroll", pit.joinUrl().format(), "--name", "den").exit()).isZero();
      List<ByteString> keys =
          pit.received().stream().map(frame -> frame.getEnroll().getLinkKey()).toList();
      assertThat(keys).hasSize(2);
      assertThat(keys.get(1)).isEqualTo(keys.get(0));
      try (var left = Files.list(dir.resolve("config"))) {
        assertThat(left.map(path -> path.getFileName().toString()))
            .doesNotContain("link_ed25519.new");
      }
    }
  }

  @ParameterizedTest
  @CsvSource({
    "TOKEN_UNKNOWN, does not know this join URL",
    "TOKEN_EXPIRED, has expired",
    "TOKEN_USED,    has been used up",
    "TOKEN_NAME,    for another name",
    "NAME_TAKEN,    name is taken",
    "REVOKED,       was revoked",
    "BUSY,          is busy",
  })
  void eachRefusalHasItsSentenceAndLeavesTheOldEnrollment(RefusalCode code, String words)
      throws Exception {
    try (FakeRendezvous pit = new FakeRendezvous()) {
      agent("enroll", pit.joinUrl().format(), "--name", "den");
      byte[] key = Files.readAllBytes(dir.resolve("config/link_ed25519"));
      pit.script(refuseAll(code));
      Outcome outcome = agent("enroll", pit.joinUrl().format(), "--name", "cave");
      assertThat(outcome.exit()).isEqualTo(12);
      assertThat(outcome.err()).startsWith("agent: ").contains(words);
      assertThat(outcome.err().lines()).hasSize(1);
      assertThat(enrollment().name()).isEqualTo("den");
      assertThat(dir.resolve("config/link_ed25519")).hasBinaryContent(key);
    }
  }

  private static FakeRendezvous.Script refuseAll(RefusalCode code) {
    return (Channel channel, ClientFrame frame) -> {
      FakeRendezvous.refuse(channel, code, "");
      return true;
    };
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "https://example.org/",
        "moshpit://pit.example/",
        "moshpit://pit.example/?token=short",
        "moshpit:///?token=AAAAAAAAAAAAAAAAAAAAAA",
        "moshpit://pit.example/?pin=sha256:x&token=AAAAAAAAAAAAAAAAAAAAAA",
        "",
      })
  void aGarbledUrlIsUsageAndNothingIsMade(String url) {
    Outcome outcome = agent("enroll", url);
    assertThat(outcome.exit()).isEqualTo(2);
    assertThat(outcome.err()).startsWith("agent: ").doesNotContain("AAAAAA", "short");
    assertThat(outcome.err().lines()).hasSize(1);
    assertThat(dir.resolve("config")).doesNotExist();
  }

  @Test
  void aNameThatIsNoneIsUsage() throws Exception {
    try (FakeRendezvous pit = new FakeRendezvous()) {
      Outcome outcome = agent("enroll", pit.joinUrl().format(), "--name", "Den_1");
      assertThat(outcome.exit()).isEqualTo(2);
      assertThat(outcome.err()).contains("the name Den_1 cannot be used");
      assertThat(pit.connections()).isZero();
    }
  }

  @Test
  void aWrongPinAndAnAbsentRendezvousAreTwelve() throws Exception {
    String absent;
    try (FakeRendezvous pit = new FakeRendezvous()) {
      JoinUrl right = pit.joinUrl();
      JoinUrl wrong =
          new JoinUrl(
              right.host(), List.of(SpkiPin.ofHash(new byte[32])), List.of(), right.token());
      Outcome outcome = agent("enroll", wrong.format());
      assertThat(outcome.exit()).isEqualTo(12);
      assertThat(outcome.err())
          .contains("is not the pinned rendezvous", "check the join URL, or get a new one from")
          .doesNotContain("enroll again");
      absent = right.format();
    }
    Outcome outcome = agent("enroll", absent);
    assertThat(outcome.exit()).isEqualTo(12);
    assertThat(outcome.err()).contains("cannot be reached (connection refused)").hasLineCount(1);
    assertThat(outcome.out())
        .containsPattern("(?m)^TCP to 127\\.0\\.0\\.1:\\d+ +connection refused$")
        .containsPattern("(?m)^UDP to 127\\.0\\.0\\.1:\\d+ +no answer$");
  }

  private static void theNameIsTakenAtFirst(FakeRendezvous pit) {
    refusedAtFirst(pit, RefusalCode.NAME_TAKEN);
  }

  private static void refusedAtFirst(FakeRendezvous pit, RefusalCode code) {
    int[] asked = new int[1];
    pit.script(
        (channel, frame) -> {
          if (frame.hasEnroll() && asked[0]++ == 0) {
            FakeRendezvous.refuse(channel, code, "");
            return true;
          }
          return false;
        });
  }

  @Test
  void whoIsEnrolledAlreadyIsLookedAtAgain() throws Exception {
    try (FakeRendezvous pit = new FakeRendezvous()) {
      agent("enroll", pit.joinUrl().format(), "--name", "den");
      theNameIsTakenAtFirst(pit);
      Outcome outcome = agent("enroll", pit.joinUrl().format(), "--name", "den");
      assertThat(outcome.exit()).isZero();
      assertThat(outcome.out())
          .startsWith(
              "Enrolled already as den at " + pit.address() + "; nothing to do.\nHost key, shown")
          .contains(HostKey.open(dir.resolve("config/host_ed25519")).fingerprint() + "\n\nCHECKED")
          .containsPattern("(?m)^rendezvous +ok");
    }
  }

  /** It is the same rendezvous, since it knows the key that this agent has. */
  @Test
  void whoIsEnrolledAlreadyIsKnownAlsoWhereTheRendezvousHasAKeyThatNobodyWasToldOf()
      throws Exception {
    try (FakeRendezvous pit = new FakeRendezvous()) {
      agent("enroll", pit.joinUrl().format(), "--name", "den");
      Path file = dir.resolve("config/rendezvous");
      String told = Files.readString(file);
      Files.writeString(
          file, told.replaceAll("(?m)^pins=.*$", "pins=sha256:" + "A".repeat(42) + "E"));
      theNameIsTakenAtFirst(pit);

      Outcome outcome = agent("enroll", pit.joinUrl().format(), "--name", "den");

      assertThat(outcome.exit()).as(outcome.err()).isZero();
      assertThat(outcome.out())
          .startsWith(
              "Enrolled already as den at "
                  + pit.address()
                  + "; the pins of this join URL are kept from now on.\n")
          .doesNotContain("Next, on a box");
      assertThat(Files.readString(file)).isEqualTo(told);
    }
  }

  /** What runs has read the enrollment of before. */
  @Test
  void anAgentThatRunsIsToBeRestarted() throws Exception {
    try (FakeRendezvous pit = new FakeRendezvous()) {
      agent("enroll", pit.joinUrl().format(), "--name", "den");
      AgentPaths paths =
          new AgentPaths(dir.resolve("config"), Files.createDirectories(dir.resolve("state")));
      try (StateLock running = StateLock.acquire(paths)) {
        assertThat(running).isNotNull();
        Outcome again = agent("enroll", pit.joinUrl().format(), "--name", "den");
        assertThat(again.out())
            .startsWith(
                "This replaces the enrollment as den at " + pit.address() + ".\nEnrolled as den")
            .contains("\nNext, on a box: end the agent that runs here, then agent run\n");
      }
    }
  }

  /** The list is worth as much when the invitation is not good for another agent any more. */
  @ParameterizedTest
  @CsvSource({"TOKEN_USED", "TOKEN_EXPIRED"})
  void whoIsEnrolledAlreadyNeedsNoInvitationToBeLookedAt(RefusalCode code) throws Exception {
    try (FakeRendezvous pit = new FakeRendezvous()) {
      agent("enroll", pit.joinUrl().format(), "--name", "den");
      refusedAtFirst(pit, code);
      Outcome outcome = agent("enroll", pit.joinUrl().format());
      assertThat(outcome.exit()).as(outcome.err()).isZero();
      assertThat(outcome.out())
          .startsWith("Enrolled already as den at " + pit.address() + "; nothing to do.\n")
          .contains("\n\nCHECKED ");
    }
  }

  @Test
  void whoseInvitationIsForAnotherNameIsToldItOnce() throws Exception {
    try (FakeRendezvous pit = new FakeRendezvous()) {
      pit.script(
          (channel, frame) -> {
            FakeRendezvous.refuse(
                channel,
                RefusalCode.TOKEN_NAME,
                "This join URL is for the name attic; enroll without --name.");
            return true;
          });
      assertThat(agent("enroll", pit.joinUrl().format(), "--name", "cave").err())
          .isEqualTo(
              "agent: this join URL is for the name attic; leave out --name, or get a join URL for"
                  + " the name you want\n");
    }
  }

  /** A second pin is for the next TLS key: without it the link is lost with the old one. */
  @Test
  void whoIsEnrolledAlreadyKeepsThePinsOfTheNewUrl() throws Exception {
    try (FakeRendezvous pit = new FakeRendezvous()) {
      JoinUrl url = pit.joinUrl();
      SpkiPin next = SpkiPin.ofHash(new byte[32]);
      JoinUrl both = new JoinUrl(url.host(), List.of(pit.pin(), next), List.of(), url.token());
      agent("enroll", url.format(), "--name", "den");
      theNameIsTakenAtFirst(pit);
      Outcome outcome = agent("enroll", both.format());
      assertThat(outcome.exit()).isZero();
      assertThat(outcome.out()).contains("the pins of this join URL are kept from now on.");
      assertThat(enrollment().rendezvous().pins()).containsExactly(pit.pin(), next);
    }
  }

  @Test
  void listsBoxesForPeopleAndForPrograms() throws Exception {
    try (FakeRendezvous pit = new FakeRendezvous()) {
      agent("enroll", pit.joinUrl().format(), "--name", "den");
      pit.script(
          (channel, frame) -> {
            if (frame.hasList()) {
              FakeRendezvous.send(
                  channel,
                  ServerFrame.newBuilder()
                      .setBoxes(
                          Boxes.newBuilder()
                              .setRequest(frame.getList().getRequest())
                              .addBox(
                                  Box.newBuilder()
                                      .setName("attic")
                                      .setOnline(true)
                                      .setSinceMillis(1_767_322_445_000L)
                                      .setNat(
                                          NatReport.newBuilder()
                                              .setMapping("endpoint-independent")
                                              .setAllocation("preserving"))
                                      .setObserved(
                                          Observed.newBuilder()
                                              .setSocket(ByteString.copyFrom(new byte[8]))
                                              .setIp(
                                                  ByteString.copyFrom(
                                                      new byte[] {(byte) 192, 0, 2, 7}))
                                              .setPort(4242)))
                              .addBox(Box.newBuilder().setName("b"))));
              return true;
            }
            return false;
          });
      Outcome json = agent("list", "--json");
      assertThat(json.exit()).isZero();
      assertThat(json.out())
          .isEqualTo(
              "[{\"name\":\"attic\",\"online\":true,\"observed\":\"192.0.2.7:4242\","
                  + "\"mapping\":\"endpoint-independent\",\"filtering\":\"unknown\","
                  + "\"allocation\":\"preserving\",\"since\":\"2026-01-02T02:54:05Z\"},"
                  + "{\"name\":\"b\",\"online\":false,\"observed\":null,\"mapping\":\"unknown\","
                  + "\"filtering\":\"unknown\",\"allocation\":\"unknown\",\"since\":null}]\n");
      Outcome table = agent("list");
      assertThat(table.out().lines().toList())
          .hasSize(3)
          .first()
          .isEqualTo("NAME   STATE    SINCE             NAT");
      assertThat(table.out()).containsPattern("attic  online   2026-01-0[123] ..:54  endpoint-ind");
      assertThat(table.out()).endsWith("b      offline  -                 -\n");
    }
  }

  @Test
  void aRevokedAgentIsToldWhenItLists() throws Exception {
    try (FakeRendezvous pit = new FakeRendezvous()) {
      agent("enroll", pit.joinUrl().format(), "--name", "den");
      pit.script(refuseAll(RefusalCode.REVOKED));
      Outcome outcome = agent("list");
      assertThat(outcome.exit()).isEqualTo(12);
      assertThat(outcome.err()).contains("was revoked");
    }
  }

  @Test
  void aMissingLinkKeyIsTheConfigurationsFault() throws Exception {
    try (FakeRendezvous pit = new FakeRendezvous()) {
      agent("enroll", pit.joinUrl().format(), "--name", "den");
      Files.delete(dir.resolve("config/link_ed25519"));
      Outcome outcome = agent("list");
      assertThat(outcome.exit()).isEqualTo(2);
      assertThat(outcome.err()).contains("link_ed25519 is missing");
    }
  }
}
