package org.moshpit.agent.auth;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class SubprocessTest {
  private static final Duration LONG = Duration.ofSeconds(50);

  private static Subprocess.Result sh(String script, Duration limit, int max) throws IOException {
    return Subprocess.run(List.of("/bin/sh", "-c", script), limit, max);
  }

  @Test
  void outputErrorAndStatus() throws Exception {
    Subprocess.Result result = sh("echo out; echo err >&2; exit 3", LONG, 100);
    assertThat(result.exit()).isEqualTo(3);
    assertThat(result.ok()).isFalse();
    assertThat(result.text()).isEqualTo("out\n");
    assertThat(result.error()).isEqualTo("err");
  }

  @Test
  void moreThanAPipeHolds() throws Exception {
    Subprocess.Result result = sh("dd if=/dev/zero bs=65536 count=40 status=none", LONG, 1 << 22);
    assertThat(result.ok()).isTrue();
    assertThat(result.out()).hasSize(40 * 65536);
  }

  @Test
  void tooMuchIsCutAndEnded() throws Exception {
    Subprocess.Result result = sh("exec cat /dev/zero", LONG, 1000);
    assertThat(result.exit()).isEqualTo(-1);
    assertThat(result.out()).hasSize(1001);
  }

  @Test
  void tooLongIsEnded() throws Exception {
    Subprocess.Result result = sh("exec sleep 100", Duration.ofMillis(50), 1000);
    assertThat(result.exit()).isEqualTo(-1);
  }

  @Test
  void whatHasEndedIsNotTooLongWheneverItIsLookedAt(@TempDir Path dir) throws Exception {
    Path pid = dir.resolve("pid");
    Subprocess looked =
        Subprocess.start(
            List.of("/bin/sh", "-c", "echo out; echo $$ > " + pid + "; exit 3"),
            Duration.ZERO,
            100);
    Awaitility.await().until(() -> Files.exists(pid) && Files.readString(pid).endsWith("\n"));
    long ended = Long.parseLong(Files.readString(pid).strip());
    Awaitility.await().until(() -> ProcessHandle.of(ended).isEmpty());
    Subprocess.Result result = looked.await();
    assertThat(result.exit()).isEqualTo(3);
    assertThat(result.text()).isEqualTo("out\n");
  }

  @Test
  void whatItStartedEndsWithItAtItsLimit() throws Exception {
    Subprocess.Result result = sh("sleep 100 & echo $!; wait", Duration.ofSeconds(5), 1000);
    assertThat(result.exit()).isEqualTo(-1);
    long pid = Long.parseLong(result.text().strip());
    Awaitility.await().until(() -> ProcessHandle.of(pid).filter(ProcessHandle::isAlive).isEmpty());
  }

  @Test
  void aGrandchildHoldsUpNobody() throws Exception {
    Subprocess.Result result = sh("sleep 100 & echo $!", LONG, 1000);
    assertThat(result.ok()).isTrue();
    long pid = Long.parseLong(result.text().strip());
    ProcessHandle.of(pid).ifPresent(ProcessHandle::destroy);
  }

  @Test
  void inputIsWrittenAndNothingOfOursInherited() throws Exception {
    Subprocess.Result result =
        Subprocess.start(
                List.of("/bin/sh", "-c", "cat; env"),
                "in\n".getBytes(StandardCharsets.UTF_8),
                LONG,
                1000)
            .await();
    assertThat(result.text()).startsWith("in\n").contains("LC_ALL=C").doesNotContain("HOME=");
    assertThat(Subprocess.start(List.of("/bin/true"), new byte[60_000], LONG, 1000).await().ok())
        .isTrue();
  }

  @Test
  void programsThatAreNotThere() {
    assertThat(Subprocess.find("no-such-program-here")).isEmpty();
    assertThatThrownBy(() -> Subprocess.require("no-such-program-here"))
        .isInstanceOf(IOException.class)
        .hasMessage("no-such-program-here is not installed");
    assertThat(Subprocess.find("sh")).isPresent();
  }
}
