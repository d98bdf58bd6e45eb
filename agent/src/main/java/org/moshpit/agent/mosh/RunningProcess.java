package org.moshpit.agent.mosh;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Optional;

/**
 * One process, not merely its number: a number is given again after the process has ended, and a
 * session record on disk may be older than a reboot. Signals are sent with this process' own
 * rights, so for somebody else's mosh-server there is {@link ServerProcess}. Any thread; nothing
 * blocks.
 *
 * @param pid process id
 * @param startTime when it started: clock ticks after boot (proc(5), /proc/PID/stat field 22), or
 *     where there is no /proc milliseconds since the epoch
 */
public record RunningProcess(long pid, long startTime) {
  private static final Path PROC = Path.of("/proc");
  private static final boolean HAS_PROC = Files.isReadable(PROC.resolve("self/stat"));

  /** The process that has this number now; empty if there is none, or only its zombie. */
  public static Optional<RunningProcess> of(long pid) {
    return startTimeOf(pid).map(start -> new RunningProcess(pid, start));
  }

  /** Whether it still runs. A zombie does not. */
  public boolean alive() {
    return startTimeOf(pid).filter(start -> start == startTime).isPresent();
  }

  /**
   * Now, as {@link #startTime} counts: a process that starts later has at least this. 0 where it
   * cannot be told, in a container that shows an uptime of its own perhaps too little.
   */
  static long now() {
    if (!HAS_PROC) {
      return System.currentTimeMillis();
    }
    try {
      String uptime = Files.readString(PROC.resolve("uptime"), StandardCharsets.ISO_8859_1);
      // in hundredths of a second, which is what a clock tick is to user programs
      return Long.parseLong(uptime.substring(0, uptime.indexOf(' ')).replace(".", ""));
    } catch (IOException | IllegalArgumentException | IndexOutOfBoundsException e) {
      return 0;
    }
  }

  /** Asks it to end (SIGTERM). False if it could not be signalled, because it has ended or so. */
  public boolean terminate() {
    return alive() && ProcessHandle.of(pid).map(ProcessHandle::destroy).orElse(false);
  }

  /** Ends it (SIGKILL). False if it could not be signalled. */
  public boolean kill() {
    return alive() && ProcessHandle.of(pid).map(ProcessHandle::destroyForcibly).orElse(false);
  }

  private static Optional<Long> startTimeOf(long pid) {
    if (!HAS_PROC) {
      return ProcessHandle.of(pid)
          .filter(ProcessHandle::isAlive)
          .flatMap(handle -> handle.info().startInstant())
          .map(Instant::toEpochMilli);
    }
    try {
      byte[] stat = Files.readAllBytes(PROC.resolve(Long.toString(pid)).resolve("stat"));
      return startTimeIn(new String(stat, StandardCharsets.ISO_8859_1));
    } catch (IOException e) {
      return Optional.empty();
    }
  }

  /**
   * Field 22 of a line of /proc/PID/stat; empty for a zombie, a dead process or another text. The
   * command name (field 2) is in parentheses and may hold anything, parentheses and spaces too.
   */
  static Optional<Long> startTimeIn(String stat) {
    int end = stat.lastIndexOf(')');
    if (end < 0) {
      return Optional.empty();
    }
    String[] fields = stat.substring(end + 1).trim().split(" ", -1);
    if (fields.length < 20 || fields[0].equals("Z") || fields[0].equals("X")) {
      return Optional.empty();
    }
    try {
      return Optional.of(Long.parseLong(fields[19]));
    } catch (NumberFormatException e) {
      return Optional.empty();
    }
  }
}
