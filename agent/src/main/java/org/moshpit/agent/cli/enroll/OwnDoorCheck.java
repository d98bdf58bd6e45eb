package org.moshpit.agent.cli.enroll;

import java.io.IOException;
import java.util.List;
import org.moshpit.agent.auth.DoorReport;

/**
 * Whether anybody can come in where the agent serves the user it runs as.
 *
 * @param door looks
 */
record OwnDoorCheck(Door door) implements Check {
  /** What the door finds. */
  interface Door {
    /**
     * Looks.
     *
     * @throws IOException if it cannot
     */
    DoorReport look() throws IOException;
  }

  @Override
  public String what() {
    return "authorized_keys";
  }

  @Override
  public List<Finding> look() throws IOException {
    DoorReport report = door.look();
    String shell = report.account().shell();
    if (DoorWords.isNoShell(shell)) {
      return List.of(
          Finding.wrong(
              what(),
              "the shell of " + report.account().name() + " is " + shell + ", which ends a session",
              "As root: chsh -s /bin/bash " + report.account().name()));
    }
    if (report.keys() > 0) {
      return List.of(
          Finding.ok(what(), DoorWords.keys(report.keys()) + " of " + report.account().name()));
    }
    if (!report.problems().isEmpty()) {
      String problem = report.problems().get(0);
      return List.of(Finding.wrong(what(), problem, DoorWords.remedy(problem, report.account())));
    }
    return List.of(
        Finding.wrong(
            what(),
            "no key in " + report.files().get(0),
            "mkdir -m 700 -p ~/.ssh, then put your public key, the laptop's ~/.ssh/id_*.pub,"
                + " into ~/.ssh/authorized_keys."));
  }
}
