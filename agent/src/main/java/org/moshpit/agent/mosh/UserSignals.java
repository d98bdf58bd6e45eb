package org.moshpit.agent.mosh;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Executor;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/**
 * Sends signals with a user's rights, by a program that becomes that user first: between a look at
 * a process and a signal to its number, the number may have become another user's, and then the
 * kernel says no. Any thread; threads of its own wait for the program, for each user at most one,
 * because a user can keep theirs waiting.
 */
final class UserSignals {
  private static final long PATIENCE_SECONDS = 5;
  private static final int MAX_THREADS = 8;
  private static final SignalQueue QUEUE = new SignalQueue(threads(), UserSignals::carryOut);

  private UserSignals() {}

  private static Executor threads() {
    ThreadPoolExecutor executor =
        new ThreadPoolExecutor(
            MAX_THREADS,
            MAX_THREADS,
            1,
            TimeUnit.SECONDS,
            new LinkedBlockingQueue<>(),
            work -> {
              Thread thread = new Thread(work, "agent-signals");
              thread.setDaemon(true);
              return thread;
            });
    executor.allowCoreThreadTimeOut(true);
    return executor;
  }

  /**
   * Sends one, soon; once, however often that is asked for before it is sent. Whoever it does not
   * reach has ended or is another's.
   *
   * @param signal its name without SIG
   * @param sender whose rights
   */
  static void send(String signal, long pid, ProcessIds sender) {
    QUEUE.add(new SignalQueue.Order(signal, pid, sender));
  }

  private static void carryOut(SignalQueue.Order order) {
    command(order.signal(), order.pid(), order.sender())
        .ifPresent(command -> run(new ProcessBuilder(command)));
  }

  /**
   * What to run as root; empty where no program here can become another user, outside of root's
   * session: the user could have it type into the terminal there.
   */
  static Optional<List<String>> command(String signal, long pid, ProcessIds sender) {
    Optional<Path> setsid = Executables.find("setsid", LaunchStyle.STARTER_PATH);
    if (setsid.isEmpty()) {
      return Optional.empty();
    }
    Optional<Path> setpriv = Executables.find("setpriv", LaunchStyle.STARTER_PATH);
    List<String> argv = new ArrayList<>(List.of(setsid.get().toString()));
    if (setpriv.isPresent()) {
      argv.addAll(
          List.of(
              setpriv.get().toString(),
              "--reuid=" + Integer.toUnsignedString(sender.uid()),
              "--regid=" + Integer.toUnsignedString(sender.gid()),
              "--clear-groups",
              "--no-new-privs",
              "--"));
    } else {
      Optional<Path> runuser = Executables.find("runuser", LaunchStyle.STARTER_PATH);
      Optional<String> name = ownerOf(pid, sender);
      if (runuser.isEmpty() || name.isEmpty()) {
        return Optional.empty();
      }
      argv.addAll(List.of(runuser.get().toString(), "-u", name.get(), "--"));
    }
    argv.addAll(
        List.of("/bin/sh", "-c", "kill -s \"$1\" \"$2\"", "sh", signal, Long.toString(pid)));
    return Optional.of(argv);
  }

  private static Optional<String> ownerOf(long pid, ProcessIds sender) {
    try {
      Path process = Path.of("/proc", Long.toString(pid));
      return Files.getAttribute(process, "unix:uid").equals(sender.uid())
          ? Optional.of(Files.getOwner(process).getName())
          : Optional.empty();
    } catch (IOException | UnsupportedOperationException e) {
      return Optional.empty();
    }
  }

  private static void run(ProcessBuilder builder) {
    builder.environment().clear();
    builder.redirectErrorStream(true).redirectOutput(ProcessBuilder.Redirect.DISCARD);
    try {
      Process process = builder.start();
      process.getOutputStream().close();
      if (!process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
        process.destroyForcibly();
      }
    } catch (IOException e) {
      // the watch sees that the process goes on, and asks again
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
