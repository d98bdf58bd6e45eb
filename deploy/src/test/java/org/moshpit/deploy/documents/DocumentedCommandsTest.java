package org.moshpit.deploy.documents;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;

/**
 * The documents' commands, as they are written, on a machine that has both packages and on a
 * laptop; each step finds what the ones before it left.
 */
@Tag("lab")
class DocumentedCommandsTest {
  @TempDir private static Path directory;
  private static Scene scene;

  @BeforeAll
  static void set() {
    scene = new Scene(directory);
  }

  @AfterAll
  static void strike() {
    if (scene != null) {
      scene.close();
    }
  }

  @TestFactory
  List<DynamicTest> steps() {
    return Steps.all().stream()
        .map(step -> DynamicTest.dynamicTest(String.join(", ", step.commands()), () -> run(step)))
        .toList();
  }

  private static void run(Step step) throws Exception {
    scene.ran();
    step.work().on(scene);
    assertThat(scene.ran())
        .as("what the step at " + step.at() + " runs")
        .containsAll(step.commands());
    assertThat(step.commands())
        .as("with what they print looked at where a document shows it")
        .allMatch(command -> !Documents.shows(command) || Sample.isAskedFor(command));
  }
}
