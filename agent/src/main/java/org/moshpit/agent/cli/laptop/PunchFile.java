package org.moshpit.agent.cli.laptop;

import java.io.IOException;
import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.LinkOption;
import java.nio.file.OpenOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import org.moshpit.agent.config.AgentPaths;
import org.moshpit.agent.config.UserError;
import org.moshpit.agent.punch.strategy.BulkLimits;
import org.moshpit.agent.punch.strategy.NotNow;
import org.moshpit.agent.punch.strategy.OtherProcesses;
import org.moshpit.common.sansio.TransportAddress;

/**
 * What the processes of one agent tell each other of their punches of many flows, in a file of its
 * state directory: the one that is under way, with the time at which it ends by itself, and what
 * those of the last hour took. The file is read and written under a lock that the kernel lets go of
 * with its process, and that is held for no longer than that takes. Lines that are none, as a
 * process that ended in the middle of its writing leaves them, are skipped. Where the file cannot
 * be had, nothing stands against a punch.
 *
 * <pre>
 * punch WHOSE ADDRESS CHECKS BEGUN UNTIL
 * sent ADDRESS CHECKS ENDED
 * </pre>
 *
 * <p>Times are milliseconds of the system's clock, read while the lock is held, so that what others
 * have written is of the past; what a clock that was set back leaves in the future counts as of
 * now, but for a punch that begins within {@value #SET_BACK} ms.
 */
public final class PunchFile implements OtherProcesses {
  /** A generation of checks, and with it a punch, is over by then. */
  static final long LONGEST = 12_000;

  /** What most punches take. */
  private static final long USUAL = 4_000;

  private static final long LEAST = 1_000;

  /** Less far in the future stands what a clock that is being adjusted has written. */
  static final long SET_BACK = 5_000;

  private static final long COOLDOWN = TimeUnit.NANOSECONDS.toMillis(BulkLimits.COOLDOWN);
  private static final long HALF_MINUTE = 30_000;
  private static final long HOUR = 3_600_000;
  private static final int MAX_FILE = 1 << 16;

  /** One in twenty seconds is 180 in an hour. */
  private static final int MAX_LINES = 256;

  private static final int TRIES = 5;
  private static final long BETWEEN_TRIES_MILLIS = 2;

  private final AgentPaths paths;
  private final LongSupplier clock;
  private final Consumer<String> trace;

  /** Of the punch that this process has begun last. */
  private String whose = "";

  /** One that is under way. */
  private record Punch(String whose, String ip, int checks, long begun, long until) {}

  /** One that is over. */
  private record Sent(String ip, int checks, long ended) {}

  /**
   * Nothing is read yet.
   *
   * @param clock milliseconds, the system's
   * @param trace hears why the file cannot be had
   */
  public PunchFile(AgentPaths paths, LongSupplier clock, Consumer<String> trace) {
    this.paths = paths;
    this.clock = clock;
    this.trace = trace;
  }

  @Override
  public Optional<NotNow> begin(long now, InetAddress ip, int checks) {
    try (Access file = new Access()) {
      long millis = clock.getAsLong();
      file.settle(millis);
      String to = TransportAddress.text(ip);
      Wait against = file.against(millis, to, checks);
      if (against == null) {
        whose = UUID.randomUUID().toString();
        file.punch = new Punch(whose, to, checks, millis, millis + LONGEST);
      }
      file.write();
      return Optional.ofNullable(against)
          .map(
              wait ->
                  new NotNow(wait.cause, now + TimeUnit.MILLISECONDS.toNanos(wait.until - millis)));
    } catch (IOException | UserError | UnsupportedOperationException e) {
      trace.accept("punches of this agent's other processes are not known: " + e.getMessage());
      return Optional.empty();
    }
  }

  @Override
  public void end(int sent) {
    try (Access file = new Access()) {
      long millis = clock.getAsLong();
      if (file.punch != null && file.punch.whose.equals(whose)) {
        file.sent.add(new Sent(file.punch.ip, sent, millis));
        file.punch = null;
      }
      file.settle(millis);
      file.write();
    } catch (IOException | UserError | UnsupportedOperationException e) {
      // it ends by itself
      trace.accept("that a punch is over cannot be written: " + e.getMessage());
    }
  }

  private static final class Wait {
    final NotNow.Cause cause;
    final long until;

    Wait(NotNow.Cause cause, long until) {
      this.cause = cause;
      this.until = until;
    }
  }

  /** The file while it is locked. */
  private final class Access implements AutoCloseable {
    private final FileChannel channel;
    private final List<Sent> sent = new ArrayList<>();
    private Punch punch;

