package org.moshpit.agent.cli;

import java.util.List;
import org.moshpit.agent.config.AgentPaths;
import org.moshpit.agent.config.Enrollment;
import org.moshpit.agent.config.ServiceUnit;
import org.moshpit.agent.config.StateLock;
import org.moshpit.agent.config.ThisUser;
import org.moshpit.common.process.LockHolder;

/** What is to be typed after an enrollment, as lines for a person. */
final class NextSteps {
  private NextSteps() {}

  /** On the box. */
  static String onBox(AgentPaths paths) {
    return "Next, on a box: " + howToRun(paths);
  }

  /** As the service, where a package has brought one; what runs has read the old enrollment. */
  private static String howToRun(AgentPaths paths) {
    if (StateLock.isHeld(paths)) {
      return ServiceUnit.howToRestart(LockHolder.words(paths.lock()).stop());
    }
    if (!ServiceUnit.isThere()) {
      return "agent run";
    }
    String command = ServiceUnit.command("enable --now");
    return ThisUser.isRoot()
        ? command
        : command
            + ", and loginctl enable-linger "
            + ThisUser.name()
            + " as root, so that it runs while you are not logged in";
  }

  /**
   * On a laptop.
   *
   * @param root whether it is root who has enrolled
   */
  static List<String> onLaptop(Enrollment.Role role, boolean root) {
    String next = "Next, on a laptop: agent connect NAME";
    return switch (role) {
      case BOX -> List.of();
      case BOTH -> List.of(next);
      case LAPTOP ->
          root
              ? List.of(
                  next,
                  "This enrollment is root's: whoever connects as somebody else runs agent enroll -"
                      + " as that user, with a join URL of its own.")
              : List.of(next);
    };
  }
}
