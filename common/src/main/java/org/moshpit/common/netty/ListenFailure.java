package org.moshpit.common.netty;

import java.io.IOException;
import java.util.regex.Pattern;

/** What to say, and to do, where a port cannot be listened on. */
public final class ListenFailure {
  /** What Netty's native transport puts before the kernel's reason. */
  private static final Pattern NETTYS =
      Pattern.compile("bind\\(\\.\\.\\) failed with error\\(-?\\d+\\): ");

  /** EACCES, as strerror(3) and the JDK have it. */
  private static final String DENIED = "Permission denied";

  private ListenFailure() {}

  /**
   * A clause without a full stop: the address, why it cannot be had, and what to do.
   *
   * @param e its message names the address, and is the kernel's reason else
   * @param option what chooses another address
   */
  public static String words(IOException e, String option) {
    String said = NETTYS.matcher(e.getMessage()).replaceFirst("");
    return said
        + (said.endsWith(DENIED)
            ? "; a port below 1024 takes a right of root's (CAP_NET_BIND_SERVICE), so choose one"
                + " from 1024 with "
            : "; stop what listens there, or choose another address with ")
        + option;
  }
}
