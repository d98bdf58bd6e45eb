package org.moshpit.agent.control;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.OptionalLong;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Against a /proc of the test's own, whose processes all belong to whoever runs it. */
class OtherAgentsTest {
  private static final String MAIN = "org.moshpit.agent.cli.Main";

  @TempDir Path proc;
  private String user;

  @BeforeEach
  void setUp() throws IOException {
    user = Files.getOwner(proc).getName();
    namespaces("self", "1", "2");
    process(1, "/sbin/init");
    process(4710, "java", "-cp", "x", MAIN, "run");
    Files.createFile(proc.resolve("version"));
  }

  private void namespaces(String process, String pid, String net) throws IOException {
    Path ns = Files.createDirectories(proc.resolve(process).resolve("ns"));
    Files.createSymbolicLink(ns.resolve("pid"), Path.of("pid:[" + pid + "]"));
    Files.createSymbolicLink(ns.resolve("net"), Path.of("net:[" + net + "]"));
  }

  private void process(int pid, String... words) throws IOException {
    Path process = Files.createDirectories(proc.resolve(Integer.toString(pid)));
    Files.writeString(process.resolve("cmdline"), String.join("\0", words) + "\0");
    Files.writeString(process.resolve("environ"), "SYSTEMD_EXEC_PID=" + pid + "\0");
    Files.writeString(process.resolve("cgroup"), "0::/user.slice/session-1.scope\n");
    namespaces(Integer.toString(pid), "1", "2");
  }

  /** 4710 is the one whose lock it is. */
  private Optional<String> sentence() throws IOException {
    return OtherAgents.sentence(OptionalLong.of(4710), proc);
  }

  @Test
  void withoutOthersNothingIsSaid() throws IOException {
    assertThat(sentence()).isEmpty();
  }

  @Test
  void anotherIsToldByItsUserItsProcessAndItsUnit() throws IOException {
    process(4711, "/usr/lib/jvm/bin/java", "-Xss256k", MAIN, "--state-dir", "x", "-v", "run");
    Files.writeString(
        proc.resolve("4711/cgroup"),
        "0::/user.slice/user-1000.slice/user@1000.service/app.slice/moshpit-agent.service\n");
    assertThat(sentence())
        .contains(
            "Another agent runs here, whose sessions are not listed: "
                + user
                + "'s (process 4711, moshpit-agent.service)."
                + " Run as its user, agent sessions lists them.");
  }

  @Test
  void ofManySomeAreToldAndHowManyMoreThereAre() throws IOException {
    for (int pid = 5000; pid < 5007; pid++) {
      process(pid, "java", MAIN, "run");
    }
    assertThat(sentence().orElseThrow())
        .startsWith("Other agents run here, whose sessions are not listed: " + user + "'s (process")
        .contains(" and 2 more. ");
    assertThat(sentence().orElseThrow().split("process", -1)).hasSize(6);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "java;" + MAIN + ";connect;box;--;run",
        "java;" + MAIN + ";--state-dir;run;status",
        "java;" + MAIN,
        "java;other.Main;run",
        "",
      })
  void whatIsNoAgentIsNot(String commandLine) throws IOException {
    process(4711, commandLine.split(";", -1));
    assertThat(sentence()).isEmpty();
  }

  @Test
  void oneInAContainerIsThatMachines() throws IOException {
    process(4711, "java", MAIN, "run");
    Path net = proc.resolve("4711/ns/net");
    Files.delete(net);
    Files.createSymbolicLink(net, Path.of("net:[3]"));
    assertThat(sentence()).isEmpty();
  }

  /** The name of a control group is its user's to choose. */
  @Test
  void aUnitThatIsNoneIsNotTold() throws IOException {
    process(4711, "java", MAIN, "run");
    Files.writeString(proc.resolve("4711/cgroup"), "0::/user.slice/\u001b[2Jx.service\n");
    assertThat(sentence().orElseThrow()).contains("(process 4711).");
  }
}
