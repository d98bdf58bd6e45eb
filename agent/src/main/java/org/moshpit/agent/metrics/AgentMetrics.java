package org.moshpit.agent.metrics;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.BooleanSupplier;
import java.util.function.IntSupplier;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.moshpit.agent.path.PathKind;
import org.moshpit.agent.path.PathSnapshot;
import org.moshpit.agent.session.DropReason;
import org.moshpit.common.metrics.Counter;
import org.moshpit.common.metrics.Histogram;
import org.moshpit.common.metrics.MetricSet;
import org.moshpit.common.metrics.ProcessMetrics;
import org.moshpit.common.seal.Refusal;

/** The metrics of a box's agent; docs/operations.md has the table. For the event loop's thread. */
public final class AgentMetrics implements BoxMeter {
  /** Offers that are being worked on; what is beyond is not timed. */
  private static final int MAX_OFFERS = 1024;

  private static final double NANOS = 1e9;

  private final MetricSet metrics = new MetricSet();
  private final LongSupplier nanos;
  private final Map<String, Long> offers = new LinkedHashMap<>();
  private final Counter admissions =
      metrics.counter(
          "moshpit_agent_admissions_total", "Sessions and pings that somebody was let in to.");
  private final Counter refusals =
      metrics.counter(
          "moshpit_agent_refusals_total", "Refusals of people whose key is listed.", "reason");
  private final Counter drops =
      metrics.counter(
          "moshpit_agent_offers_dropped_total", "Sealed messages met with silence.", "reason");
  private final Histogram answer =
      metrics.seconds("moshpit_agent_answer_seconds", "From an offer to its answer.", "outcome");
  private final Histogram direct =
      metrics.seconds(
          "moshpit_agent_direct_seconds",
          "From the opening of a session to its first direct path.",
          "mapping",
          "family",
          "remote");
  private final Counter changes =
      metrics.counter(
          "moshpit_agent_path_changes_total",
          "Changes of what carries a session's datagrams.",
          "from",
          "to",
          "reason");
  private final Counter roams =
      metrics.counter(
          "moshpit_agent_roams_total", "Direct paths replaced by one with other addresses.");
  private long directSent;
  private long directReceived;
  private long relaySent;
  private long relayReceived;

  /**
   * What there is, asked for when it is scraped.
   *
   * @param registered whether there is a link to the rendezvous
   * @param paths of all sessions that are open
   * @param mappings ports the router maps
   */
  public record Sources(
      BooleanSupplier registered, Supplier<List<PathSnapshot>> paths, IntSupplier mappings) {}

  /** Everything at zero; {@code nanos} is monotonic. */
  public AgentMetrics(LongSupplier nanos) {
    this.nanos = nanos;
    for (Refusal kind : Refusal.values()) {
      refusals.with(word(kind));
    }
    for (DropReason reason : DropReason.values()) {
      drops.with(word(reason));
    }
  }

  /**
   * Adds what there is.
   *
   * @param sources are asked by whoever scrapes, who must be on the event loop
   * @param version of the program
   * @return all of it, to be scraped
   */
  public MetricSet of(Sources sources, String version) {
    metrics.gauge(
        "moshpit_agent_registered",
        "1 while there is a link to the rendezvous, else 0.",
        () -> sources.registered().getAsBoolean() ? 1 : 0);
    metrics.gauges(
        "moshpit_agent_sessions",
        "Open sessions and pings, by what carries their datagrams.",
        "path",
        () -> byPath(sources.paths().get()));
    metrics.gauge(
        "moshpit_agent_port_mappings",
        "Ports that the router maps to this agent.",
        () -> sources.mappings().getAsInt());
    metrics.counted(
        "moshpit_agent_session_bytes_total",
        "Bytes of mosh's datagrams, by what carried them.",
        List.of("path", "direction"),
        () -> bytes(sources.paths().get()));
    ProcessMetrics.addTo(metrics, version);
    return metrics;
  }

  private static Map<String, Integer> byPath(List<PathSnapshot> paths) {
    Map<String, Integer> counts = new LinkedHashMap<>();
    for (PathKind kind : PathKind.values()) {
      counts.put(word(kind), 0);
    }
    paths.forEach(path -> counts.merge(word(path.path()), 1, Integer::sum));
    return counts;
  }

  private Map<List<String>, Long> bytes(List<PathSnapshot> open) {
    return Map.of(
        List.of("direct", "sent"),
        directSent + open.stream().mapToLong(PathSnapshot::directSent).sum(),
        List.of("direct", "received"),
        directReceived + open.stream().mapToLong(PathSnapshot::directReceived).sum(),
        List.of("relay", "sent"),
        relaySent + open.stream().mapToLong(PathSnapshot::relaySent).sum(),
        List.of("relay", "received"),
        relayReceived + open.stream().mapToLong(PathSnapshot::relayReceived).sum());
  }

  @Override
  public void offered(String exchange) {
    if (offers.size() >= MAX_OFFERS) {
      // those that were met with silence are never answered
      offers.remove(offers.keySet().iterator().next());
    }
    offers.put(exchange, nanos.getAsLong());
  }

  @Override
  public void answered(String exchange, boolean admitted) {
    Long since = offers.remove(exchange);
    if (since != null) {
      answer.observe((nanos.getAsLong() - since) / NANOS, admitted ? "admitted" : "refused");
    }
  }

  @Override
  public void admitted() {
    admissions.count();
  }

  @Override
  public void refused(Refusal kind) {
    refusals.count(word(kind));
  }

  @Override
  public void dropped(DropReason reason) {
    drops.count(word(reason));
  }

  @Override
  public void pathChanged(PathChange change) {
    PathReason reason = PathReason.of(change.from(), change.to(), change.reason());
    changes.count(word(change.from()), word(change.to()), word(reason));
    roams.add(change.roamed());
    if (change.nanos() >= 0) {
      direct.observe(
          change.nanos() / NANOS,
          change.mapping(),
          change.ipv6() ? "ipv6" : "ipv4",
          change.asObserved() ? "observed" : "other");
    }
  }

  @Override
  public void closed(PathSnapshot last) {
    directSent += last.directSent();
    directReceived += last.directReceived();
    relaySent += last.relaySent();
    relayReceived += last.relayReceived();
  }

  private static String word(Enum<?> value) {
    return value.name().toLowerCase(Locale.ROOT);
  }
}
