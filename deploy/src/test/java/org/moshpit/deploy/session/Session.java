package org.moshpit.deploy.session;

import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.awaitility.core.ConditionTimeoutException;
import org.moshpit.deploy.lab.Host;
import org.moshpit.deploy.lab.Lab;
import org.moshpit.deploy.lab.Terminal;

/** An {@code agent connect} in a terminal, and the events it tells. */
public final class Session implements AutoCloseable {
  private static final AtomicInteger NUMBER = new AtomicInteger();
  private static final ObjectMapper JSON = new ObjectMapper();

  private final Terminal terminal;
  private final Path events;

  private Session(Terminal terminal, Path events) {
    this.terminal = terminal;
    this.events = events;
  }

  /** From the lab's laptop to its box. */
  public static Session open(Lab lab, String... options) {
    return open(lab, lab.laptop(), "box", options);
  }

  /** From the lab's laptop to its box, to run a command instead of the login shell. */
  public static Session openCommand(Lab lab, String... command) {
    return start(lab, lab.laptop(), "box", List.of(), List.of(command));
  }

  /** The same from another laptop, to another box, with options. */
  public static Session openCommand(
      Lab lab, Host laptop, String box, List<String> options, String... command) {
    return start(lab, laptop, box, options, List.of(command));
  }

  public static Session open(Lab lab, Host laptop, String box, String... options) {
    return start(lab, laptop, box, List.of(options), List.of());
  }

  private static Session start(
      Lab lab, Host laptop, String box, List<String> options, List<String> remote) {
    Path events = laptop.home().resolve("events-" + NUMBER.incrementAndGet());
    List<String> command = new ArrayList<>(List.of("agent", "connect", "--events"));
    command.addAll(List.of(events.toString(), "--host-key", lab.hostKey(box)));
    command.addAll(options);
    command.add(box);
    if (!remote.isEmpty()) {
      command.add("--");
      command.addAll(remote);
    }
    return new Session(laptop.terminal(command.toArray(String[]::new)), events);
  }

  public Terminal terminal() {
    return terminal;
  }

  /** Waits for the shell's prompt. */
  public Session awaitPrompt() {
    terminal.awaitText("demo@", Duration.ofSeconds(20));
    return this;
  }

  /** Has the remote shell say something that does not stand in what was typed. */
  public void expectEcho() {
    int nonce = NUMBER.incrementAndGet();
    terminal.type("echo over-$((40+2))-" + nonce + "\n");
    terminal.awaitText("over-42-" + nonce);
  }

  /** Every event so far. */
  public List<JsonNode> events() {
    if (!Files.exists(events)) {
      return List.of();
    }
    try {
      List<JsonNode> parsed = new ArrayList<>();
      String text = Files.readString(events);
      // a line still being written has no end yet
      for (String line : text.substring(0, text.lastIndexOf('\n') + 1).split("\n")) {
        parsed.add(JSON.readTree(line));
      }
      return parsed;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  public List<JsonNode> events(String name) {
    return events().stream().filter(e -> e.path("event").asText().equals(name)).toList();
  }

  /** The paths in the order the session took them. */
  public List<String> paths() {
    return events("path").stream().map(e -> e.path("path").asText()).toList();
  }

  /** Waits until the session runs on this path; the event that said so. */
  public JsonNode awaitPath(String path, Duration longest) {
    try {
      await()
          .atMost(longest)
          .pollInterval(Duration.ofMillis(50))
          .until(
              () -> {
                List<String> sofar = paths();
                return !sofar.isEmpty() && sofar.get(sofar.size() - 1).equals(path);
              });
    } catch (ConditionTimeoutException e) {
      throw new AssertionError(
          "no path " + path + " within " + longest + ": " + events() + "\n" + terminal.screen(), e);
    }
    List<JsonNode> all = events("path");
    return all.get(all.size() - 1);
  }

  /** Ends the remote shell and waits for the end of connect; its exit status. */
  public int exit() {
    terminal.type("exit\n");
    return terminal.awaitExit(Duration.ofSeconds(15));
  }

  @Override
  public void close() {
    terminal.close();
  }
}
