package org.moshpit.agent.cli.enroll;

import java.util.Objects;
import org.moshpit.common.text.Cell;
import org.moshpit.common.text.Style;

/**
 * What a look at one thing brought.
 *
 * @param what the thing, in a word or two
 * @param level how bad it is
 * @param said what is wrong, in a few words; of what is right, what it is, or nothing
 * @param remedy a sentence with the one thing to do; empty if there is none
 */
record Finding(String what, Level level, String said, String remedy) {
  /** How bad it is. */
  enum Level {
    /** As it should be. */
    OK,
    /** Sessions come about, but not as well as they could. */
    WARNING,
    /** No session comes about. */
    WRONG
  }

  /** Nothing is null. */
  Finding {
    Objects.requireNonNull(what);
    Objects.requireNonNull(level);
    Objects.requireNonNull(said);
    Objects.requireNonNull(remedy);
  }

  /** All is well. */
  static Finding ok(String what, String said) {
    return new Finding(what, Level.OK, said, "");
  }

  /** It could be better. */
  static Finding warning(String what, String said, String remedy) {
    return new Finding(what, Level.WARNING, said, remedy);
  }

  /** It must be mended. */
  static Finding wrong(String what, String said, String remedy) {
    return new Finding(what, Level.WRONG, said, remedy);
  }

  /** What stands in the list. */
  Cell cell() {
    return switch (level) {
      case OK -> new Cell(said.isEmpty() ? "ok" : "ok, " + said, Style.GOOD);
      case WARNING -> new Cell(said, Style.FAIR);
      case WRONG -> new Cell(said, Style.BAD);
    };
  }
}
