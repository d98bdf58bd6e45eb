package org.moshpit.deploy.documents;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.moshpit.deploy.documents.Markdown.Block;
import org.moshpit.deploy.documents.Markdown.Span;

/** Finds the commands in a document. */
final class Extractor {
  static final Set<String> KINDS = Set.of("sh", "console", "text", "yaml");

  /**
   * What people are told to type, beside the repository's own programs. What our programs call
   * themselves (sshd -T, ip monitor, systemd-analyze) is not among it.
   */
  private static final Set<String> PROGRAMS =
      Set.of(
          "agent",
          "apt",
          "journalctl",
          "lib/make-archives",
          "loginctl",
          "man",
          "mvn",
          "nc",
          "openssl",
          "rendezvous-server",
          "sed",
          "ssh",
          "ssh-keygen",
          "systemctl",
          "timedatectl",
          "ufw");

  private static final String PROMPT = "$ ";

  private final Path repository;

  Extractor(Path repository) {
    this.repository = repository;
  }

  /** All commands of a document, in its order; those of its blocks first. */
  List<Documented> commands(String file, Markdown document) {
    List<Documented> found = new ArrayList<>();
    for (Block block : document.blocks()) {
      switch (block.kind()) {
        case "sh" -> found.addAll(lines(file, block));
        case "console" -> found.addAll(conversation(file, block));
        default -> {}
      }
    }
    for (Span span : document.code()) {
      if (isCommand(span.text())) {
        found.add(new Documented(file, span.line(), span.text(), List.of(), true));
      }
    }
    return found;
  }

  /**
   * Code in a sentence is a command if it begins with a program, and more follows. A program in a
   * directory needs nothing after it; one of ours that needs more than it has is only named. What
   * begins with sudo is always one.
   */
  private boolean isCommand(String code) {
    if (code.startsWith("sudo ")) {
      return true;
    }
    List<String> words = Words.ofProgram(code);
    if (words.isEmpty()) {
      return false;
    }
    String program = words.get(0);
    if (program.startsWith("deploy/")) {
      return isScriptOrMissing(program);
    }
    return PROGRAMS.contains(program)
        && (words.size() > 1 || program.contains("/"))
        && !Model.incomplete(words);
  }

  /** What is not there may be a script's name misspelt; what a build leaves is no script. */
  private boolean isScriptOrMissing(String path) {
    Path file = repository.resolve(path);
    if (path.contains("/target/")) {
      return false;
    }
    return !Files.exists(file) || isScript(file);
  }

  static boolean isScript(Path file) {
    if (!Files.isRegularFile(file)) {
      return false;
    }
    try (var in = Files.newInputStream(file)) {
      return in.read() == '#' && in.read() == '!';
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static List<Documented> lines(String file, Block block) {
    List<Documented> found = new ArrayList<>();
    for (int i = 0; i < block.lines().size(); i++) {
      int line = block.line() + i;
      StringBuilder text = new StringBuilder(Words.withoutComment(block.lines().get(i)));
      while (goesOn(text) && i + 1 < block.lines().size()) {
        i++;
        text.append(' ').append(Words.withoutComment(block.lines().get(i)));
      }
      if (!text.isEmpty()) {
        found.add(new Documented(file, line, text.toString(), List.of(), false));
      }
    }
    return found;
  }

  /** Whether the next line belongs to it; a backslash is taken off, since it becomes one line. */
  private static boolean goesOn(StringBuilder text) {
    int last = text.length() - 1;
    if (last >= 0 && text.charAt(last) == '\\') {
      text.setLength(last);
      text.setLength(text.toString().stripTrailing().length());
      return true;
    }
    return last >= 0 && text.charAt(last) == '|';
  }

  private static List<Documented> conversation(String file, Block block) {
    List<Documented> found = new ArrayList<>();
    for (int i = 0; i < block.lines().size(); i++) {
      String line = block.lines().get(i);
      if (line.startsWith(PROMPT)) {
        String text = Words.withoutComment(line.substring(PROMPT.length()));
        found.add(new Documented(file, block.line() + i, text, new ArrayList<>(), false));
      } else if (found.isEmpty()) {
        throw new IllegalArgumentException(
            file + ":" + block.line() + ": a console block begins with \"$ \"");
      } else {
        found.get(found.size() - 1).sample().add(line);
      }
    }
    return found;
  }
}
