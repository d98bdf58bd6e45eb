package org.moshpit.agent.config;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** Lines of {@code key = value}; blank lines and lines that begin with {@code #} are skipped. */
final class KeyValueFile {
  /**
   * One line.
   *
   * @param number counted from 1
   */
  record Line(int number, String key, String value) {}

  private KeyValueFile() {}

  /**
   * Parses a file's text.
   *
   * @param name the file's name, for the sentence
   * @throws UserError exit 2 with {@code file:line}, for a line without a key or {@code =}, and for
   *     a key given twice
   */
  static List<Line> parse(String name, String text) {
    List<Line> lines = new ArrayList<>();
    Set<String> seen = new HashSet<>();
    int number = 0;
    for (String raw : text.split("\r?\n", -1)) {
      number++;
      String line = raw.strip();
      if (line.isEmpty() || line.startsWith("#")) {
        continue;
      }
      int equals = line.indexOf('=');
      if (equals <= 0) {
        throw at(name, number, "this is not KEY = VALUE");
      }
      String key = line.substring(0, equals).strip();
      if (!seen.add(key)) {
        throw at(name, number, key + " was already set above");
      }
      lines.add(new Line(number, key, line.substring(equals + 1).strip()));
    }
    return lines;
  }

  static UserError at(String name, int line, String what) {
    return new UserError(ExitCode.USAGE, name + ":" + line + ": " + what);
  }
}
