package org.moshpit.agent.mosh;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * Keeps the terminal usable whatever happens to mosh-client or to this process.
 *
 * <p>It is a small shell process in a session of its own, started before mosh-client, that holds
 * the terminal open, remembers its modes and waits on a pipe from us. Told to, it puts the terminal
 * in order; when the pipe closes without a word (we were killed) it first ends mosh-client. Being
 * in no process group of the terminal it is neither interrupted, suspended nor hung up with us, and
 * may set the modes without being stopped for it; it never reads from the terminal.
 *
 * <p>It sets the remembered modes back only while output processing is off, as mosh-client leaves
 * it: a shell that took the terminal over in the meantime has set its own. A terminal of size 0×0
 * it makes 80×24. Any thread.
 */
final class TerminalGuard {
  /**
   * Undoes what terminal programs switch on: scrolling region, colours, application keys, insert
   * mode, reverse screen, mouse and focus reports, bracketed paste, graphic character set. The
   * region comes first: setting it moves the cursor, and leaving the alternate screen puts it back.
   */
  private static final String RESET =
      "\\033[r\\033[0m\\033[?1l\\033>\\033[4l\\033[?7h\\033[?5l\\033[?1000l\\033[?1001l\\033[?1002l"
          + "\\033[?1003l\\033[?1004l\\033[?1005l\\033[?1006l\\033[?1015l\\033[?2004l\\033(B\\017";

  private static final String LEAVE_SCREEN = "\\033[?1049l\\033[?25h\\r\\n";

  /** Without the alternate screen there is nothing to go back to: below what stands there. */
  private static final String BELOW = "\\033[999;1H\\033[?25h\\r\\n";

  /** Opens the terminal while it still is the controlling one, then leaves its session. */
  private static final String OPEN =
      """
      if (: 3<>/dev/tty) 2>/dev/null; then exec 3<>/dev/tty; else exec 3<>"/proc/$3/fd/0"; fi
      if command -v setsid >/dev/null; then exec setsid sh -c "$1" moshpit-guard "$2"; fi
      exec sh -c "$1" moshpit-guard "$2"
      """;

  private final Process process;
  private final OutputStream pipe;
  private boolean over;

  private TerminalGuard(Process process) {
    this.process = process;
    this.pipe = process.getOutputStream();
  }

  /**
   * Starts it; it has remembered the modes once {@link #ready} says so.
   *
   * @param path PATH to find sh, stty and setsid by
   * @param alternateScreen whether mosh-client will use the alternate screen
   * @throws IOException if there is no shell
   */
  static TerminalGuard start(String path, boolean alternateScreen) throws IOException {
    ProcessBuilder builder =
        new ProcessBuilder(
            List.of(
                "sh",
                "-c",
                OPEN,
                "sh",
                script(),
                RESET + (alternateScreen ? LEAVE_SCREEN : BELOW),
                Long.toString(ProcessHandle.current().pid())));
    builder.environment().clear();
    builder.environment().putAll(Map.of("PATH", path, "LC_ALL", "C"));
    builder.redirectError(ProcessBuilder.Redirect.DISCARD);
    return new TerminalGuard(builder.start());
  }

  private static String script() throws IOException {
    try (InputStream in = TerminalGuard.class.getResourceAsStream("terminal-guard.sh")) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    }
  }

  /** Waits until it holds the terminal's modes, at most so long; false if it will not. */
  boolean ready(long millis) throws InterruptedException {
    long deadline = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(millis);
    try {
      while (process.getInputStream().available() == 0) {
        if (!process.isAlive() || System.nanoTime() - deadline >= 0) {
          return false;
        }
        process.waitFor(2, TimeUnit.MILLISECONDS);
      }
      return true;
    } catch (IOException e) {
      return false;
    }
  }

  /** Tells it whom to end should we be killed. */
  synchronized void watch(RunningProcess client) {
    if (!over) {
      say("client " + client.pid() + " " + client.startTime() + "\n");
    }
  }

  /** mosh-client has put the terminal in order itself, or never ran: there is nothing to do. */
  synchronized void leave() {
    finish("clean\n");
  }

  /** Puts the terminal in order, and returns when that is done. */
  synchronized void restore() {
    finish("restore\n");
  }

  private void finish(String word) {
    if (over) {
      return;
    }
    over = true;
    say(word);
    try {
      pipe.close();
      process.waitFor(2, TimeUnit.SECONDS);
    } catch (IOException e) {
      // it is gone; there is nobody else to ask
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void say(String line) {
    try {
      pipe.write(line.getBytes(StandardCharsets.US_ASCII));
      pipe.flush();
    } catch (IOException e) {
      // somebody killed it; the session goes on without
    }
  }
}
