package org.moshpit.deploy.documents;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.moshpit.deploy.lab.Shell;

/** The repository's own commands, run from its top as the documents have them, or in small. */
@Tag("lab")
class RehearsalTest {
  @TestFactory
  List<DynamicTest> each() {
    return Rehearsal.all().stream()
        .map(rehearsal -> DynamicTest.dynamicTest(rehearsal.really(), () -> run(rehearsal)))
        .toList();
  }

  private static void run(Rehearsal rehearsal) {
    Shell.Result result = here(rehearsal.really());
    assertThat(result.exit()).as(result.err() + result.out()).isEqualTo(rehearsal.exit());
    assertThat(result.out() + result.err())
        .containsPattern(Pattern.compile(rehearsal.says(), Pattern.DOTALL));
  }

  private static Shell.Result here(String command) {
    return Shell.run(
        List.of("bash", "-c", "cd \"$1\" && " + command, "bash", Shell.repository() + ""), "");
  }

  @Test
  void theUnitsAreThoseThatTheDocumentsShow() {
    Sample.of("deploy/packages/security")
        .beginsWithTheWordsOf(here("deploy/packages/security").orFail());
  }
}
