package org.moshpit.common.text;

import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/**
 * Shows a screen again and again, in place, until it is interrupted: the runtime's exit code is
 * then 130. On the terminal's alternate screen (xterm's 1049); what stood there last stays behind
 * on the other one. Each frame is one write that overwrites the one before, so nothing flickers.
 */
public final class Watch {
  private static final long EVERY_MILLIS = 2_000;
  private static final String BEGIN = "\u001b[?1049h\u001b[?25l";
  private static final String END = "\u001b[?25h\u001b[?1049l";

  /** Makes what is to be shown; for a screen as wide as that. */
  @FunctionalInterface
  public interface Picture {
    /**
     * The text, each line with its line feed.
     *
     * @throws Exception if it cannot be had
     */
    String on(Screen screen) throws Exception;
  }

  private final PrintStream out;
  private final Supplier<Optional<Terminal>> terminal;
  private String last = "";
  private boolean ended;

  Watch(PrintStream out, Supplier<Optional<Terminal>> terminal) {
    this.out = out;
    this.terminal = terminal;
  }

  /** Whether standard output can be watched: it is a terminal that can be drawn on. */
  public static boolean possible() {
    return !"dumb".equals(System.getenv().getOrDefault("TERM", "dumb"))
        && Terminal.stdout().isPresent();
  }

  /**
   * Runs until the process ends. When the picture cannot be had later on, what says why is shown
   * instead, and it is asked for again.
   *
   * @throws Exception the picture's, if it cannot be had even once
   */
  public static void run(Picture picture) throws Exception {
    Screen first = Screen.stdout();
    picture.on(first);
    Watch watch = new Watch(System.out, Terminal::stdout);
    CountDownLatch over = new CountDownLatch(1);
    Runtime.getRuntime()
        .addShutdownHook(
            new Thread(
                () -> {
                  over.countDown();
                  watch.end();
                },
                "interrupted"));
    watch.begin();
    do {
      watch.draw(picture);
    } while (!over.await(EVERY_MILLIS, TimeUnit.MILLISECONDS) && !watch.out.checkError());
  }

  synchronized void begin() {
    write(BEGIN);
  }

  /** One frame. */
  void draw(Picture picture) {
    Terminal now = terminal.get().orElse(new Terminal(80, 24, false));
    // Erasing to the line's end behind a character in the last column would erase that one.
    Screen screen = new Screen(now.columns() - 1, now.colour());
    String text;
    try {
      text = picture.on(screen);
    } catch (Exception e) {
      text = screen.wrapped(String.valueOf(e.getMessage()));
    }
    String frame = frame(text, now.lines());
    synchronized (this) {
      if (!ended) {
        last = text;
        write(frame);
      }
    }
  }

  /** From the top, each line cleared to its end, and everything below. */
  static String frame(String text, int height) {
    List<String> lines = text.lines().toList();
    StringBuilder frame = new StringBuilder("\u001b[H");
    int shown = lines.size() <= height ? lines.size() : height - 1;
    for (int i = 0; i < shown; i++) {
      frame.append(i == 0 ? "" : "\r\n").append(lines.get(i)).append("\u001b[K");
    }
    if (shown < lines.size()) {
      frame.append("\r\n… ").append(lines.size() - shown).append(" more lines\u001b[K");
    }
    return frame.append("\u001b[J").toString();
  }

  synchronized void end() {
    ended = true;
    write(END + last);
  }

  private void write(String text) {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    out.write(bytes, 0, bytes.length);
    out.flush();
  }
}
