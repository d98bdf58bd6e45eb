package org.moshpit.rendezvous.page;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;
import org.moshpit.rendezvous.core.Survey;

class StatusPageTest {
  private static final long MINUTE = TimeUnit.MINUTES.toNanos(1);
  private static final Pattern TAG =
      Pattern.compile("<(/?)([A-Za-z0-9]+)((?:\"[^\"]*\"|[^\"<>])*)>");
  private static final List<String> VOID = List.of("meta", "link", "input");

  private static Surveys pit() {
    return new Surveys()
        .agent("attic", true, "198.51.100.7:40123", "endpoint-independent")
        .agent("lap", true, null, "address-and-port-dependent")
        .agent("old", false, null, "")
        .session("lap", "attic", true, true, 48_200, 2)
        .session("lap", "attic", true, true, 0, -1)
        .session("old", "attic", false, true, 1200, 7200)
        .relayed(49_400);
  }

  private static String page(String host, Survey survey) {
    Watch watch = new Watch(0);
    watch.minute(0, survey);
    watch.minute(6 * MINUTE, survey);
    return StatusPage.of(watch.status(6 * MINUTE, Surveys.NOON, host, survey));
  }

  /** Written anew with -Dgolden.write=DIR; read what changed before it is committed. */
  private static void golden(String name, String is) throws IOException {
    String write = System.getProperty("golden.write");
    if (write != null) {
      Files.writeString(Path.of(write, name), is);
    }
    try (InputStream in = StatusPageTest.class.getResourceAsStream(name)) {
      assertThat(is).isEqualTo(new String(in.readAllBytes(), StandardCharsets.UTF_8));
    }
  }

  @Test
  void aPageAsAWhole() throws IOException {
    golden("status.html", page("pit.example", pit().survey()));
  }

  @Test
  void anEmptyOne() throws IOException {
    golden("empty.html", page("pit.example", new Surveys().survey()));
  }

  /** Also what deploy/bench/page-screenshots takes its pictures of. */
  @Test
  void aBusyDay() throws IOException {
    List<Minute> minutes = new ArrayList<>();
    for (int i = 0; i < History.MINUTES; i++) {
      int relay = i / 97 % 3;
      minutes.add(
          i < 60 || (i > 700 && i < 740)
              ? Minute.UNKNOWN
              : new Minute(true, 9, relay, 2 + i / 180 % 5, i / 300 % 2, relay * 2800 + i % 101));
    }
    String[] boxes = {"attic", "den", "mill", "a-box-whose-name-is-quite-long"};
    String[] laptops = {"ann-air", "ben", "ann-tablet", "carol-thinkpad", "dora"};
    Surveys surveys = new Surveys().relayed(48_213_907);
    for (int i = 0; i < boxes.length; i++) {
      surveys.agent(
          boxes[i], i != 2, "198.51.100." + (7 + i) + ":4012" + i, "endpoint-independent");
    }
    for (int i = 0; i < laptops.length; i++) {
      String observed = i == 1 ? "[2001:db8:7::12]:50011" : "203.0.113.5" + i + ":50011";
      surveys.agent(
          laptops[i], i != 4, observed, i % 2 == 0 ? "address-and-port-dependent" : "none");
      surveys.session(laptops[i], boxes[i % 2], true, true, 1300, 4000 + i);
      surveys.session(laptops[i], boxes[3 - i % 3], i != 4, i != 3, 48_000 * i, i == 2 ? 1 : 90);
    }
    surveys.session("ann-air", "attic", true, true, 91_000, 2);
    surveys.session("ann-air", "attic", true, true, 0, -1);
    Status status = new Watch(0).status(0, Surveys.NOON, "pit.example", surveys.survey());
    golden(
        "busy.html",
        StatusPage.of(
            new Status(
                status.unixMillis(),
                status.host(),
                status.agents(),
                status.sessions(),
                status.relayedBytes(),
                minutes)));
  }

  @Test
  void theLogin() throws IOException {
    golden("login.html", LoginPage.of(true));
    assertThat(LoginPage.of(false)).doesNotContain("not the token");
  }

  @Test
  void nothingIsInlineThatThePolicyForbids() {
    String html = page("pit.example", pit().survey()) + LoginPage.of(true);
    assertThat(html)
        .doesNotContain(
            "<style", " style=", " onclick", " onload", "javascript:", "http:", "https:")
        .doesNotContainPattern("<script[^>]*>[^<]");
  }

  @Property(tries = 300)
  void whateverNamesAreTheyAreText(@ForAll String laptop, @ForAll String box, @ForAll String host) {
    String html = page(host, pair("l" + laptop, "b" + box));
    assertThat(tags(html)).isEqualTo(tags(page("h", pair("l", "b"))));
    assertThat(html.codePoints().filter(c -> c != '\n' && Character.isISOControl(c))).isEmpty();
  }

  private static Survey pair(String laptop, String box) {
    return new Surveys()
        .agent(laptop, true, "[2001:db8::1]:7", box)
        .session(laptop, box, true, true, 1, 1)
        .session(box, laptop, true, true, 1, -1)
        .survey();
  }

  /**
   * How often there is which tag; fails if they are not balanced or if there is a stray bracket.
   */
  private static Map<String, Integer> tags(String html) {
    Map<String, Integer> all = new HashMap<>();
    Deque<String> open = new ArrayDeque<>();
    String body = html.replaceFirst("<!DOCTYPE html>", "");
    Matcher tag = TAG.matcher(body);
    int at = 0;
    while (tag.find()) {
      assertThat(body.substring(at, tag.start())).doesNotContain("<", ">");
      at = tag.end();
      String name = tag.group(2);
      all.merge(name + tag.group(3).replaceAll("\"[^\"]*\"", "").strip(), 1, Integer::sum);
      if (!tag.group(1).isEmpty()) {
        assertThat(open.pop()).isEqualTo(name);
      } else if (!tag.group(3).endsWith("/") && !VOID.contains(name)) {
        open.push(name);
      }
    }
    assertThat(body.substring(at)).doesNotContain("<", ">");
    assertThat(open).isEmpty();
    return all;
  }

  @Test
  void aLargeOneIsBounded() {
    Surveys many = new Surveys();
    for (int i = 0; i < 2000; i++) {
      many.agent("agent-" + i, true, "198.51.100.7:" + i, "none");
      many.session("agent-" + i, "agent-" + (i + 1), true, true, 1, i % 2 == 0 ? 1 : -1);
    }
    String html = page("pit.example", many.survey());
    assertThat(html).contains("1500 more are not shown", "more sessions are not drawn");
    assertThat(html.length()).isLessThan(400_000);
  }

  @Test
  void theScaleIsARoundNumber() {
    assertThat(List.of(0, 1, 3, 5, 6, 11, 21, 51, 101))
        .extracting(most -> (int) Charts.top(most))
        .containsExactly(1, 1, 5, 5, 10, 20, 50, 100, 200);
  }

  @Test
  void words() {
    assertThat(List.of(0.0, 999.0, 1000.0, 12_345.0, 999_960.0, 5e13))
        .extracting(Words::bytes)
        .containsExactly("0 B", "999 B", "1.0 kB", "12.3 kB", "1.0 MB", "50.0 TB");
    assertThat(List.of(119L, 120L, 7199L, 7200L, 172_800L))
        .extracting(s -> Words.span(TimeUnit.SECONDS.toNanos(s)))
        .containsExactly("119 s", "2 min", "119 min", "2 h", "2 d");
    assertThat(Words.time(0)).isEqualTo("–");
  }
}
