package org.moshpit.agent.mosh;

import java.io.Console;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.moshpit.agent.config.ExitCode;
import org.moshpit.agent.config.UserError;

/**
 * Runs mosh-client on this terminal.
 *
 * <p>{@link #prepare} as early as possible: what cannot work is said before anything is asked of
 * the network. {@link #colors} on a thread that may block. {@link #run} once, on the main thread;
 * {@link #end} and {@link #close} from any. mosh-client is in our process group, so that Ctrl-C,
 * suspension and resumption by the shell concern both alike.
 */
public final class MoshClientRunner implements AutoCloseable {
  /** mosh-client says goodbye in one round trip, if there is anybody to hear it. */
  private static final long GRACE_MILLIS = 1000;

  private static final long COLORS_MILLIS = 2000;

  /**
   * At that limit: the JVM may have been stopped past it, and what ended in time it learns from a
   * thread that goes on no sooner than this one.
   */
  private static final long LAST_LOOK_MILLIS = 100;

  private static final long GUARD_MILLIS = 1000;
  private static final int SIGNALLED = 128;

  private final MoshClientOptions options;
  private final Map<String, String> environment;
  private final Path client;
  private final TerminalGuard guard;
  private Process process;
  private boolean ended;

  private MoshClientRunner(
      MoshClientOptions options,
      Map<String, String> environment,
      Path client,
      TerminalGuard guard) {
    this.options = options;
    this.environment = environment;
    this.client = client;
    this.guard = guard;
  }

  /**
   * Checks that there is a terminal, a UTF-8 locale and a mosh-client, and starts the guard of the
   * terminal.
   *
   * @param environment of this process
   * @throws UserError with {@link ExitCode#USAGE} or {@link ExitCode#NO_MOSH}
   */
  public static MoshClientRunner prepare(
      MoshClientOptions options, Map<String, String> environment) {
    return prepare(
        options, environment, onTerminal(), System.getProperty("native.encoding", "UTF-8"));
  }

  /** Whether both standard input and output are terminals. */
  @SuppressWarnings("SystemConsoleNull") // asked the new way where there is one
  private static boolean onTerminal() {
    Console console = System.console();
    if (console == null) {
      return false;
    }
    try {
      // since 22 there is a console without a terminal, too
      return (Boolean) Console.class.getMethod("isTerminal").invoke(console);
    } catch (ReflectiveOperationException e) {
      return true;
    }
  }

  static MoshClientRunner prepare(
      MoshClientOptions options,
      Map<String, String> environment,
      boolean terminal,
      String charset) {
    if (!terminal) {
      throw new UserError(
          ExitCode.USAGE,
          "a session needs a terminal, and standard input or output is not one; "
              + "run it in a terminal window, over ssh with -t.");
    }
    if (!LocaleVariables.isUtf8(charset)) {
      throw new UserError(
          ExitCode.USAGE,
          "mosh-client needs a UTF-8 locale, and "
              + (LocaleVariables.isNone(environment) ? "there is " : "")
              + LocaleVariables.inEffect(environment)
              + (LocaleVariables.isNone(environment) ? " here, which gives " : " gives ")
              + charset
              + "; "
              + LocaleVariables.advice(environment)
              + " (locale -a lists those that are installed).");
    }
    String path = path(environment);
    Path client =
        locate(options.client(), environment).orElseThrow(() -> missing(options.client()));
    TerminalGuard guard;
    try {
      guard = TerminalGuard.start(path, options.init() && usesScreen(environment));
    } catch (IOException e) {
      throw new UserError(ExitCode.FAILURE, "there is no sh to guard the terminal with.", e);
    }
    return new MoshClientRunner(options, Map.copyOf(environment), client, guard);
  }

  /**
   * What would be run; empty if there is nothing to run.
   *
   * @param client a path, or a name to look up
   * @param environment of this process
   */
  public static Optional<Path> locate(String client, Map<String, String> environment) {
    return Executables.find(client, path(environment));
  }

  private static String path(Map<String, String> environment) {
    return environment.getOrDefault("PATH", "/usr/local/bin:/usr/bin:/bin");
  }

  /** mosh-client leaves the alternate screen alone as soon as the variable is set, to whatever. */
  private static boolean usesScreen(Map<String, String> environment) {
    return !environment.containsKey("MOSH_NO_TERM_INIT");
  }

  private static UserError missing(String name) {
    return new UserError(
        ExitCode.NO_MOSH,
        name.equals("mosh-client")
            ? "there is no mosh-client here; install the package mosh, or name one with --client=."
            : "there is no " + name + " here that can be executed; see --client=.");
  }

