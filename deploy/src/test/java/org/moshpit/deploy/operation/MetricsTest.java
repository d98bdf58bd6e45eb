package org.moshpit.deploy.operation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.moshpit.deploy.lab.Host;
import org.moshpit.deploy.lab.Lab;
import org.moshpit.deploy.lab.Shell;
import org.moshpit.deploy.session.Session;

/** Both daemons scraped before, during and after a session, and read by Prometheus' own parser. */
@Tag("lab")
class MetricsTest {
  private static final Duration LONG = Duration.ofSeconds(30);
  private static final Pattern SAMPLE = Pattern.compile("([a-z_]+)(\\{.*})? (.+)");
  private static Lab lab;

  @BeforeAll
  static void makeLab() {
    lab = Lab.up("home", "home");
    configure(lab.rendezvous(), "rendezvous.conf");
    configure(lab.box(), "agent.conf");
    lab.populate();
  }

  private static void configure(Host host, String file) {
    host.output(
        "sh",
        "-c",
        "umask 077; mkdir -p .config/moshpit; echo metrics = 127.0.0.1:9480 > .config/moshpit/"
            + file);
  }

  @AfterAll
  static void endLab() {
    if (lab != null) {
      lab.close();
    }
  }

  private static String get(Host host, String path) {
    return host.output(
        "python3",
        "-c",
        "import sys, urllib.request as u\n"
            + "sys.stdout.write(u.urlopen('http://127.0.0.1:9480"
            + path
            + "', timeout=10).read().decode())");
  }

  private static Map<String, Double> scrape(Host host) {
    return get(host, "/metrics")
        .lines()
        .filter(line -> !line.startsWith("#"))
        .map(MetricsTest::sample)
        .collect(
            Collectors.toMap(
                s -> s.group(1) + (s.group(2) == null ? "" : s.group(2)),
                s -> Double.parseDouble(s.group(3))));
  }

  private static Matcher sample(String line) {
    Matcher matcher = SAMPLE.matcher(line);
    assertThat(matcher.matches()).as(line).isTrue();
    return matcher;
  }

  private static void promtoolAgrees(Host host) {
    Shell.Result checked =
        Shell.run(List.of("promtool", "check", "metrics"), get(host, "/metrics") + "\n");
    assertThat(checked.out() + checked.err()).isEmpty();
    assertThat(checked.exit()).isZero();
  }

  @Test
  void aSessionIsSeenByBothDaemons() throws IOException {
    Host box = lab.box();
    Host pit = lab.rendezvous();
    assertThat(get(box, "/healthz")).isEqualTo("serving");
    assertThat(get(pit, "/healthz")).isEqualTo("serving");
    assertThat(scrape(box))
        .containsEntry("moshpit_agent_registered", 1.0)
        .containsEntry("moshpit_agent_admissions_total", 0.0)
        .containsEntry("moshpit_agent_sessions{path=\"direct\"}", 0.0);
    assertThat(scrape(pit))
        .containsEntry("moshpit_rendezvous_agents_online{as=\"box\"}", 1.0)
        .containsEntry("moshpit_rendezvous_agents_enrolled", 2.0)
        .containsEntry("moshpit_rendezvous_offers_total{outcome=\"passed\"}", 0.0);
    try (Session session = Session.open(lab)) {
      session.awaitPrompt();
      session.awaitPath("direct", LONG);
      session.expectEcho();
      await()
          .atMost(LONG)
          .untilAsserted(
              () ->
                  assertThat(scrape(box))
                      .containsEntry("moshpit_agent_sessions{path=\"direct\"}", 1.0));
      assertThat(scrape(box))
          .containsEntry("moshpit_agent_admissions_total", 1.0)
          .containsEntry("moshpit_agent_answer_seconds_count{outcome=\"admitted\"}", 1.0);
      // on a busy machine a path may fall silent, and be found again
      assertThat(
              scrape(box)
                  .get(
                      "moshpit_agent_path_changes_total{from=\"relay\",to=\"direct\",reason=\"checks\"}"))
          .isGreaterThanOrEqualTo(1);
      assertThat(
              scrape(box).entrySet().stream()
                  .filter(e -> e.getKey().startsWith("moshpit_agent_direct_seconds_count"))
                  .mapToDouble(Map.Entry::getValue)
                  .sum())
          .isGreaterThanOrEqualTo(1);
      assertThat(
              scrape(box)
                  .get("moshpit_agent_session_bytes_total{path=\"direct\",direction=\"received\"}"))
          .isPositive();
      // control exchanges are offers and answers, too
      assertThat(scrape(pit).get("moshpit_rendezvous_offers_total{outcome=\"passed\"}"))
          .isGreaterThanOrEqualTo(1);
      assertThat(scrape(pit).get("moshpit_rendezvous_answers_total")).isGreaterThanOrEqualTo(1);
      assertThat(scrape(pit))
          .containsEntry("moshpit_rendezvous_relays", 1.0)
          .containsEntry("moshpit_rendezvous_agents_online{as=\"laptop\"}", 1.0);
      promtoolAgrees(box);
      promtoolAgrees(pit);
      assertThat(session.exit()).isZero();
    }
    await()
        .atMost(LONG)
        .untilAsserted(
            () -> {
              assertThat(scrape(box)).containsEntry("moshpit_agent_sessions{path=\"direct\"}", 0.0);
              assertThat(scrape(pit))
                  .containsEntry("moshpit_rendezvous_relays", 0.0)
                  .containsEntry("moshpit_rendezvous_agents_online{as=\"laptop\"}", 0.0);
            });
    Map<String, Double> after = scrape(pit);
    assertThat(after.get("moshpit_rendezvous_relays_opened_total")).isGreaterThanOrEqualTo(1);
    assertThat(
            after.get("moshpit_rendezvous_relayed_datagrams_total{way=\"link\"}")
                + after.get("moshpit_rendezvous_relayed_datagrams_total{way=\"udp\"}"))
        .isPositive();
    assertThat(after.get("moshpit_rendezvous_stun_datagrams_total{outcome=\"agent_answered\"}"))
        .isPositive();
    documented(Set.of(get(box, "/metrics"), get(pit, "/metrics")));
  }

  /** The table of docs/operations.md has every family and no other. */
  private static void documented(Set<String> scraped) throws IOException {
    Set<String> real = new TreeSet<>();
    for (String text : scraped) {
      text.lines()
          .filter(line -> line.startsWith("# TYPE "))
          .forEach(line -> real.add(line.split(" ")[2] + " " + line.split(" ")[3]));
    }
    Path page = Shell.repository().resolve("docs/operations.md");
    Matcher rows =
        Pattern.compile("(?m)^\\| `((?:moshpit|process)_[a-z_]+)` \\| ([a-z]+) \\|")
            .matcher(Files.readString(page));
    Set<String> written = new TreeSet<>();
    rows.results().forEach(row -> written.add(row.group(1) + " " + row.group(2)));
    assertThat(written).isEqualTo(real);
  }

  @Test
  void noLabelHoldsANameOrAnAddress() {
    for (Host host : List.of(lab.box(), lab.rendezvous())) {
      assertThat(get(host, "/metrics").lines().filter(line -> !line.startsWith("#")))
          .noneMatch(line -> line.matches(".*=\"[^\"]*[0-9]+\\.[0-9]+\\.[0-9]+\\.[0-9]+.*"))
          .noneMatch(line -> line.contains("\"laptop1\"") || line.contains("demo"));
    }
  }
}
