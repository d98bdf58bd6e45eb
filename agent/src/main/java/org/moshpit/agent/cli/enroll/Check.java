package org.moshpit.agent.cli.enroll;

import java.io.IOException;
import java.util.List;

/** Looks at one thing that a session needs. */
interface Check {
  /** The thing, in a word or two. */
  String what();

  /**
   * Looks. Blocks for some seconds at most, on a thread of its own; it is left behind after eight.
   *
   * @return in the order to be shown
   * @throws IOException if it cannot be looked at, with the reason
   */
  List<Finding> look() throws IOException;
}
