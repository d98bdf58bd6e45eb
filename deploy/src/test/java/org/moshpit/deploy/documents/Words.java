package org.moshpit.deploy.documents;

import java.util.ArrayList;
import java.util.List;

/** A command line's words, as far as documents need a shell. */
final class Words {
  private Words() {}

  /** The words without their quotes. */
  static List<String> of(String line) {
    List<String> words = new ArrayList<>();
    StringBuilder word = new StringBuilder();
    boolean begun = false;
    char quote = 0;
    for (char c : line.toCharArray()) {
      if (quote != 0 ? c == quote : c == '\'' || c == '"') {
        quote = quote == 0 ? c : 0;
        begun = true;
      } else if (quote == 0 && Character.isWhitespace(c)) {
        if (begun) {
          words.add(word.toString());
          word.setLength(0);
          begun = false;
        }
      } else {
        word.append(c);
        begun = true;
      }
    }
    if (begun) {
      words.add(word.toString());
    }
    return words;
  }

  /** The program and its arguments, without what goes before: sudo, NAME=VALUE. */
  static List<String> ofProgram(String line) {
    List<String> words = of(line);
    int first = 0;
    while (first < words.size()
        && (words.get(first).equals("sudo") || words.get(first).matches("[A-Z_]+=.*"))) {
      first++;
    }
    return words.subList(first, words.size());
  }

  /** The line without its comment: a # outside of quotes, at a word's beginning, and all after. */
  static String withoutComment(String line) {
    char quote = 0;
    for (int i = 0; i < line.length(); i++) {
      char c = line.charAt(i);
      if (quote != 0 ? c == quote : c == '\'' || c == '"') {
        quote = quote == 0 ? c : 0;
      } else if (quote == 0 && c == '#' && (i == 0 || Character.isWhitespace(line.charAt(i - 1)))) {
        return line.substring(0, i).strip();
      }
    }
    return line.strip();
  }
}
