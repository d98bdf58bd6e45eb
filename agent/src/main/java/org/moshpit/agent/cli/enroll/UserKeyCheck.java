package org.moshpit.agent.cli.enroll;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.moshpit.agent.auth.UserKey;
import org.moshpit.agent.auth.UserKeys;

/**
 * Whether there is an SSH key to connect with, in a file that ssh would take or in an ssh-agent.
 *
 * @param environment of this process
 * @param home the person's home directory
 */
record UserKeyCheck(Map<String, String> environment, Path home) implements Check {
  /** Nobody's box: what ssh's configuration says of all hosts counts. */
  private static final String ANY_BOX = "box";

  @Override
  public String what() {
    return "SSH key";
  }

  @Override
  public List<Finding> look() throws IOException {
    UserKeys keys =
        new UserKeys(
            environment, home, ANY_BOX, Optional.empty(), Optional.empty(), Optional.empty());
    List<UserKey> found = new ArrayList<>();
    for (List<UserKey> some = keys.next(); !some.isEmpty(); some = keys.next()) {
      found.addAll(some);
    }
    if (found.isEmpty()) {
      return List.of(
          Finding.wrong(
              what(),
              "none where ssh looks, none in an ssh-agent",
              "To connect from here: ssh-keygen -t ed25519, then put ~/.ssh/id_ed25519.pub into"
                  + " authorized_keys on the box."));
    }
    UserKey first = found.get(0);
    String more = found.size() == 1 ? "" : " and " + (found.size() - 1) + " more";
    return List.of(Finding.ok(what(), name(first) + more));
  }

  private static String name(UserKey key) {
    return key.file().map(Path::toString).orElseGet(() -> key.key().fingerprint().toString());
  }
}
