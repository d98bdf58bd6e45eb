package org.moshpit.agent.cli.enroll;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.moshpit.agent.auth.DoorReport;

/**
 * Whether anybody can come in where the agent serves every user, as sshd would.
 *
 * @param users whom to look for: those who may log in
 * @param door looks
 */
record RootDoorCheck(List<String> users, Door door) implements Check {
  private static final int SHOWN = 3;

  /** What the door finds. */
  interface Door {
    /**
     * Looks for one user; empty if there is none of that name.
     *
     * @throws IOException if it cannot
     */
    Optional<DoorReport> look(String user) throws IOException;
  }

  @Override
  public String what() {
    return "authorized_keys";
  }

  @Override
  public List<Finding> look() throws IOException {
    List<String> open = new ArrayList<>();
    List<String> reasons = new ArrayList<>();
    List<String> remedies = new ArrayList<>();
    List<Finding> shut = new ArrayList<>();
    for (String user : users) {
      Optional<DoorReport> found = door.look(user);
      if (found.isEmpty()) {
        continue;
      }
      DoorReport report = found.get();
      if (report.open()) {
        open.add(described(user, report));
      } else if (report.keys() > 0 && report.refusal().isPresent()) {
        String refusal = report.refusal().get();
        reasons.add(refusal);
        remedies.add("");
        shut.add(
            Finding.warning(
                what(), user + " (" + DoorWords.keys(report.keys()) + ") is not let in", refusal));
      } else if (!report.problems().isEmpty()) {
        String problem = report.problems().get(0);
        String remedy = DoorWords.remedy(problem, report.account());
        reasons.add(problem);
        remedies.add(remedy);
        shut.add(
            Finding.warning(what(), user + " is not let in", sentence(problem) + " " + remedy));
      }
    }
    if (!open.isEmpty()) {
      int more = open.size() - SHOWN;
      String who = String.join(", ", open.subList(0, Math.min(SHOWN, open.size())));
      List<Finding> all = new ArrayList<>();
      all.add(Finding.ok(what(), who + (more > 0 ? " and " + more + " more" : "")));
      all.addAll(shut.subList(0, Math.min(SHOWN, shut.size())));
      if (shut.size() > SHOWN) {
        int others = shut.size() - SHOWN;
        all.add(
            Finding.warning(
                what(),
                others + (others == 1 ? " more is not let in" : " more are not let in"),
                ""));
      }
      return all;
    }
    return List.of(
        reasons.isEmpty()
            ? Finding.wrong(
                what(),
                "no user of /etc/passwd has a key in one",
                "As the user to be: mkdir -m 700 -p ~/.ssh, then put your public key, the laptop's"
                    + " ~/.ssh/id_*.pub, into ~/.ssh/authorized_keys.")
            : Finding.wrong(what(), reasons.get(0), remedies.get(0)));
  }

  private static String sentence(String words) {
    return words.substring(0, 1).toUpperCase(Locale.ROOT)
        + words.substring(1)
        + (words.endsWith(".") ? "" : ".");
  }

  private static String described(String user, DoorReport report) {
    return user
        + " ("
        + (report.keys() > 0 ? DoorWords.keys(report.keys()) : "by AuthorizedKeysCommand")
        + ")";
  }
}
