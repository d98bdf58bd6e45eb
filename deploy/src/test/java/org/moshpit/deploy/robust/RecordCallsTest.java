package org.moshpit.deploy.robust;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.moshpit.agent.records.SessionRecord;
import org.moshpit.agent.records.SessionStore;
import org.moshpit.common.seal.SessionId;
import org.moshpit.deploy.lab.Shell;

/**
 * A process that writes a session's record twice is killed with -9 at each single call to the
 * kernel that has to do with the records, by strace(1): the record is none or the first at the
 * beginning, the first or the second in the middle, and never anything else.
 */
@Tag("lab")
class RecordCallsTest {
  private static final SessionId ID = new SessionId("cd".repeat(16));

  /** Whatever of these the machine has (a question mark says so); each is counted by itself. */
  private static final List<String> CALLS =
      List.of(
          "?stat,?statx,?lstat,?newfstatat",
          "?open,openat",
          "write,pwrite64",
          "fsync,fdatasync",
          "?rename,?renameat,?renameat2",
          "close");

  @TempDir Path temp;

  @Test
  void atEveryCallItIsTheOldOneOrTheNewOne() throws IOException {
    for (String calls : CALLS) {
      List<Long> found = new ArrayList<>();
      boolean killed = true;
      for (int count = 1; killed; count++) {
        Path sessions = temp.resolve(CALLS.indexOf(calls) + "-" + count);
        Shell.Result result = Shell.run(command(sessions, calls, count), "");
        killed = result.exit() != 0;
        assertThat(result.exit()).as(result.err()).isIn(0, 128 + 9);
        SessionStore.Loaded left = SessionStore.open(sessions).load();
        assertThat(left.problems()).as(calls + ", killed at the " + count + ".").isEmpty();
        assertThat(left.records()).hasSizeLessThan(2);
        found.add(left.records().stream().mapToLong(SessionRecord::counter).sum());
      }
      System.out.println("the record after a kill at each of " + calls + ": " + found);
      assertThat(found).as(calls).isSorted().contains(0L, 1L).endsWith(2L);
      // each write of a record makes each call once at least
      assertThat(found).as(calls).hasSizeGreaterThan(2);
    }
  }

  /**
   * In a process namespace of its own, where Java's number, which the file's name has, is small.
   */
  private static List<String> command(Path sessions, String calls, int count) {
    List<String> command =
        new ArrayList<>(
            List.of("unshare", "--pid", "--fork", "--mount-proc", "strace", "-f", "-qqq"));
    command.addAll(
        List.of("-o", "/dev/null", "-e", "inject=" + calls + ":signal=KILL:when=" + count));
    command.addAll(List.of("-P", sessions.toString(), "-P", sessions.resolve(ID.hex()).toString()));
    for (int process = 2; process < 8; process++) {
      for (int write = 1; write <= 2; write++) {
        String fresh = "." + ID.hex() + "." + process + "." + write;
        command.addAll(List.of("-P", sessions.resolve(fresh).toString()));
      }
    }
    command.addAll(
        List.of(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-XX:TieredStopAtLevel=1",
            "-XX:+UseSerialGC",
            "-cp",
            System.getProperty("java.class.path"),
            Writer.class.getName(),
            sessions.toString()));
    return command;
  }

  /** Writes a record and writes it anew. */
  static final class Writer {
    private Writer() {}

    public static void main(String[] args) {
      SessionStore store = SessionStore.open(Path.of(args[0]));
      store.save(record(1));
      store.save(record(2));
    }

    private static SessionRecord record(long counter) {
      byte[] secret = new byte[32];
      Arrays.fill(secret, (byte) counter);
      return new SessionRecord(
          SessionRecord.Role.BOX,
          ID,
          "ann",
          60001,
          60001,
          4711,
          123456,
          1000,
          1767225600000L,
          SessionRecord.NEVER_HEARD,
          "den",
          "aa".repeat(32),
          "SHA256:x",
          secret,
          counter,
          false,
          0x7a3b);
    }
  }
}
