package org.moshpit.common.process;

import java.io.IOException;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.UserPrincipal;
import java.nio.file.attribute.UserPrincipalLookupService;
import java.nio.file.attribute.UserPrincipalNotFoundException;

/**
 * Users as the kernel tells them; two are equal if their numbers are. The JDK has no getuid, but a
 * process owns its entry in /proc, and elsewhere its home. Any thread; reads /proc.
 */
public final class KernelUser {
  private KernelUser() {}

  /** Whom this process runs as. */
  public static UserPrincipal self() throws IOException {
    return Files.getOwner(own());
  }

  /** The number of the user this process runs as, 0 for root; −1 if it cannot be found out. */
  public static long uid() {
    try {
      return ((Number) Files.getAttribute(own(), "unix:uid")).longValue() & 0xffffffffL;
    } catch (IOException | UnsupportedOperationException e) {
      return "root".equals(System.getProperty("user.name")) ? 0 : -1;
    }
  }

  /** The one with number 0. */
  public static UserPrincipal root() throws IOException {
    UserPrincipalLookupService users = FileSystems.getDefault().getUserPrincipalLookupService();
    try {
      return users.lookupPrincipalByName("root");
    } catch (UserPrincipalNotFoundException e) {
      return users.lookupPrincipalByName("0");
    }
  }

  private static Path own() {
    Path proc = Path.of("/proc/self");
    return Files.exists(proc) ? proc : Path.of(System.getProperty("user.home"));
  }
}
