package org.moshpit.agent.auth;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/**
 * A program run for its output, within a time limit and a size limit, and without a thread: its
 * output is taken while waiting for it. Only what the program itself wrote counts; a grandchild
 * that keeps the pipe open holds up nobody.
 */
final class Subprocess {
  private static final String SYSTEM_PATH =
      "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";
  private static final int MAX_ERROR = 8192;
  // A program that writes more than a pipe holds waits for us this long at most per pipeful.
  private static final long DRAIN_MILLIS = 2;
  // At its limit. The JVM may have been stopped past it; what ended in time it learns from a thread
  // that goes on no sooner than this one.
  private static final long LAST_LOOK_MILLIS = 100;

  /**
   * How it ended.
   *
   * @param exit its exit status, or -1 if it was ended at its limit
   * @param out what it wrote, at most the limit and one byte
   * @param error what it wrote to stderr, at most 8 KiB, stripped
   */
  @SuppressWarnings("ArrayRecordComponent") // handed over, never compared
  record Result(int exit, byte[] out, String error) {
    boolean ok() {
      return exit == 0;
    }

    String text() {
      return new String(out, StandardCharsets.UTF_8);
    }
  }

  private final Process process;
  private final long deadline;
  private final int maxOut;

  private Subprocess(Process process, long deadline, int maxOut) {
    this.process = process;
    this.deadline = deadline;
    this.maxOut = maxOut;
  }

  /** Starts it with a bare environment: nothing of ours reaches it. */
  static Subprocess start(List<String> argv, Duration limit, int maxOut) throws IOException {
    return start(argv, new byte[0], limit, maxOut);
  }

  /** The same with input. */
  static Subprocess start(List<String> argv, byte[] input, Duration limit, int maxOut)
      throws IOException {
    ProcessBuilder builder = new ProcessBuilder(argv);
    builder.environment().clear();
    builder.environment().put("PATH", SYSTEM_PATH);
    builder.environment().put("LC_ALL", "C");
    return start(builder, input, limit, maxOut);
  }

  /** Starts it and writes {@code input}, which must fit into a pipe (64 KiB). */
  static Subprocess start(ProcessBuilder builder, byte[] input, Duration limit, int maxOut)
      throws IOException {
    Process process = builder.start();
    try (OutputStream stdin = process.getOutputStream()) {
      stdin.write(input);
    } catch (IOException e) {
      // It ended without reading; its exit status says more than this does.
      return new Subprocess(process, System.nanoTime() + limit.toNanos(), maxOut);
    }
    return new Subprocess(process, System.nanoTime() + limit.toNanos(), maxOut);
  }

  static Result run(List<String> argv, Duration limit, int maxOut) throws IOException {
    return start(argv, limit, maxOut).await();
  }

  /** Waits for its end or its limit. */
  Result await() throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    ByteArrayOutputStream error = new ByteArrayOutputStream();
    try {
      boolean ended = false;
      boolean last = false;
      while (!ended && !last && out.size() <= maxOut) {
        last = System.nanoTime() - deadline >= 0;
        ended = process.waitFor(last ? LAST_LOOK_MILLIS : DRAIN_MILLIS, TimeUnit.MILLISECONDS);
        drain(process.getInputStream(), out, maxOut + 1);
        drain(process.getErrorStream(), error, MAX_ERROR);
      }
      int exit = ended ? process.exitValue() : -1;
      return new Result(exit, out.toByteArray(), error.toString(StandardCharsets.UTF_8).strip());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted", e);
    } finally {
      cancel();
    }
  }

  /** Ends it now, if it has not ended, and what it started with it. */
  void cancel() {
    if (process.isAlive()) {
      process.descendants().forEach(ProcessHandle::destroyForcibly);
    }
    process.destroyForcibly();
  }

  private static void drain(InputStream in, ByteArrayOutputStream into, int max)
      throws IOException {
    for (int there = in.available(); there > 0; there = in.available()) {
      byte[] bytes = in.readNBytes(there);
      into.write(bytes, 0, Math.min(bytes.length, Math.max(0, max - into.size())));
      if (into.size() >= max) {
        return;
      }
    }
  }

  /** Where a program is: on PATH, or where system programs live. */
  static Optional<Path> find(String program) {
    String path = System.getenv("PATH");
    for (String directory : ((path == null ? "" : path + ":") + SYSTEM_PATH).split(":", -1)) {
      if (directory.startsWith("/")) {
        Path candidate = Path.of(directory, program);
        if (Files.isExecutable(candidate) && Files.isRegularFile(candidate)) {
          return Optional.of(candidate);
        }
      }
    }
    return Optional.empty();
  }

  /** Like {@link #find}, for programs nothing works without. */
  static String require(String program) throws IOException {
    return find(program)
        .map(Path::toString)
        .orElseThrow(() -> new IOException(program + " is not installed"));
  }
}
