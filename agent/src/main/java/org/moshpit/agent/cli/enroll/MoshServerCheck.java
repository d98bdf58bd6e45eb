package org.moshpit.agent.cli.enroll;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.moshpit.agent.mosh.LoginAccount;
import org.moshpit.agent.mosh.MoshServerLauncher;

/**
 * Whether a session's mosh-server can be started.
 *
 * @param launcher what starts it
 * @param account in whose path it is looked up
 * @param server the setting {@code mosh-server}
 */
record MoshServerCheck(MoshServerLauncher launcher, LoginAccount account, String server)
    implements Check {
  private static final String USUAL = "mosh-server";

  @Override
  public String what() {
    return "mosh-server";
  }

  @Override
  public List<Finding> look() {
    Optional<Path> place = launcher.locate(account, server);
    if (place.isEmpty()) {
      return List.of(
          server.equals(USUAL)
              ? Finding.wrong(what(), "not installed", "apt install mosh")
              : Finding.wrong(
                  what(),
                  server + " is no program here",
                  "Install it, or change mosh-server in agent.conf."));
    }
    Optional<String> starter = launcher.missingStarter();
    return List.of(
        starter.isPresent()
            ? Finding.wrong(
                what(), "there is no " + starter.get() + " to start it", "Install that program.")
            : Finding.ok(what(), place.get().toString()));
  }
}
