package org.moshpit.deploy.documents;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.moshpit.deploy.lab.Shell;

/** The repository's documents. */
final class Documents {
  /** Those whose commands people type. */
  private static final List<String> WITH_COMMANDS =
      List.of(
          "README.md",
          "docs/operations.md",
          "docs/security.md",
          "docs/troubleshooting.md",
          "docs/nat-traversal.md",
          "docs/roaming.md");

  private Documents() {}

  /** Read once. */
  private static final class Found {
    private static final List<Documented> COMMANDS = List.copyOf(find());
  }

  static List<Documented> commands() {
    return Found.COMMANDS;
  }

  private static List<Documented> find() {
    Extractor extractor = new Extractor(Shell.repository());
    List<Documented> all = new ArrayList<>();
    WITH_COMMANDS.forEach(file -> all.addAll(extractor.commands(file, read(file))));
    return all;
  }

  /** Whether a document shows what a command prints. */
  static boolean shows(String command) {
    return commands().stream().anyMatch(c -> c.text().equals(command) && !c.sample().isEmpty());
  }

  /** What the documents show a command to print. */
  static List<String> sample(String command) {
    return commands().stream()
        .filter(c -> c.text().equals(command) && !c.sample().isEmpty())
        .map(Documented::sample)
        .findFirst()
        .orElseThrow(() -> new AssertionError("no document shows what `" + command + "` prints"));
  }

  /** Those with commands, by their path. */
  static Map<String, Markdown> withCommands() {
    Map<String, Markdown> documents = new TreeMap<>();
    WITH_COMMANDS.forEach(file -> documents.put(file, read(file)));
    return documents;
  }

  /** README and everything below docs, by its path. */
  static Map<String, Markdown> all() {
    Map<String, Markdown> documents = withCommands();
    Path repository = Shell.repository();
    try (Stream<Path> files = Files.walk(repository.resolve("docs"))) {
      files
          .filter(path -> path.toString().endsWith(".md"))
          .map(path -> repository.relativize(path).toString())
          .forEach(file -> documents.put(file, read(file)));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return documents;
  }

  static Markdown read(String file) {
    try {
      return new Markdown(Files.readString(Shell.repository().resolve(file)));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
