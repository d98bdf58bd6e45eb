package org.moshpit.agent.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.AccessDeniedException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.moshpit.agent.config.AgentPaths;

class ForgetCommandTest {
  /** Its message is the path alone. */
  @Test
  void whatIsDeniedIsSaidToBe() {
    assertThat(
            ForgetCommand.cannotChange(
                    new AgentPaths(Path.of("/c"), Path.of("/s")),
                    new AccessDeniedException("/c/known_boxes.lock"))
                .sentence())
        .isEqualTo("/c/known_boxes cannot be changed: permission denied");
  }
}
