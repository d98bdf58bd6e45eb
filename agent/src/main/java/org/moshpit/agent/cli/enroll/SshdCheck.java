package org.moshpit.agent.cli.enroll;

import java.util.List;
import java.util.Optional;

/**
 * Whose rules a root agent applies.
 *
 * @param sshd whether there is one on this machine
 * @param permitRoot the setting {@code permit-root}, if it is yes or no
 */
record SshdCheck(boolean sshd, Optional<Boolean> permitRoot) implements Check {
  @Override
  public String what() {
    return "sshd";
  }

  @Override
  public List<Finding> look() {
    if (sshd) {
      return List.of(Finding.ok(what(), "its rules apply"));
    }
    return List.of(
        permitRoot.isPresent()
            ? Finding.ok(what(), "none here, so authorized_keys decides")
            : Finding.warning(
                what(),
                "none here, so nobody comes in as root",
                "If that is not meant: permit-root = yes in agent.conf, or apt install"
                    + " openssh-server."));
  }
}
