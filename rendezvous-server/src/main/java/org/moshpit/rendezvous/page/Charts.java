package org.moshpit.rendezvous.page;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.ToDoubleFunction;

/**
 * The last 24 hours as areas, one column for each five minutes: of sessions the most there were at
 * the end of a minute, of traffic the mean. A column without a known minute stays empty.
 */
final class Charts {
  private static final int PER_COLUMN = 5;
  private static final int COLUMNS = History.MINUTES / PER_COLUMN;
  private static final int HEIGHT = 100;

  private Charts() {}

  /** The sessions, one kind upon the other. */
  static void sessions(Html out, List<Minute> minutes) {
    List<Minute> columns = new ArrayList<>();
    for (int i = 0; i < COLUMNS; i++) {
      columns.add(busiest(column(minutes, i)));
    }
    double top = top(columns.stream().mapToInt(Minute::sessions).max().orElse(0));
    begin(out, "Sessions at once in the last 24 hours", number(top));
    area(out, columns, Carrier.AWAY, top, Minute::sessions);
    area(out, columns, Carrier.RELAY, top, m -> m.direct() + m.relay());
    area(out, columns, Carrier.NOT_RELAY, top, Minute::direct);
    end(out);
  }

  /** Relayed bytes a second. */
  static void traffic(Html out, List<Minute> minutes) {
    List<Minute> columns = new ArrayList<>();
    for (int i = 0; i < COLUMNS; i++) {
      columns.add(mean(column(minutes, i)));
    }
    double top = top(columns.stream().mapToDouble(Charts::rate).max().orElse(0));
    begin(out, "Relayed bytes a second in the last 24 hours", Words.bytes(top) + "/s");
    area(out, columns, Carrier.RELAY, top, Charts::rate);
    end(out);
  }

  private static List<Minute> column(List<Minute> minutes, int i) {
    return minutes.subList(i * PER_COLUMN, (i + 1) * PER_COLUMN);
  }

  private static Minute busiest(List<Minute> minutes) {
    Minute most = Minute.UNKNOWN;
    for (Minute minute : minutes) {
      if (minute.known() && (!most.known() || minute.sessions() > most.sessions())) {
        most = minute;
      }
    }
    return most;
  }

  private static Minute mean(List<Minute> minutes) {
    List<Minute> known = minutes.stream().filter(Minute::known).toList();
    return known.isEmpty()
        ? Minute.UNKNOWN
        : new Minute(
            true, 0, 0, 0, 0, known.stream().mapToLong(Minute::bytes).sum() / known.size());
  }

  private static double rate(Minute minute) {
    return minute.bytes() / 60.0;
  }

  /** The next of 1, 2, 5, 10, 20, … */
  static double top(double most) {
    double top = 1;
    while (top < most) {
      top *= Double.toString(top).startsWith("2") ? 2.5 : 2;
    }
    return top;
  }

  private static String number(double value) {
    return String.format(Locale.ROOT, "%.0f", value);
  }

  private static void begin(Html out, String name, String top) {
    out.raw("<div class=\"chart\"><div class=\"scale\" aria-hidden=\"true\"><span>")
        .text(top)
        .raw("</span><span>0</span></div>");
    out.raw("<svg role=\"img\" aria-label=\"")
        .text(name + "; the numbers are in the tables below")
        .raw("\" viewBox=\"0 0 %d %d\" preserveAspectRatio=\"none\">", COLUMNS, HEIGHT);
    for (int i = 1; i < 4; i++) {
      int x = COLUMNS * i / 4;
      out.raw("<line class=\"grid\" x1=\"%d\" y1=\"0\" x2=\"%d\" y2=\"100\"/>", x, x);
    }
    out.raw("<line class=\"grid\" x1=\"0\" y1=\"50\" x2=\"%d\" y2=\"50\"/>", COLUMNS);
  }

  private static void end(Html out) {
    out.raw("</svg><div class=\"hours\" aria-hidden=\"true\"><span>24 h ago</span>")
        .raw("<span>18 h</span><span>12 h</span><span>6 h</span><span>now</span></div></div>\n");
  }

  /** From the bottom up to the value, in steps. */
  private static void area(
      Html out, List<Minute> columns, Carrier kind, double top, ToDoubleFunction<Minute> value) {
    StringBuilder path = new StringBuilder();
    for (int i = 0; i < columns.size(); i++) {
      double of = value.applyAsDouble(columns.get(i));
      if (of <= 0) {
        continue;
      }
      int from = i;
      while (i + 1 < columns.size() && value.applyAsDouble(columns.get(i + 1)) == of) {
        i++;
      }
      String height = String.format(Locale.ROOT, "%.1f", HEIGHT * of / top);
      path.append('M').append(from).append(' ').append(HEIGHT);
      path.append("v-").append(height).append('h').append(i + 1 - from);
      path.append('v').append(height).append('z');
    }
    if (path.length() > 0) {
      out.raw("<path class=\"area " + kind.styleClass() + "\" d=\"" + path + "\"/>");
    }
  }
}
