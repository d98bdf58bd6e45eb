package org.moshpit.deploy.lab;

import static org.awaitility.Awaitility.await;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.awaitility.core.ConditionTimeoutException;

/** A terminal on a host with one program in it, its screen kept by tmux. */
public final class Terminal implements AutoCloseable {
  private static final AtomicInteger NUMBER = new AtomicInteger();

  private final Host host;
  private final String socket;

  private Terminal(Host host, String socket) {
    this.host = host;
    this.socket = socket;
  }

  static Terminal open(Host host, List<String> command) {
    Terminal terminal =
        new Terminal(host, host.home().resolve(".tmux" + NUMBER.incrementAndGet()).toString());
    List<String> words = new ArrayList<>(List.of("-u", "-f", Shell.tool("tmux.conf")));
    words.addAll(List.of("new-session", "-d", "-x", "80", "-y", "24"));
    words.addAll(command);
    terminal.tmux(words.toArray(String[]::new));
    return terminal;
  }

  private String tmux(String... words) {
    List<String> command = new ArrayList<>(List.of("tmux", "-S", socket));
    command.addAll(List.of(words));
    return host.output(command.toArray(String[]::new));
  }

  /** What the screen shows, line by line, without trailing spaces and empty lines at the end. */
  public String screen() {
    return tmux("capture-pane", "-p").stripTrailing();
  }

  /** All that a program that ended left on the terminal, what scrolled off its top included. */
  public String leftBehind() {
    // tmux scrolls by one line to say at the bottom that it is over
    return tmux("capture-pane", "-p", "-J", "-S", "-")
        .replaceFirst("(?s)\\s*Pane is dead[^\\n]*\\s*$", "")
        .strip();
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
      await().atMost(longest).pollInterval(Duration.ofMillis(50)).until(() -> !ending().isBlank());
    } catch (ConditionTimeoutException e) {
      throw new AssertionError("it did not end within " + longest + ":\n" + screen(), e);
    }
    String[] statusAndSignal = ending().split(" ", -1);
    return statusAndSignal[0].isEmpty()
        ? 128 + Integer.parseInt(statusAndSignal[1])
        : Integer.parseInt(statusAndSignal[0]);
  }

  /** Blank until tmux knows how the program ended. */
  private String ending() {
    String ending = tmux("display", "-p", "#{pane_dead_status} #{pane_dead_signal}");
    if (ending.isBlank() && ended()) {
      // tmux can miss a program's end and leave it a zombie; another child's end has it look again
      tmux("run-shell", "true");
    }
    return ending;
  }

  public boolean ended() {
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

  /** Closes it under the program, as a person closes a window: the program gets SIGHUP. */
  @Override
  public void close() {
    host.run("tmux", "-S", socket, "kill-server");
  }
}
