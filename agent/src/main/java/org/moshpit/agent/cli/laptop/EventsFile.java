package org.moshpit.agent.cli.laptop;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.channels.Channels;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.util.Set;
import java.util.function.UnaryOperator;
import org.moshpit.agent.config.ExitCode;
import org.moshpit.agent.config.UserError;
import org.moshpit.agent.control.JsonLine;

/**
 * {@code --events FILE}: one JSON object per line, each with the seconds since the process began.
 * From any thread. A line that cannot be written is lost: the session matters more.
 */
final class EventsFile implements AutoCloseable {
  /** USER_HZ, 100 on every architecture that has a JDK. */
  private static final double TICKS_PER_SECOND = 100;

  private final OutputStream out;
  private final long origin;

  private EventsFile(OutputStream out, long origin) {
    this.out = out;
    this.origin = origin;
  }

  /**
   * Opens it for appending; a new one is the person's alone, and made through no symbolic link.
   *
   * @param file null for nowhere
   * @throws UserError exit 2, if it cannot be written
   */
  static EventsFile open(Path file) {
    if (file == null) {
      return new EventsFile(null, 0);
    }
    try {
      return new EventsFile(appendTo(file), System.nanoTime() - ageNanos());
    } catch (IOException e) {
      throw new UserError(ExitCode.USAGE, "--events: " + file + " cannot be written", e);
    }
  }

  /** What is there is appended to, whatever it is; what is not is made, for its owner alone. */
  private static OutputStream appendTo(Path file) throws IOException {
    try {
      return Files.newOutputStream(file, StandardOpenOption.APPEND);
    } catch (NoSuchFileException e) {
      // CREATE_NEW makes nothing where somebody has put a symbolic link, even one into the void
      return Channels.newOutputStream(
          Files.newByteChannel(
              file,
              Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.APPEND),
              PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"))));
    }
  }

  /**
   * How old this process is. The JDK reckons its start from the boot time, which the kernel tells
   * in whole seconds; so where there is a /proc, both ends are taken from the clock that counts in
   * hundredths since then.
   */
  private static long ageNanos() {
    try {
      String stat = Files.readString(Path.of("/proc/self/stat"), StandardCharsets.ISO_8859_1);
      // proc(5): the name, in parentheses, may hold anything; starttime is the 20th field after it
      String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ", 21);
      String uptime = Files.readString(Path.of("/proc/uptime"), StandardCharsets.ISO_8859_1);
      double started = Long.parseLong(fields[19]) / TICKS_PER_SECOND;
      double now = Double.parseDouble(uptime.substring(0, uptime.indexOf(' ')));
      return Math.max(0, (long) ((now - started) * 1e9));
    } catch (IOException | RuntimeException e) {
      Instant now = Instant.now();
      Instant start = ProcessHandle.current().info().startInstant().orElse(now);
      return Math.max(0, Duration.between(start, now).toNanos());
    }
  }

  /** Appends an event; {@code members} adds what belongs to it. */
  void append(String event, UnaryOperator<JsonLine> members) {
    if (out == null) {
      return;
    }
    double at = (System.nanoTime() - origin) / 1e9;
    JsonLine line =
        new JsonLine()
            .object()
            .member("at", Double.valueOf(Math.round(at * 1e4) / 1e4))
            .member("event", event);
    byte[] bytes = (members.apply(line).endObject() + "\n").getBytes(StandardCharsets.UTF_8);
    synchronized (this) {
      try {
        out.write(bytes);
      } catch (IOException e) {
        // a full disk must not end the session; what can be said is said on the next line
        return;
      }
    }
  }

  /** The same without members. */
  void append(String event) {
    append(event, line -> line);
  }

  @Override
  public void close() {
    if (out != null) {
      try {
        out.close();
      } catch (IOException e) {
        // nothing was buffered, so nothing is lost
        return;
      }
    }
  }
}
