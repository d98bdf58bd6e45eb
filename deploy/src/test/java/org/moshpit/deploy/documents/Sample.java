package org.moshpit.deploy.documents;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** What a document shows a command to print, held against what it prints. */
record Sample(String command, List<String> lines) {
  private static final String REST = "…";

  private static final Set<String> ASKED_FOR = new HashSet<>();

  static Sample of(String command) {
    ASKED_FOR.add(command);
    return new Sample(command, Documents.sample(command));
  }

  /** Whether somebody has asked for it. */
  static boolean isAskedFor(String command) {
    return ASKED_FOR.contains(command);
  }

  /** The same headings of a table. */
  void hasTheHeadingsOf(String printed) {
    assertThat(columns(lines.get(0)))
        .as("headings that the documents show of `%s`", command)
        .isEqualTo(columns(printed.lines().findFirst().orElseThrow()));
  }

  /** The first column's words, in order; more may follow in what was printed. */
  void beginsWithTheWordsOf(String printed) {
    assertThat(lines.stream().map(line -> columns(line).get(0)).toList())
        .as("the first words that the documents show of `%s`", command)
        .isEqualTo(
            printed
                .lines()
                .limit(lines.size())
                .map(line -> line.isEmpty() ? "" : columns(line).get(0))
                .toList());
  }

  /** The first column's words of what is shown were printed, in order; remedies may differ. */
  void hasItsFirstWordsIn(String printed) {
    assertThat(firstWords(printed.lines().toList()))
        .as("the first words that the documents show of `%s`", command)
        .containsSubsequence(
            firstWords(lines.stream().filter(line -> !line.equals(REST)).toList()));
  }

  private static List<String> firstWords(List<String> lines) {
    return lines.stream()
        .filter(line -> !line.startsWith(" "))
        .map(line -> columns(line).get(0))
        .toList();
  }

  /** Every line printed is, but for its figures, one of those shown; the last one is the last. */
  void hasLinesLike(String printed) {
    List<String> shown = lines.stream().map(Sample::shape).toList();
    List<String> found = printed.lines().map(Sample::shape).toList();
    assertThat(shown).as("lines that the documents show of `%s`", command).containsAll(found);
    assertThat(found.get(found.size() - 1)).isEqualTo(shown.get(shown.size() - 1));
  }

  /** Every line shown was printed, in that order. */
  void hasItsLinesIn(String printed) {
    assertThat(printed.lines())
        .as("lines that the documents show of `%s`", command)
        .containsSubsequence(lines.stream().filter(line -> !line.equals(REST)).toList());
  }

  private static List<String> columns(String line) {
    return List.of(line.strip().split(" {2,}", -1));
  }

  private static String shape(String line) {
    return line.replaceAll("[0-9]+(\\.[0-9]+)*(:[0-9]+)?", "#");
  }
}