    Access() throws IOException {
      paths.prepareState();
      channel =
          FileChannel.open(
              paths.punches(),
              Set.<OpenOption>of(
                  StandardOpenOption.CREATE,
                  StandardOpenOption.READ,
                  StandardOpenOption.WRITE,
                  LinkOption.NOFOLLOW_LINKS),
              PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
      try {
        lock();
        read();
      } catch (IOException e) {
        channel.close();
        throw e;
      }
    }

    /** Others have it for less than a millisecond; one that was stopped in it is not waited for. */
    private void lock() throws IOException {
      for (int i = 0; i < TRIES; i++) {
        if (tryLock()) {
          return;
        }
        try {
          Thread.sleep(BETWEEN_TRIES_MILLIS);
        } catch (InterruptedException e) {
          Thread.currentThread().interrupt();
          break;
        }
      }
      throw new IOException(paths.punches() + " is locked");
    }

    private boolean tryLock() throws IOException {
      try {
        FileLock lock = channel.tryLock();
        return lock != null; // closing the channel lets go of it
      } catch (OverlappingFileLockException e) {
        return false;
      }
    }

    private void read() throws IOException {
      ByteBuffer bytes = ByteBuffer.allocate((int) Math.min(channel.size(), MAX_FILE));
      while (bytes.hasRemaining() && channel.read(bytes) >= 0) {
        // until the end of the file
      }
      String text = new String(bytes.array(), 0, bytes.position(), StandardCharsets.US_ASCII);
      text.lines().limit(MAX_LINES).forEach(this::line);
    }

    private void line(String line) {
      String[] words = line.split(" ", -1);
      try {
        if (words.length == 6 && words[0].equals("punch")) {
          punch =
              new Punch(
                  words[1],
                  words[2],
                  Integer.parseInt(words[3]),
                  Long.parseLong(words[4]),
                  Long.parseLong(words[5]));
        } else if (words.length == 4 && words[0].equals("sent")) {
          sent.add(new Sent(words[1], Integer.parseInt(words[2]), Long.parseLong(words[3])));
        }
      } catch (NumberFormatException e) {
        // as if it were not there
        return;
      }
    }

    /** What is over is over, also if nobody has said so; what is long ago is forgotten. */
    void settle(long now) {
      if (punch != null && (punch.until - now <= 0 || punch.begun - now > SET_BACK)) {
        sent.add(new Sent(punch.ip, punch.checks, Math.min(now, punch.until)));
        punch = null;
      }
      sent.replaceAll(each -> each.ended > now ? new Sent(each.ip, each.checks, now) : each);
      sent.removeIf(each -> now - each.ended >= HOUR);
      while (sent.size() >= MAX_LINES - 1) {
        sent.remove(0);
      }
    }

    Wait against(long now, String ip, int checks) {
      if (punch != null) {
        long over = Math.max(punch.begun + USUAL, now + LEAST);
        return new Wait(NotNow.Cause.ANOTHER, over + COOLDOWN);
      }
      long hour = hourOver(ip, BulkLimits.PER_ADDRESS_PER_HOUR - checks);
      if (hour > now) {
        return new Wait(NotNow.Cause.HOUR, hour);
      }
      long quiet = now;
      for (Sent each : sent) {
        quiet = Math.max(quiet, each.ended + COOLDOWN);
      }
      quiet = Math.max(quiet, routersForget(now));
      return quiet > now ? new Wait(NotNow.Cause.PAUSE, quiet) : null;
    }

    /** When no more than that many count for the address; 0 if so already. */
    private long hourOver(String ip, int most) {
      int count = 0;
      for (int i = sent.size() - 1; i >= 0; i--) {
        Sent each = sent.get(i);
        count += each.ip.equals(ip) ? each.checks : 0;
        if (count > most) {
          return each.ended + HOUR;
        }
      }
      return 0;
    }

    /** When few enough have left within half a minute. */
    private long routersForget(long now) {
      int count = 0;
      for (int i = sent.size() - 1; i >= 0; i--) {
        Sent each = sent.get(i);
        count += now - each.ended < HALF_MINUTE ? each.checks : 0;
        if (count > BulkLimits.BEFORE_MANY) {
          return each.ended + HALF_MINUTE;
        }
      }
      return 0;
    }

    void write() throws IOException {
      StringBuilder text = new StringBuilder();
      if (punch != null) {
        text.append("punch ").append(punch.whose).append(' ').append(punch.ip);
        text.append(' ').append(punch.checks).append(' ').append(punch.begun);
        text.append(' ').append(punch.until).append('\n');
      }
      for (Sent each : sent) {
        text.append("sent ").append(each.ip).append(' ').append(each.checks);
        text.append(' ').append(each.ended).append('\n');
      }
      ByteBuffer bytes = ByteBuffer.wrap(text.toString().getBytes(StandardCharsets.US_ASCII));
      channel.position(0);
      while (bytes.hasRemaining()) {
        channel.write(bytes);
      }
      channel.truncate(bytes.limit());
    }

    @Override
    public void close() throws IOException {
      channel.close();
    }
  }
}
