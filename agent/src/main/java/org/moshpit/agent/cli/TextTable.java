package org.moshpit.agent.cli;

import java.util.ArrayList;
import java.util.List;
import org.moshpit.common.identity.PlainText;

/** Columns for people: left-aligned, two spaces between, control characters made harmless. */
final class TextTable {
  private final List<String[]> rows = new ArrayList<>();

  /** A table with its heading. */
  TextTable(String... heading) {
    rows.add(heading);
  }

  /** Adds a row of as many cells as the heading has. */
  void row(String... cells) {
    if (cells.length != rows.get(0).length) {
      throw new IllegalArgumentException(cells.length + " cells");
    }
    String[] clean = new String[cells.length];
    for (int i = 0; i < cells.length; i++) {
      clean[i] = PlainText.marked(cells[i]);
    }
    rows.add(clean);
  }

  @Override
  public String toString() {
    int[] widths = new int[rows.get(0).length];
    for (String[] row : rows) {
      for (int i = 0; i < row.length; i++) {
        widths[i] = Math.max(widths[i], row[i].codePointCount(0, row[i].length()));
      }
    }
    StringBuilder text = new StringBuilder();
    for (String[] row : rows) {
      StringBuilder line = new StringBuilder();
      for (int i = 0; i < row.length; i++) {
        line.append(row[i]);
        int pad = widths[i] - row[i].codePointCount(0, row[i].length()) + 2;
        line.append(" ".repeat(pad));
      }
      text.append(line.toString().stripTrailing()).append('\n');
    }
    return text.toString();
  }
}
