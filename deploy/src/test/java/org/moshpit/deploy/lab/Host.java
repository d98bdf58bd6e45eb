package org.moshpit.deploy.lab;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;

/** One machine of a {@link Lab}. Programs run as the lab's user unless the method says root. */
public final class Host {
  private static final AtomicInteger LOGS = new AtomicInteger();

  private final Lab lab;
  private final String name;

  Host(Lab lab, String name) {
    this.lab = lab;
    this.name = name;
  }

  public String name() {
    return name;
  }

  /** The user's home, a path that is the same inside and outside the lab. */
  public Path home() {
    return lab.directory().resolve("host").resolve(name).resolve("home");
  }

  /** Runs a program to its end. */
  public Shell.Result run(String... command) {
    return Shell.run(in("demo@" + name, command), "");
  }

  /** Runs a program to its end and expects exit 0; its standard output. */
  public String output(String... command) {
    return run(command).orFail();
  }

  /** Runs a program that reads {@code input}. */
  public Shell.Result runWithInput(String input, String... command) {
    return Shell.run(in("demo@" + name, command), input);
  }

  /** Runs a program as root, also on a router, and expects exit 0; its standard output. */
  public String root(String... command) {
    return Shell.run(in(name, command), "").orFail();
  }

  /** Runs a program as root that reads {@code input}, and expects exit 0. */
  public String rootWithInput(String input, String... command) {
    return Shell.run(in(name, command), input).orFail();
  }

  /** Starts a program and leaves it running; it ends with the lab at the latest. */
  public Running start(String... command) {
    return launch(in("demo@" + name, command));
  }

  /** The same as root, also on a router. */
  public Running startAsRoot(String... command) {
    return launch(in(name, command));
  }

  /** Starts a program that is spoken to over its standard streams; its errors are this process'. */
  public Process converse(String... command) {
    try {
      return new ProcessBuilder(in("demo@" + name, command))
          .redirectError(ProcessBuilder.Redirect.INHERIT)
          .start();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Starts a program in a terminal of 80 columns and 24 rows. */
  public Terminal terminal(String... command) {
    return Terminal.open(this, List.of(command));
  }

  /** With every signal as by default: what starts the tests may have had some ignored. */
  private Running launch(List<String> in) {
    List<String> command = new ArrayList<>(List.of("env", "--default-signal"));
    command.addAll(in);
    Path log = lab.directory().resolve("run-" + LOGS.incrementAndGet() + ".log");
    try {
      Process process =
          new ProcessBuilder(command)
              .redirectInput(Path.of("/dev/null").toFile())
              .redirectErrorStream(true)
              .redirectOutput(log.toFile())
              .start();
      return new Running(process, log);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private List<String> in(String where, String... command) {
    List<String> all = new ArrayList<>(List.of(Shell.tool("in"), lab.state().toString(), where));
    all.addAll(List.of(command));
    return all;
  }

  /** A program that was started; {@code in} becomes it, so the process id is its own. */
  public record Running(Process process, Path log) {
    /** Everything it has written so far. */
    public String output() {
      try {
        return Files.readString(log);
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }

    public boolean alive() {
      return process.isAlive();
    }

    /** Asks it to end (SIGTERM). */
    public void terminate() {
      process.destroy();
    }

    /** Ends it without asking (SIGKILL). */
    public void kill() {
      process.destroyForcibly();
    }
  }
}
