package org.moshpit.common.text;

import java.util.ArrayList;
import java.util.List;

/**
 * Columns for people: left-aligned, two spaces between. On a terminal that is too narrow, long
 * cells are shortened first, then the least important columns are left out; to what is no terminal
 * everything is written. Not for several threads.
 */
public final class TextTable {
  private static final int GAP = 2;

  /**
   * A column.
   *
   * @param heading above it
   * @param rank 0: it stays; else the one with the highest is left out first
   * @param least to how many columns of the terminal it may be shortened; 0: it may not
   */
  private record Column(String heading, int rank, int least) {}

  private final List<Column> columns = new ArrayList<>();
  private final List<List<Cell>> rows = new ArrayList<>();

  /** Adds a column that is always there, whole unless nothing else is left to shorten. */
  public TextTable column(String heading) {
    return column(heading, 0, 0);
  }

  /**
   * Adds a column.
   *
   * @param heading above it
   * @param rank 0: it stays; else the one with the highest is left out first
   * @param least to how many columns of the terminal it may be shortened; 0: it may not
   */
  public TextTable column(String heading, int rank, int least) {
    columns.add(new Column(heading, rank, least));
    return this;
  }

  /** Adds a row of as many cells as there are columns: {@link Cell}s, or what they are made of. */
  public void row(Object... cells) {
    if (cells.length != columns.size()) {
      throw new IllegalArgumentException(cells.length + " cells");
    }
    List<Cell> row = new ArrayList<>();
    for (Object cell : cells) {
      row.add(cell instanceof Cell made ? made : Cell.of(cell));
    }
    rows.add(row);
  }

  /** The table, each line with its line feed and none longer than the screen is wide. */
  public String on(Screen screen) {
    int[] widths = widths(screen.columns());
    StringBuilder text = new StringBuilder();
    line(
        text,
        columns.stream().map(column -> new Cell(column.heading(), Style.HEADING)).toList(),
        widths,
        screen.colour());
    for (List<Cell> row : rows) {
      line(text, row, widths, screen.colour());
    }
    return text.toString();
  }

  /** For each column its width; 0: it is left out. */
  private int[] widths(int available) {
    int[] natural = new int[columns.size()];
    for (int i = 0; i < natural.length; i++) {
      natural[i] = Widths.of(columns.get(i).heading());
      for (List<Cell> row : rows) {
        natural[i] = Math.max(natural[i], Widths.of(row.get(i).text()));
      }
    }
    if (available == 0) {
      return natural;
    }
    int[] least = new int[natural.length];
    for (int i = 0; i < least.length; i++) {
      Column column = columns.get(i);
      least[i] =
          column.least() == 0
              ? natural[i]
              // not shorter than the heading
              : Math.min(natural[i], Math.max(column.least(), Widths.of(column.heading())));
    }
    int[] widths = natural.clone();
    while (total(least) > available) {
      int out = leastImportant(least);
      if (out < 0) {
        shorten(widths, new int[widths.length], available);
        return widths;
      }
      least[out] = 0;
      widths[out] = 0;
    }
    shorten(widths, least, available);
    return widths;
  }

  /** Takes from the widest, until all fits or everything is at its least. */
  private static void shorten(int[] widths, int[] least, int available) {
    while (total(widths) > available) {
      int widest = -1;
      for (int i = 0; i < widths.length; i++) {
        if (widths[i] > Math.max(1, least[i]) && (widest < 0 || widths[i] > widths[widest])) {
          widest = i;
        }
      }
      if (widest < 0) {
        return;
      }
      widths[widest]--;
    }
  }

  /** Of those still there, or -1. */
  private int leastImportant(int[] widths) {
    int found = -1;
    for (int i = 0; i < widths.length; i++) {
      int rank = widths[i] == 0 ? 0 : columns.get(i).rank();
      if (rank > 0 && (found < 0 || rank >= columns.get(found).rank())) {
        found = i;
      }
    }
    return found;
  }

  private static int total(int[] widths) {
    int total = -GAP;
    for (int width : widths) {
      total += width == 0 ? 0 : width + GAP;
    }
    return total;
  }

  private static void line(StringBuilder text, List<Cell> row, int[] widths, boolean colour) {
    int pad = 0;
    for (int i = 0; i < widths.length; i++) {
      String cell = widths[i] == 0 ? "" : Widths.cut(row.get(i).text(), widths[i]);
      if (!cell.isEmpty()) {
        text.append(" ".repeat(pad)).append(row.get(i).style().on(cell, colour));
        pad = 0;
      }
      pad += widths[i] == 0 ? 0 : widths[i] - Widths.of(cell) + GAP;
    }
    text.append('\n');
  }
}