  /**
   * How many colours the terminal has, as mosh-client counts them. Blocks some milliseconds.
   *
   * @throws UserError with {@link ExitCode#USAGE} if mosh-client does not know the terminal
   */
  public int colors() {
    ProcessBuilder builder = new ProcessBuilder(client.toString(), "-c");
    builder.environment().clear();
    builder.environment().putAll(environment);
    builder.redirectError(ProcessBuilder.Redirect.DISCARD);
    try {
      Process counting = builder.start();
      counting.getOutputStream().close();
      if (!counting.waitFor(COLORS_MILLIS, TimeUnit.MILLISECONDS)
          && !counting.waitFor(LAST_LOOK_MILLIS, TimeUnit.MILLISECONDS)) {
        counting.destroyForcibly();
        return 0;
      }
      try (InputStream in = counting.getInputStream()) {
        String said = new String(in.readNBytes(64), StandardCharsets.US_ASCII).trim();
        if (counting.exitValue() == 1) {
          throw unknownTerminal();
        }
        return counting.exitValue() == 0 && said.matches("\\d{1,8}")
            ? Math.min(Integer.parseInt(said), 16777216)
            : 0;
      }
    } catch (IOException e) {
      return 0;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return 0;
    }
  }

  private UserError unknownTerminal() {
    String term = environment.getOrDefault("TERM", "");
    return new UserError(
        ExitCode.USAGE,
        (term.isEmpty()
                ? "TERM is not set"
                : "the terminal type " + term + " (TERM) is not known here")
            + "; set TERM to one that is, for example xterm-256color.");
  }

  /**
   * Runs mosh-client against a port on 127.0.0.1 until it ends; the terminal is in order
   * afterwards.
   *
   * @param port of the loopback socket that stands for mosh-server
   * @param key the mosh key
   * @return mosh-client's exit status; 128 and the signal's number if one ended it
   * @throws UserError with {@link ExitCode#NO_MOSH} if it cannot be executed
   */
  public int run(int port, String key) {
    return run("127.0.0.1", port, key);
  }

  /**
   * The same against another address, a numeric one: after a handover, when mosh-client talks to
   * mosh-server itself.
   */
  public int run(String ip, int port, String key) {
    Thread hook = new Thread(this::endAndRestore, "terminal");
    try {
      guard.ready(GUARD_MILLIS);
      Runtime.getRuntime().addShutdownHook(hook);
    } catch (InterruptedException | IllegalStateException e) {
      // told to end before it began
      guard.leave();
      return SIGNALLED;
    }
    try {
      Process started = start(ip, port, key);
      if (started == null) {
        return SIGNALLED;
      }
      int exit = await(started);
      settle(exit);
      return exit;
    } finally {
      guard.leave();
      removeHook(hook);
    }
  }

  /** Null if it was ended before it began. */
  private synchronized Process start(String ip, int port, String key) {
    if (ended) {
      return null;
    }
    ProcessBuilder builder =
        new ProcessBuilder(
            List.of(client.toString(), "-# " + options.title() + " |", ip, Integer.toString(port)));
    builder.environment().clear();
    builder.environment().putAll(options.environment(environment, key));
    builder.inheritIO();
    try {
      process = builder.start();
    } catch (IOException e) {
      throw new UserError(ExitCode.NO_MOSH, client + " cannot be executed.", e);
    }
    RunningProcess.of(process.pid()).ifPresent(guard::watch);
    return process;
  }

  private static int await(Process started) {
    boolean interrupted = false;
    while (true) {
      try {
        int exit = started.waitFor();
        if (interrupted) {
          Thread.currentThread().interrupt();
        }
        return exit;
      } catch (InterruptedException e) {
        interrupted = true;
        started.destroy();
      }
    }
  }

  /** mosh-client itself puts the terminal in order whenever it gets to its end. */
  private void settle(int exit) {
    if (exit >= SIGNALLED) {
      guard.restore();
    } else {
      guard.leave();
    }
  }

  /**
   * Ends mosh-client, because the session is over or the person wants it: it is asked, and killed
   * if it does not. Returns at once; {@link #run} returns when it is done.
   */
  public synchronized void end() {
    ended = true;
    if (process != null && process.isAlive()) {
      Process ending = process;
      ending.destroy();
      CompletableFuture.delayedExecutor(GRACE_MILLIS, TimeUnit.MILLISECONDS)
          .execute(ending::destroyForcibly);
    }
  }

  /** The shutdown hook: SIGTERM, SIGINT or SIGHUP to us, or an exit from elsewhere. */
  private void endAndRestore() {
    Process ending;
    synchronized (this) {
      ended = true;
      ending = process;
    }
    if (ending == null) {
      guard.leave();
      return;
    }
    ending.destroy();
    try {
      if (!ending.waitFor(GRACE_MILLIS, TimeUnit.MILLISECONDS)) {
        ending.destroyForcibly();
        ending.waitFor(GRACE_MILLIS, TimeUnit.MILLISECONDS);
      }
    } catch (InterruptedException e) {
      ending.destroyForcibly();
    }
    settle(ending.isAlive() ? SIGNALLED : ending.exitValue());
  }

  private static void removeHook(Thread hook) {
    try {
      Runtime.getRuntime().removeShutdownHook(hook);
    } catch (IllegalStateException e) {
      // we are shutting down, the hook runs; what it does twice it does once
    }
  }

  /** Lets the guard of the terminal go, if {@link #run} has not. */
  @Override
  public void close() {
    guard.leave();
  }
}
