package org.moshpit.agent.control;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.moshpit.common.identity.PlainText;
import org.moshpit.common.process.LockHolder;

/**
 * Agents on this machine beside root's, as their processes tell in /proc. None of them is asked,
 * and no file of theirs is opened: those are other users'. What a process says of itself (its
 * command line, its control group) its user can have made up, so it is good for one line and
 * nothing else.
 */
final class OtherAgents {
  private static final String MAIN = "org.moshpit.agent.cli.Main";
  private static final List<String> OPTIONS_WITH_VALUE = List.of("--config-dir", "--state-dir");
  private static final int MAX_COMMAND_LINE = 65_536;
  private static final int MAX_NAMED = 5;
  private static final long PATIENCE_SECONDS = 1;

  private OtherAgents() {}

  /**
   * A whole sentence about them; empty if there are none.
   *
   * @param lock held by the agent that is not another
   */
  static Optional<String> sentence(Path lock) {
    // Who reads of another's memory may be kept waiting by that other (a page of a FUSE file).
    CompletableFuture<Optional<String>> seen = new CompletableFuture<>();
    Thread look =
        new Thread(
            () -> {
              try {
                seen.complete(sentence(LockHolder.process(lock), Path.of("/proc")));
              } catch (IOException | RuntimeException e) {
                seen.completeExceptionally(e);
              }
            },
            "others");
    look.setDaemon(true);
    look.start();
    try {
      return seen.get(PATIENCE_SECONDS, TimeUnit.SECONDS);
    } catch (TimeoutException | ExecutionException e) {
      return Optional.of("Whether other agents run here could not be seen.");
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return Optional.empty();
    }
  }

  static Optional<String> sentence(OptionalLong own, Path proc) throws IOException {
    List<String> others = new ArrayList<>();
    int more = 0;
    try (DirectoryStream<Path> processes = Files.newDirectoryStream(proc, "[1-9]*")) {
      for (Path process : processes) {
        String number = process.getFileName().toString();
        boolean other =
            number.matches("[0-9]{1,18}")
                && (own.isEmpty() || own.getAsLong() != Long.parseLong(number));
        Optional<String> words =
            other ? words(process, Long.parseLong(number), proc) : Optional.empty();
        if (words.isPresent() && others.size() == MAX_NAMED) {
          more++;
        } else {
          words.ifPresent(others::add);
        }
      }
    }
    if (others.isEmpty()) {
      return Optional.empty();
    }
    return Optional.of(
        PlainText.marked(
            (others.size() == 1 ? "Another agent runs" : "Other agents run")
                + " here, whose sessions are not listed: "
                + String.join(", ", others)
                + (more == 0 ? "" : " and " + more + " more")
                + ". Run as its user, agent sessions lists them."));
  }

  /** Of an agent's process; empty if it is none, or another machine's by its namespaces. */
  private static Optional<String> words(Path process, long pid, Path proc) {
    try {
      if (!runs(commandLine(process)) || !here(process, proc)) {
        return Optional.empty();
      }
      return Optional.of(
          Files.getOwner(process).getName() + "'s" + LockHolder.words(pid, proc).who());
    } catch (IOException e) {
      return Optional.empty(); // it has ended
    }
  }

  private static List<String> commandLine(Path process) throws IOException {
    try (InputStream in = Files.newInputStream(process.resolve("cmdline"))) {
      String text = new String(in.readNBytes(MAX_COMMAND_LINE), StandardCharsets.UTF_8);
      return Arrays.asList(text.split("\0", -1));
    }
  }

  private static boolean runs(List<String> commandLine) {
    int main = commandLine.indexOf(MAIN);
    if (main < 0) {
      return false;
    }
    Iterator<String> words = commandLine.subList(main + 1, commandLine.size()).iterator();
    while (words.hasNext()) {
      String word = words.next();
      if (OPTIONS_WITH_VALUE.contains(word) && words.hasNext()) {
        words.next();
      } else if (!word.startsWith("-")) {
        return word.equals("run");
      }
    }
    return false;
  }

  /** Not in a container, which has an agent of its own and others to look after it. */
  private static boolean here(Path process, Path proc) {
    return same(process, proc, "pid") && same(process, proc, "net");
  }

  private static boolean same(Path process, Path proc, String namespace) {
    Path link = Path.of("ns", namespace);
    try {
      return Files.readSymbolicLink(process.resolve(link))
          .equals(Files.readSymbolicLink(proc.resolve("self").resolve(link)));
    } catch (IOException e) {
      return true; // who may not see that sees no container from outside either
    }
  }
}
