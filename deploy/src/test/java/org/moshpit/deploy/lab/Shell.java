package org.moshpit.deploy.lab;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** Runs programs of the machine to their end. */
public final class Shell {
  /** What a program that ended left behind. */
  public record Result(int exit, String out, String err) {
    /** Standard output without its last line end; an error tells both streams. */
    public String orFail() {
      if (exit != 0) {
        throw new AssertionError("exit " + exit + ": " + err + out);
      }
      return out.strip();
    }
  }

  private static final Duration LONGEST = Duration.ofSeconds(300);

  private Shell() {}

  public static Path repository() {
    for (Path at = Path.of("").toAbsolutePath(); at != null; at = at.getParent()) {
      if (Files.isExecutable(at.resolve("deploy/lab/up"))) {
        return at;
      }
    }
    throw new AssertionError("deploy/lab/up is in no directory above this one");
  }

  /** The path of a program of {@code deploy/lab}. */
  public static String tool(String name) {
    return repository().resolve("deploy/lab").resolve(name).toString();
  }

  public static Result run(List<String> command, String input) {
    Process process = null;
    // Files, not pipes: a daemon that the program leaves behind may keep a pipe open for good.
    Path out = null;
    Path err = null;
    try {
      out = Files.createTempFile("lab", ".out");
      err = Files.createTempFile("lab", ".err");
      process =
          new ProcessBuilder(command)
              .redirectOutput(out.toFile())
              .redirectError(err.toFile())
              .start();
      try (var stdin = process.getOutputStream()) {
        stdin.write(input.getBytes(UTF_8));
      }
      if (!process.waitFor(LONGEST.toSeconds(), TimeUnit.SECONDS)) {
        throw new AssertionError(command + " did not end: " + Files.readString(err));
      }
      return new Result(process.exitValue(), Files.readString(out), Files.readString(err));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AssertionError(command + " was interrupted", e);
    } finally {
      if (process != null) {
        process.destroy();
      }
      delete(out);
      delete(err);
    }
  }

  private static void delete(Path file) {
    try {
      if (file != null) {
        Files.deleteIfExists(file);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
