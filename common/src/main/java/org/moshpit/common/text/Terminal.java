package org.moshpit.common.text;

import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/**
 * A terminal that is written to. The JDK knows neither its size nor, below 22, whether one stream
 * alone is one; so the kernel is asked by way of {@code /proc} and {@code stty}.
 *
 * @param columns its width, at least 2
 * @param lines its height, at least 1
 * @param colour whether it has colours, and they are wanted
 */
public record Terminal(int columns, int lines, boolean colour) {
  private static final int COLUMNS = 80;
  private static final int LINES = 24;
  private static final int LARGEST = 10_000;
  private static final long STTY_MILLIS = 500;

  /** The terminal that standard output is, or empty. */
  public static Optional<Terminal> stdout() {
    return device(1).map(device -> of(size(device), System.getenv()));
  }

  /** The terminal that standard error is, or empty. */
  static Optional<Terminal> stderr() {
    return device(2).map(device -> of(size(device), System.getenv()));
  }

  /** Whether somebody types what is read from standard input. */
  public static boolean isStdin() {
    return device(0).isPresent();
  }

  /** Whether standard error is a terminal on which a line can be written over: no dumb one. */
  public static boolean isStderr() {
    return !System.getenv().getOrDefault("TERM", "dumb").equals("dumb") && device(2).isPresent();
  }

  /** What text needs to know of it. */
  Screen screen() {
    return new Screen(columns, colour);
  }

  /**
   * Understands what was asked.
   *
   * @param size lines, a space, columns, as {@code stty size} prints them; 0 for unknown
   * @param environment NO_COLOR (set and not empty) and TERM (dumb, or not set) rule out colours
   */
  static Terminal of(String size, Map<String, String> environment) {
    String[] numbers = size.strip().split(" ", -1);
    boolean colour =
        environment.getOrDefault("NO_COLOR", "").isEmpty()
            && !environment.getOrDefault("TERM", "dumb").equals("dumb");
    return numbers.length == 2
        ? new Terminal(Math.max(2, number(numbers[1], COLUMNS)), number(numbers[0], LINES), colour)
        : new Terminal(COLUMNS, LINES, colour);
  }

  private static int number(String text, int otherwise) {
    if (!text.matches("[0-9]{1,5}")) {
      return otherwise;
    }
    int number = Integer.parseInt(text);
    return number == 0 ? otherwise : Math.min(number, LARGEST);
  }

  private static Optional<File> device(int descriptor) {
    try {
      Path device = Path.of("/proc/self/fd/" + descriptor).toRealPath();
      return device.toString().matches("/dev/(pts/\\d+|tty.*|console)")
          ? Optional.of(device.toFile())
          : Optional.empty();
    } catch (IOException | RuntimeException e) {
      // no /proc, or a terminal of another mount namespace; a console means both ends are one
      return System.console() == null ? Optional.empty() : Optional.of(new File("/dev/tty"));
    }
  }

  private static String size(File device) {
    try {
      Process stty = stty(device);
      if (!stty.waitFor(STTY_MILLIS, TimeUnit.MILLISECONDS)) {
        stty.destroyForcibly();
        return "";
      }
      return new String(stty.getInputStream().readNBytes(64), StandardCharsets.US_ASCII);
    } catch (IOException e) {
      return "";
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return "";
    }
  }

  private static Process stty(File device) throws IOException {
    ProcessBuilder stty =
        new ProcessBuilder("stty", "size").redirectError(ProcessBuilder.Redirect.DISCARD);
    try {
      return stty.redirectInput(device).start();
    } catch (IOException e) {
      // after su it is another user's; the controlling terminal can be opened nevertheless
      return stty.redirectInput(new File("/dev/tty")).start();
    }
  }
}
