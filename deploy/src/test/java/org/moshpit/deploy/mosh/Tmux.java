package org.moshpit.deploy.mosh;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.awaitility.core.ConditionTimeoutException;

/** One terminal, 80×24, in a tmux server of its own that ends with it. */
final class Tmux {
  static final Duration PATIENCE = Duration.ofSeconds(30);

  private final Path socket;

  /** Starts the terminal with this command in it. */
  Tmux(Path dir, Map<String, String> environment, String... command)
      throws IOException, InterruptedException {
    socket = dir.resolve("tmux");
    List<String> arguments = new ArrayList<>(List.of("-f", "/dev/null", "new-session", "-d"));
    arguments.addAll(List.of("-x", "80", "-y", "24"));
    environment.forEach((name, value) -> arguments.addAll(List.of("-e", name + "=" + value)));
    arguments.addAll(List.of(command));
    tmux(arguments);
  }

  private String tmux(List<String> arguments) throws IOException, InterruptedException {
    List<String> command = new ArrayList<>(List.of("tmux", "-u", "-S", socket.toString()));
    command.addAll(arguments);
    ProcessBuilder builder = new ProcessBuilder(command);
    builder.environment().remove("TMUX");
    builder.environment().put("LC_ALL", "C.UTF-8");
    builder.redirectErrorStream(true);
    Process process = builder.start();
    process.getOutputStream().close();
    String output = new String(process.getInputStream().readAllBytes(), UTF_8);
    process.waitFor(10, TimeUnit.SECONDS);
    return output;
  }

  private String tmux(String... arguments) throws IOException, InterruptedException {
    return tmux(List.of(arguments));
  }

  /** Types text as it is. */
  void type(String text) throws IOException, InterruptedException {
    tmux("send-keys", "-l", text);
  }

  /** Presses keys by tmux's names, for example C-c or Enter. */
  void press(String... keys) throws IOException, InterruptedException {
    List<String> arguments = new ArrayList<>(List.of("send-keys"));
    arguments.addAll(List.of(keys));
    tmux(arguments);
  }

  /** Types a line. */
  void line(String text) throws IOException, InterruptedException {
    type(text);
    press("Enter");
  }

  void resize(int columns, int rows) throws IOException, InterruptedException {
    tmux("resize-window", "-x", Integer.toString(columns), "-y", Integer.toString(rows));
  }

  String screen() throws IOException, InterruptedException {
    return tmux("capture-pane", "-p");
  }

  /** Waits until the screen shows a match. */
  void shows(String regex) {
    String[] last = {""};
    try {
      Awaitility.await()
          .atMost(PATIENCE)
          .until(
              () -> {
                last[0] = screen();
                return last[0].matches("(?s).*(?m:" + regex + ").*");
              });
    } catch (ConditionTimeoutException e) {
      throw new AssertionError("no " + regex + " on the screen:\n" + last[0], e);
    }
  }

  /** A tmux format of the pane, for example alternate_on. */
  String format(String name) throws IOException, InterruptedException {
    return tmux("display-message", "-p", "#{" + name + "}").trim();
  }

  /** Closes the window, as a person closes a terminal: what runs in it is hung up. */
  void closeWindow() throws IOException, InterruptedException {
    tmux("kill-pane");
  }

  /** Ends the terminal and its server. */
  void close() throws IOException, InterruptedException {
    tmux("kill-server");
  }
}
