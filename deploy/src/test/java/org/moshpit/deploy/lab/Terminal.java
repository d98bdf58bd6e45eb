package org.moshpit.deploy.lab;

import static org.awaitility.Awaitility.await;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import org.awaitility.core.ConditionTimeoutException;

/** A terminal with one program in it, its screen kept by tmux. */
public final class Terminal implements AutoCloseable {
  private static final int COLUMNS = 80;
  private static final AtomicInteger NUMBER = new AtomicInteger();
  private static final String UNKNOWN_ENDING = "/";

  private final Function<String[], Shell.Result> shell;
  private final String socket;

  private Terminal(Function<String[], Shell.Result> shell, String socket) {
    this.shell = shell;
    this.socket = socket;
  }

  /** On a machine of a lab. */
  static Terminal open(Host host, List<String> command) {
    String socket = host.home().resolve(".tmux" + NUMBER.incrementAndGet()).toString();
    return new Terminal(host::run, socket).begin(command);
  }

  /**
   * On this machine itself, of 80 columns and 24 rows.
   *
   * @param directory of its socket; short, because a socket's path may have 107 bytes
   */
  public static Terminal here(Path directory, String... command) {
    List<String> before = List.of("env", "-u", "TMUX", "LC_ALL=C.UTF-8");
    return new Terminal(
            words -> {
              List<String> all = new ArrayList<>(before);
              all.addAll(List.of(words));
              return Shell.run(all, "");
            },
            directory.resolve("tmux" + NUMBER.incrementAndGet()).toString())
        .begin(List.of(command));
  }

  private Terminal begin(List<String> command) {
    List<String> words = new ArrayList<>(List.of("-u", "-f", Shell.tool("tmux.conf")));
    words.addAll(List.of("new-session", "-d", "-x", Integer.toString(COLUMNS), "-y", "24"));
    words.addAll(command);
    tmux(words.toArray(String[]::new));
    return this;
  }

  private Shell.Result run(String... words) {
    List<String> command = new ArrayList<>(List.of("tmux", "-S", socket));
    command.addAll(List.of(words));
    return shell.apply(command.toArray(String[]::new));
  }

  private String tmux(String... words) {
    return run(words).orFail();
  }

  /** What the screen shows, line by line, without trailing spaces and empty lines at the end. */
  public String screen() {
    return tmux("capture-pane", "-p").stripTrailing();
  }

  /**
   * All that a program that ended left on the terminal, what scrolled off its top included; with
   * the agent's sentences in one line each, as long as the terminal's width is what it was.
   */
  public String leftBehind() {
    // tmux scrolls by one line to say at the bottom that it is over
    return unwrapped(
        tmux("capture-pane", "-p", "-J", "-S", "-")
            .replaceFirst("(?s)\\s*Pane is dead[^\\n]*\\s*$", "")
            .strip());
  }

  /** A line goes on in the next one if that one's first word has no room in it. */
  private static String unwrapped(String text) {
    StringBuilder whole = new StringBuilder();
    boolean sentence = false;
    int length = 0;
    for (String line : text.split("\n", -1)) {
      // who says it, or the box that the last line is about
      boolean begins = line.matches("[a-z0-9-]+: .*");
      if (sentence && !begins && length + 1 + line.split(" ", 2)[0].length() > COLUMNS) {
        whole.append(' ');
      } else {
        sentence = begins;
        whole.append(whole.isEmpty() ? "" : "\n");
      }
      whole.append(line);
      length = line.stripTrailing().length();
    }
    return whole.toString();
  }

  /** Types text as it stands; a line feed is Enter. */
  public void type(String text) {
    String[] lines = text.split("\n", -1);
    for (int i = 0; i < lines.length; i++) {
      if (!lines[i].isEmpty()) {
        tmux("send-keys", "-l", "--", lines[i]);
      }
      if (i < lines.length - 1) {
        tmux("send-keys", "Enter");
      }
    }
  }

  /** Types a word and Enter at once. */
  public void typeLine(String word) {
    tmux("send-keys", "-l", "--", word, ";", "send-keys", "Enter");
  }

  /** Presses keys by tmux's names: {@code C-c}, {@code Up}, {@code C-^}. */
  public void press(String... keys) {
    for (String key : keys) {
      tmux("send-keys", key);
    }
  }

  public void resize(int columns, int rows) {
    tmux("resize-window", "-x", Integer.toString(columns), "-y", Integer.toString(rows));
  }

  /** Waits until the screen contains the text. */
  public void awaitText(String text, Duration longest) {
    try {
      await()
          .atMost(longest)
          .pollInterval(Duration.ofMillis(50))
          .until(() -> screen().contains(text));
    } catch (ConditionTimeoutException e) {
      throw new AssertionError("no \"" + text + "\" within " + longest + " on\n" + screen(), e);
    }
  }

  /** Waits up to ten seconds until the screen contains the text. */
  public void awaitText(String text) {
    awaitText(text, Duration.ofSeconds(10));
  }

  /** Waits for the program's end; its exit status, or 128 and the signal that ended it. */
  public int awaitExit(Duration longest) {
    try {
      await()
          .atMost(longest)
          .pollInterval(Duration.ofMillis(50))
          .until(() -> !ending().equals(UNKNOWN_ENDING));
    } catch (ConditionTimeoutException e) {
      throw new AssertionError("it did not end within " + longest + ":\n" + screen(), e);
    }
    String[] statusAndSignal = ending().split(UNKNOWN_ENDING, -1);
    return statusAndSignal[0].isEmpty()
        ? 128 + Integer.parseInt(statusAndSignal[1])
        : Integer.parseInt(statusAndSignal[0]);
  }

  /** The status, a slash, the signal; neither until tmux knows how the program ended. */
  private String ending() {
    String ending =
        tmux("display", "-p", "#{pane_dead_status}" + UNKNOWN_ENDING + "#{pane_dead_signal}");
    if (ending.equals(UNKNOWN_ENDING) && letGo()) {
      // tmux can miss a program's end and leave it a zombie; another child's end has it look again
      tmux("run-shell", "true");
    }
    return ending;
  }

  /**
   * Whether nothing has the terminal open any more. The program may still be ending, or run on: how
   * it ended, {@link #awaitExit} knows.
   */
  boolean letGo() {
    return tmux("display", "-p", "#{pane_dead}").equals("1");
  }

  /** The process id of the program in it. */
  public long pid() {
    return Long.parseLong(tmux("display", "-p", "#{pane_pid}"));
  }

  /** The terminal's device, whose settings {@code stty -F} tells. */
  public Path device() {
    return Path.of(tmux("display", "-p", "#{pane_tty}"));
  }

  /** True while the program shows the alternate screen, as mosh-client and vim do. */
  public boolean alternateScreen() {
    return tmux("display", "-p", "#{alternate_on}").equals("1");
  }

  /** Waits until the program shows the alternate screen. */
  public void awaitAlternateScreen(Duration longest) {
    try {
      await()
          .atMost(longest)
          .pollInterval(Duration.ofMillis(50))
          .until(() -> alternateScreen() || letGo());
    } catch (ConditionTimeoutException e) {
      throw new AssertionError("no alternate screen within " + longest + ":\n" + screen(), e);
    }
    if (letGo()) {
      throw new AssertionError("it ended:\n" + screen());
    }
  }

  /** Closes it under the program, as a person closes a window: the program gets SIGHUP. */
  @Override
  public void close() {
    run("kill-server");
  }
}
