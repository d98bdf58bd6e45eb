package org.moshpit.common.text;

import java.util.Objects;
import org.moshpit.common.identity.PlainText;

/**
 * What stands in one place of a table.
 *
 * @param text on one line; what steers a terminal becomes a question mark
 * @param style how it looks
 */
public record Cell(String text, Style style) {
  /** Where there is nothing to show. */
  public static final Cell NOTHING = new Cell("-", Style.DIM);

  /** Makes the text harmless. */
  public Cell {
    text = PlainText.marked(text);
    Objects.requireNonNull(style);
  }

  /** As it comes; {@link #NOTHING} for null. */
  public static Cell of(Object value) {
    return value == null ? NOTHING : new Cell(value.toString(), Style.PLAIN);
  }

  /** Whether an agent is connected to its rendezvous. */
  public static Cell online(boolean online) {
    return online ? new Cell("online", Style.GOOD) : new Cell("offline", Style.DIM);
  }

  /** What carries a session's datagrams: direct, relay or none. */
  public static Cell path(String path) {
    return new Cell(
        path,
        switch (path) {
          case "direct" -> Style.GOOD;
          case "relay" -> Style.FAIR;
          default -> Style.BAD;
        });
  }

  /**
   * What is known of an agent's NAT, mapping first: it decides whether a direct path is easy.
   *
   * @param mapping as RFC 4787 names it, none, unknown, or null
   * @param allocation preserving, sequential, block, random, unknown, or null
   */
  public static Cell nat(String mapping, String allocation) {
    if (mapping == null || mapping.isEmpty() || mapping.equals("unknown")) {
      return NOTHING;
    }
    boolean more = allocation != null && !allocation.isEmpty() && !allocation.equals("unknown");
    return of(more && !mapping.equals("none") ? mapping + ", " + allocation : mapping);
  }
}
