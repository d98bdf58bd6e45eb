package org.moshpit.agent.control;

import java.io.IOException;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.UserPrincipal;
import java.nio.file.attribute.UserPrincipalLookupService;
import java.nio.file.attribute.UserPrincipalNotFoundException;
import org.moshpit.agent.config.ThisUser;

/** Users as the kernel tells them; two are equal if their numbers are. */
final class PeerUser {
  private PeerUser() {}

  /** Whom this process runs as. */
  static UserPrincipal self() throws IOException {
    if (ThisUser.isRoot()) {
      return root();
    }
    // as in ThisUser: a process owns its entry in /proc, and elsewhere its home
    Path proc = Path.of("/proc/self");
    return Files.getOwner(Files.exists(proc) ? proc : Path.of(System.getProperty("user.home")));
  }

  static UserPrincipal root() throws IOException {
    UserPrincipalLookupService users = FileSystems.getDefault().getUserPrincipalLookupService();
    try {
      return users.lookupPrincipalByName("root");
    } catch (UserPrincipalNotFoundException e) {
      return users.lookupPrincipalByName("0");
    }
  }
}
