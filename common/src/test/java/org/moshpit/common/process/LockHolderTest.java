package org.moshpit.common.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class LockHolderTest {
  @TempDir Path dir;
  private Path file;
  private Path process;

  @BeforeEach
  void setUp() throws IOException {
    file = Files.writeString(dir.resolve("lock"), "4711\n");
    process = Files.createDirectories(dir.resolve("proc/4711"));
    Files.writeString(process.resolve("environ"), "A=b\0");
    Files.writeString(process.resolve("cgroup"), "0::/system.slice/ssh.service\n");
  }

  private LockHolder.Words words() {
    return LockHolder.words(file, dir.resolve("proc"));
  }

  @Test
  void whatIsWrittenIsRead() throws IOException {
    Files.writeString(file, "something longer than a number");
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
      LockHolder.write(channel);
    }
    assertThat(LockHolder.words(file).who())
        .isEqualTo(" (process " + ProcessHandle.current().pid() + ")");
  }

  @Test
  void aProcessOfSomebodysTerminalIsTheNumberAlone() {
    assertThat(words()).isEqualTo(new LockHolder.Words(" (process 4711)", ""));
  }

  @ParameterizedTest
  @CsvSource({
    "0::/system.slice/moshpit-agent.service, moshpit-agent.service,"
        + " systemctl stop moshpit-agent.service",
    "0::/user.slice/user-1000.slice/user@1000.service/app.slice/moshpit-agent.service,"
        + " moshpit-agent.service, systemctl --user stop moshpit-agent.service",
    "1:name=systemd:/system.slice/mine.service, mine.service, systemctl stop mine.service",
  })
  void aServiceIsToldByItsUnit(String group, String unit, String stop) throws IOException {
    Files.writeString(process.resolve("environ"), "A=b\0SYSTEMD_EXEC_PID=4711\0C=d\0");
    Files.writeString(process.resolve("cgroup"), "5:cpu:/x.service\n" + group + "\n");
    assertThat(words()).isEqualTo(new LockHolder.Words(" (process 4711, " + unit + ")", stop));
  }

  /** Who has a part of the tree of control groups can call one of them anything. */
  @Test
  void aGroupWhoseNameNoUnitCanHaveIsNotToldAsOne() throws IOException {
    Files.writeString(process.resolve("environ"), "SYSTEMD_EXEC_PID=4711\0");
    for (String name : new String[] {"\u001b[2Jx.service", "a b.service", "$(x).service"}) {
      Files.writeString(process.resolve("cgroup"), "0::/user.slice/" + name + "\n");
      assertThat(words()).isEqualTo(new LockHolder.Words(" (process 4711)", ""));
    }
  }

  @Test
  void whatAServiceStartedIsNotTheService() throws IOException {
    Files.writeString(process.resolve("environ"), "SYSTEMD_EXEC_PID=4700\0");
    assertThat(words().stop()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "0", "-1", "4712", "47x", "../4711"})
  void withoutAProcessThereAreNoWords(String text) throws IOException {
    Files.writeString(file, text);
    assertThat(words()).isEqualTo(new LockHolder.Words("", ""));
    Files.delete(file);
    assertThat(words()).isEqualTo(new LockHolder.Words("", ""));
  }

  /** Whoever owns the lock file writes any number there; root was told to stop that unit. */
  @Test
  void aProcessOfAnotherUserIsNotTold() throws IOException {
    assumeTrue((Integer) Files.getAttribute(dir, "unix:uid") == 0, "only root can give files away");
    Files.writeString(process.resolve("environ"), "A=b\0SYSTEMD_EXEC_PID=4711\0");
    Files.setAttribute(dir, "unix:uid", 12_345);
    assertThat(words()).isEqualTo(new LockHolder.Words("", ""));
    Files.setAttribute(process, "unix:uid", 12_345);
    assertThat(words().stop()).isEqualTo("systemctl stop ssh.service");
  }
}
