package org.moshpit.deploy.documents;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** One document, taken apart: fenced blocks, code in sentences, links, headings. */
final class Markdown {
  private static final Pattern FENCE = Pattern.compile("\\s*```(.*)");
  private static final Pattern CODE = Pattern.compile("`([^`]+)`");
  private static final Pattern LINK = Pattern.compile("\\]\\(([^)\\s]+)\\)");
  private static final Pattern HEADING = Pattern.compile("(?m)^#{1,6} +(.*?)\\s*$");

  /** A fenced block; {@code line} is that of its first line. */
  record Block(int line, String kind, List<String> lines) {}

  /** Something in a sentence. */
  record Span(int line, String text) {}

  private final List<Block> blocks = new ArrayList<>();
  private final String prose;

  Markdown(String text) {
    StringBuilder outside = new StringBuilder();
    Block open = null;
    int number = 0;
    for (String line : text.split("\n", -1)) {
      number++;
      Matcher fence = FENCE.matcher(line);
      if (fence.matches()) {
        if (open == null) {
          open = new Block(number + 1, fence.group(1).strip(), new ArrayList<>());
        } else {
          blocks.add(open);
          open = null;
        }
      } else if (open != null) {
        open.lines().add(line);
      }
      outside.append(open == null && !fence.matches() ? line : "").append('\n');
    }
    if (open != null) {
      throw new IllegalArgumentException("the block at line " + open.line() + " has no end");
    }
    prose = outside.toString();
  }

  List<Block> blocks() {
    return List.copyOf(blocks);
  }

  /** Code in sentences; where it goes on in the next line, that is a space. */
  List<Span> code() {
    return spans(CODE, prose);
  }

  /** Where links lead, those to other sites left out. */
  List<Span> links() {
    String withoutCode = CODE.matcher(prose).replaceAll(m -> m.group().replaceAll("[^\n]", "x"));
    return spans(LINK, withoutCode).stream().filter(l -> !l.text().contains(":")).toList();
  }

  /** What a link can have behind its #, as GitHub makes it of headings. */
  Set<String> anchors() {
    Set<String> anchors = new HashSet<>();
    Matcher heading = HEADING.matcher(prose);
    while (heading.find()) {
      String words = heading.group(1).replaceAll("\\[([^]]*)\\]\\([^)]*\\)", "$1");
      String anchor =
          words.toLowerCase(Locale.ROOT).replaceAll("[^\\p{L}\\p{N} _-]", "").replace(' ', '-');
      String unused = anchor;
      for (int i = 1; !anchors.add(unused); i++) {
        unused = anchor + "-" + i;
      }
    }
    return anchors;
  }

  private static List<Span> spans(Pattern pattern, String text) {
    List<Span> spans = new ArrayList<>();
    Matcher matcher = pattern.matcher(text);
    int line = 1;
    int counted = 0;
    while (matcher.find()) {
      for (; counted < matcher.start(); counted++) {
        line += text.charAt(counted) == '\n' ? 1 : 0;
      }
      spans.add(new Span(line, matcher.group(1).replaceAll("\\s*\n\\s*", " ")));
    }
    return spans;
  }
}
