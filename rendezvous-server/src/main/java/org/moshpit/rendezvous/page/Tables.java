package org.moshpit.rendezvous.page;

import java.util.List;
import java.util.function.ToIntFunction;

/** Tables, and the charts' numbers as such. */
final class Tables {
  private static final int HOUR = 60;
  private static final long MINUTE_MILLIS = 60_000;

  private Tables() {}

  static void begin(Html out, String caption, String... columns) {
    // a region that scrolls by itself must be reached by the keyboard
    out.raw("<div class=\"table\" role=\"region\" tabindex=\"0\" aria-label=\"")
        .text(caption)
        .raw("\"><table>")
        .element("caption", caption)
        .raw("<thead><tr>");
    for (String column : columns) {
      out.element("th scope=\"col\"", column);
    }
    out.raw("</tr></thead><tbody>\n");
  }

  static void end(Html out, int rows) {
    out.raw("</tbody></table></div>\n");
    if (rows > StatusPage.MAX_ROWS) {
      out.raw("<p>%d more are not shown; ", rows - StatusPage.MAX_ROWS)
          .raw("<code>rendezvous-server agents</code> lists all agents.</p>\n");
    }
  }

  static <T> List<T> shown(List<T> rows) {
    return rows.subList(0, Math.min(rows.size(), StatusPage.MAX_ROWS));
  }

  /** By hour, and the last hour by minute. */
  static void history(Html out, Status status) {
    out.raw("<details id=\"hours\"><summary>By hour</summary>\n");
    history(out, status, "By hour, the newest first; of sessions and agents the most", HOUR, 24);
    out.raw("</details>\n<details id=\"minutes\"><summary>The last hour by minute</summary>\n");
    history(out, status, "By minute, the newest first", 1, HOUR);
    out.raw("</details>\n");
  }

  private static void history(Html out, Status status, String caption, int size, int rows) {
    begin(
        out,
        caption,
        "From (UTC)",
        "On the relay",
        "Not on it",
        "An end away",
        "Agents",
        "Relayed");
    List<Minute> all = status.minutes();
    for (int row = 0; row < rows; row++) {
      int end = all.size() - row * size;
      List<Minute> part = all.subList(end - size, end).stream().filter(Minute::known).toList();
      long age = (long) (row + 1) * size - 1;
      out.raw("<tr>")
          .element("th scope=\"row\"", Words.clock(status.unixMillis() - age * MINUTE_MILLIS))
          .number(most(part, Minute::relay))
          .number(most(part, Minute::direct))
          .number(most(part, Minute::away))
          .number(most(part, Minute::online))
          .number(part.isEmpty() ? "–" : Words.bytes(part.stream().mapToLong(Minute::bytes).sum()))
          .raw("</tr>\n");
    }
    end(out, rows);
  }

  private static String most(List<Minute> minutes, ToIntFunction<Minute> of) {
    return minutes.isEmpty()
        ? "–"
        : Integer.toString(minutes.stream().mapToInt(of).max().orElse(0));
  }
}
