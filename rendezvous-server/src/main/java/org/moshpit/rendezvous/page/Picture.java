package org.moshpit.rendezvous.page;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Who reaches whom how: laptops at the left, boxes at the right, a line for each pair and kind of
 * carrier; what the relay carries goes through it.
 */
final class Picture {
  /** Ends that are drawn at either side; a picture of more helps nobody. */
  static final int MAX_SIDE = 24;

  private static final int WIDTH = 360;
  private static final int ROW = 24;
  private static final int LEFT = 118;
  private static final int RIGHT = WIDTH - LEFT;
  private static final int MIDDLE = WIDTH / 2;
  private static final int RELAY_HEIGHT = 40;
  private static final int MAX_NAME = 16;

  private final Map<String, Integer> laptops = new LinkedHashMap<>();
  private final Map<String, Integer> boxes = new LinkedHashMap<>();
  private final Map<Line, Integer> lines = new LinkedHashMap<>();
  private int left;

  private record Line(String laptop, String box, Carrier carrier) {}

  private Picture(List<Status.Session> sessions) {
    for (Status.Session session : sessions) {
      if (fits(laptops, session.laptop()) && fits(boxes, session.box())) {
        laptops.putIfAbsent(session.laptop(), laptops.size());
        boxes.putIfAbsent(session.box(), boxes.size());
        lines.merge(new Line(session.laptop(), session.box(), session.carrier()), 1, Integer::sum);
      } else {
        left++;
      }
    }
  }

  private static boolean fits(Map<String, Integer> side, String name) {
    return side.containsKey(name) || side.size() < MAX_SIDE;
  }

  /** Draws them. */
  static void draw(Html out, List<Status.Session> sessions) {
    if (sessions.isEmpty()) {
      out.raw("<p>No session is open.</p>\n");
      return;
    }
    Picture picture = new Picture(sessions);
    picture.draw(out);
    if (picture.left > 0) {
      out.raw("<p>%d more sessions are not drawn; the table has them.</p>\n", picture.left);
    }
  }

  private void draw(Html out) {
    int rows = Math.max(laptops.size(), boxes.size());
    boolean relayed = lines.keySet().stream().anyMatch(line -> line.carrier() == Carrier.RELAY);
    int height = rows * ROW + (relayed ? RELAY_HEIGHT : 0);
    out.raw("<svg class=\"picture\" role=\"img\" aria-label=\"")
        .text("Laptops at the left, boxes at the right, lines for their sessions; the table of")
        .text(" sessions says the same")
        .raw("\" viewBox=\"0 0 %d %d\">", WIDTH, height);
    int relayY = height - RELAY_HEIGHT / 2;
    lines.forEach((line, count) -> draw(out, line, count, rows, relayY));
    laptops.forEach((name, row) -> end(out, name, LEFT - 4, y(laptops, row, rows), "end"));
    boxes.forEach((name, row) -> end(out, name, RIGHT + 4, y(boxes, row, rows), "start"));
    if (relayed) {
      out.raw("<rect class=\"node\" x=\"%d\" y=\"%d\"", MIDDLE - 26, relayY - 11)
          .raw(" width=\"52\" height=\"22\" rx=\"6\"/>")
          .raw("<text x=\"%d\" y=\"%d\" text-anchor=\"middle\">relay</text>", MIDDLE, relayY + 4);
    }
    out.raw("</svg>\n");
  }

  /** The shorter side stands in the middle of the longer one. */
  private static double y(Map<String, Integer> side, int row, int rows) {
    return (row + (rows - side.size()) / 2.0 + 0.5) * ROW;
  }

  private void draw(Html out, Line line, int count, int rows, int relayY) {
    double from = y(laptops, laptops.get(line.laptop()), rows);
    double to = y(boxes, boxes.get(line.box()), rows);
    out.raw("<g class=\"line " + line.carrier().styleClass() + "\"><title>")
        .text(line.laptop() + " to " + line.box() + ": " + line.carrier().words())
        .text(count == 1 ? "" : ", " + count + " sessions")
        .raw("</title>");
    double labelX = MIDDLE;
    double labelY = (from + to) / 2;
    if (line.carrier() == Carrier.RELAY) {
      half(out, LEFT, from, MIDDLE - 26, relayY);
      half(out, RIGHT, to, MIDDLE + 26, relayY);
      labelX = LEFT + 14;
      labelY = from + 4;
    } else {
      // apart from one of the other kind between the same two
      double bend = line.carrier() == Carrier.AWAY ? 10 : 0;
      out.raw("<path d=\"M%d %.1f", LEFT, from)
          .raw("Q%d %.1f %d %.1f\"/>", MIDDLE, labelY + bend, RIGHT, to);
      labelY += bend / 2;
    }
    if (count > 1) {
      out.raw(
          "<text x=\"%.1f\" y=\"%.1f\" text-anchor=\"middle\">×%d</text>",
          labelX, labelY - 4, count);
    }
    out.raw("</g>");
  }

  private static void half(Html out, int x, double y, int relayX, int relayY) {
    int bend = (x + 2 * relayX) / 3;
    out.raw("<path d=\"M%d %.1f", x, y)
        .raw("C%d %.1f %d %d %d %d\"/>", bend, y, bend, relayY, relayX, relayY);
  }

  private static void end(Html out, String name, int x, double y, String anchor) {
    out.raw("<text class=\"name\" x=\"%d\" y=\"%.1f\"", x, y + 4)
        .raw(" text-anchor=\"" + anchor + "\">")
        .text(shortened(name))
        .raw("<title>")
        .text(name)
        .raw("</title></text>");
  }

  private static String shortened(String name) {
    List<Integer> points = new ArrayList<>(name.codePoints().boxed().toList());
    if (points.size() <= MAX_NAME) {
      return name;
    }
    StringBuilder out = new StringBuilder();
    points.subList(0, MAX_NAME - 1).forEach(out::appendCodePoint);
    return out.append('…').toString();
  }
}
