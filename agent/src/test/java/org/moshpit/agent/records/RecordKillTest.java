package org.moshpit.agent.records;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.moshpit.common.seal.SessionId;

/**
 * A process that writes one session's record over and over is killed with -9 at random moments. The
 * record is there afterwards, whole, and no older than the last one that was reported as written.
 */
class RecordKillTest {
  private static final int KILLS = 15;
  private static final SessionId ID = new SessionId("ab".repeat(16));

  /** More than a write takes. */
  private static final int MOMENTS_NANOS = 10_000_000;

  @TempDir private Path temp;

  @Test
  void theRecordIsTheOldOneOrTheNewOne() throws Exception {
    Path sessions = temp.resolve("sessions");
    Random random = new Random();
    long written = 0;
    for (int kill = 0; kill < KILLS; kill++) {
      written = Math.max(written, runAndKill(sessions, random, 1 + random.nextInt(40)));
      SessionStore.Loaded found = SessionStore.open(sessions).load();
      assertThat(found.problems()).isEmpty();
      assertThat(found.records()).extracting(SessionRecord::id).containsExactly(ID);
      // the one after the last report may have been renamed already
      long counter = found.records().get(0).counter();
      assertThat(counter).isBetween(written, written + 1);
      written = counter;
      try (Stream<Path> files = Files.list(sessions)) {
        assertThat(files)
            .extracting(file -> file.getFileName().toString())
            .containsExactly(ID.hex());
      }
    }
    assertThat(written).isGreaterThan(KILLS);
  }

  /** Lets a child report this many writes and kills it amid the next; returns the last report. */
  private static long runAndKill(Path sessions, Random random, int reports) throws Exception {
    Process child =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:TieredStopAtLevel=1",
                "-XX:+UseSerialGC",
                "-cp",
                System.getProperty("java.class.path"),
                Writer.class.getName(),
                sessions.toString())
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start();
    long last = 0;
    try (BufferedReader out =
        new BufferedReader(
            new InputStreamReader(child.getInputStream(), StandardCharsets.US_ASCII))) {
      for (int i = 0; i < reports; i++) {
        String line = out.readLine();
        assertThat(line).as("the child's report").isNotNull();
        last = Long.parseLong(line);
      }
      long moment = System.nanoTime() + random.nextInt(MOMENTS_NANOS);
      while (System.nanoTime() - moment < 0) {
        Thread.onSpinWait();
      }
      // Not through the Process, which would close the stream with the last reports in it.
      child.toHandle().destroyForcibly();
      for (String line = out.readLine(); line != null; line = out.readLine()) {
        last = Math.max(last, Long.parseLong(line));
      }
    } finally {
      child.destroyForcibly();
      assertThat(child.waitFor(30, TimeUnit.SECONDS)).isTrue();
    }
    return last;
  }

  static SessionRecord record(long counter) {
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
        counter * 1000,
        "den",
        "aa".repeat(32),
        "SHA256:x",
        secret,
        counter,
        false,
        0x7a3b);
  }

  /** Writes on until it is killed; with a second argument, that many times. */
  static final class Writer {
    private Writer() {}

    public static void main(String[] args) throws IOException {
      OutputStream out = System.out;
      SessionStore store = SessionStore.open(Path.of(args[0]));
      long next = store.load().records().stream().mapToLong(SessionRecord::counter).sum() + 1;
      long end = args.length > 1 ? next + Long.parseLong(args[1]) : Long.MAX_VALUE;
      for (; next < end; next++) {
        store.save(record(next));
        out.write((next + "\n").getBytes(StandardCharsets.US_ASCII));
        out.flush();
      }
    }
  }
}
