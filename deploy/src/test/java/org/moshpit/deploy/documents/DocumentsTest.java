package org.moshpit.deploy.documents;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.moshpit.deploy.documents.Markdown.Block;
import org.moshpit.deploy.documents.Markdown.Span;
import org.moshpit.deploy.lab.Shell;

/** The documents as they stand, without running any of their commands. */
class DocumentsTest {
  private static final Path REPOSITORY = Shell.repository();

  @Test
  void everyBlockSaysWhatKindItIs() {
    List<String> faults = new ArrayList<>();
    Documents.withCommands()
        .forEach(
            (file, document) -> {
              for (Block block : document.blocks()) {
                if (!Extractor.KINDS.contains(block.kind())) {
                  faults.add(
                      file + ":" + block.line() + ": the block says none of " + Extractor.KINDS);
                }
              }
            });
    assertThat(faults).isEmpty();
  }

  @Test
  void everyCommandIsOneThatTheProgramsKnow() {
    List<String> faults = new ArrayList<>();
    for (Documented command : Documents.commands()) {
      String filled = Placeholders.wellFormed().fill(command.text());
      Model.fault(Words.ofProgram(filled))
          .ifPresent(fault -> faults.add(command.where() + ": " + fault));
    }
    assertThat(faults).isEmpty();
  }

  @Test
  void everyFileACommandNamesIsThere() {
    List<String> faults = new ArrayList<>();
    for (Documented command : Documents.commands()) {
      for (String word : Words.of(command.text())) {
        Path path = REPOSITORY.resolve(word.replaceFirst("^\\./", ""));
        if (!word.matches("(\\./)?(deploy|docs)/.*") || word.contains("/target/")) {
          continue;
        }
        if (!Files.exists(path)) {
          faults.add(command.where() + ": there is no " + word);
        } else if (Extractor.isScript(path) && !Files.isExecutable(path)) {
          faults.add(command.where() + ": " + word + " cannot be executed");
        }
      }
    }
    assertThat(faults).isEmpty();
  }

  @Test
  void mavenIsAskedForWhatItHas() throws Exception {
    List<String> faults = new ArrayList<>();
    String poms =
        Files.readString(REPOSITORY.resolve("pom.xml"))
            + Files.readString(REPOSITORY.resolve("deploy/pom.xml"));
    for (Documented command : Documents.commands()) {
      List<String> words = Words.ofProgram(command.text());
      if (!words.get(0).equals("mvn")) {
        continue;
      }
      for (String word : words) {
        if (word.startsWith("-P") && !poms.contains("<id>" + word.substring(2) + "</id>")) {
          faults.add(command.where() + ": there is no profile " + word.substring(2));
        }
        if (word.startsWith("-Dtest=") && !isTest(word.substring("-Dtest=".length()))) {
          faults.add(command.where() + ": there is no such test");
        }
      }
    }
    assertThat(faults).isEmpty();
  }

  private static boolean isTest(String name) throws Exception {
    try (Stream<Path> files = Files.walk(REPOSITORY.resolve("deploy/src/test/java"))) {
      return files.anyMatch(path -> path.getFileName().toString().equals(name + ".java"));
    }
  }

  @Test
  void everyLinkLeadsSomewhere() {
    List<String> faults = new ArrayList<>();
    Documents.all()
        .forEach(
            (file, document) -> {
              for (Span link : document.links()) {
                if (!leadsSomewhere(file, document, link.text())) {
                  faults.add(file + ":" + link.line() + ": " + link.text() + " leads nowhere");
                }
              }
            });
    assertThat(faults).isEmpty();
  }

  private static boolean leadsSomewhere(String from, Markdown document, String link) {
    int sharp = link.indexOf('#');
    String path = sharp < 0 ? link : link.substring(0, sharp);
    Path target = REPOSITORY.resolve(from).resolveSibling(path).normalize();
    if (!path.isEmpty() && !Files.exists(target)) {
      return false;
    }
    if (sharp < 0) {
      return true;
    }
    Markdown to =
        path.isEmpty() ? document : Documents.read(REPOSITORY.relativize(target).toString());
    return to.anchors().contains(link.substring(sharp + 1));
  }

  @Test
  void everyCommandIsRunByOne() {
    Map<String, List<String>> claims =
        Claim.all().stream()
            .collect(
                Collectors.groupingBy(
                    Claim::command, Collectors.mapping(Claim::at, Collectors.toList())));
    List<String> faults = new ArrayList<>();
    List<Documented> commands = Documents.commands();
    for (Documented command : commands) {
      if (!claims.containsKey(command.text())) {
        faults.add(
            command.where() + ": no test runs it; give it a step, a rehearsal or a test elsewhere");
      }
    }
    claims.forEach(
        (command, at) -> {
          if (at.size() > 1) {
            faults.add("`" + command + "` is claimed at " + String.join(" and ", at));
          }
          if (commands.stream().noneMatch(c -> c.text().equals(command))) {
            faults.add(at.get(0) + ": `" + command + "` stands in no document any more");
          }
        });
    assertThat(faults).isEmpty();
  }
}
