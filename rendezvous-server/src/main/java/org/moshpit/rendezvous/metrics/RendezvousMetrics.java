package org.moshpit.rendezvous.metrics;

import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.moshpit.common.metrics.Counter;
import org.moshpit.common.metrics.MetricSet;
import org.moshpit.common.metrics.ProcessMetrics;
import org.moshpit.rendezvous.core.CoreCommand;
import org.moshpit.rendezvous.core.RefusalCode;
import org.moshpit.rendezvous.core.RendezvousFrame;
import org.moshpit.rendezvous.io.Figures;
import org.moshpit.rendezvous.io.Meter;
import org.moshpit.rendezvous.io.RendezvousServer;

/**
 * The metrics of a rendezvous; docs/operations.md has the table. What happens is counted as it
 * happens, what there is, is asked for by {@link RendezvousServer#figures} when it is scraped.
 */
public final class RendezvousMetrics implements Meter {
  private final MetricSet metrics = new MetricSet();
  private final Counter logins =
      metrics.counter("moshpit_rendezvous_logins_total", "Logins that held.");
  private final Counter enrollments =
      metrics.counter("moshpit_rendezvous_enrollments_total", "Agents that enrolled.");
  private final Counter refusals =
      metrics.counter(
          "moshpit_rendezvous_refusals_total", "Links that were ended by refusal.", "reason");
  private final Counter rejected =
      metrics.counter(
          "moshpit_rendezvous_connections_rejected_total",
          "Connections closed before they said anything.",
          "reason");
  private final Counter offers =
      metrics.counter(
          "moshpit_rendezvous_offers_total", "Offers by what became of them.", "outcome");
  private final Counter answers =
      metrics.counter("moshpit_rendezvous_answers_total", "Answers passed to laptops.");
  private final Counter relaysOpened =
      metrics.counter("moshpit_rendezvous_relays_opened_total", "Relays opened.");
  private final Counter datagrams =
      metrics.counter(
          "moshpit_rendezvous_relayed_datagrams_total",
          "Relayed datagrams passed on, by the way they came.",
          "way");
  private final Counter bytes =
      metrics.counter(
          "moshpit_rendezvous_relayed_bytes_total",
          "Payload of the relayed datagrams passed on, by the way they came.",
          "way");
  private final Counter drops =
      metrics.counter(
          "moshpit_rendezvous_relay_drops_total", "Relayed datagrams that went nowhere.", "reason");

  /** Everything at zero. */
  public RendezvousMetrics() {
    offers.with("passed").with("offline").with("quota");
    for (RefusalCode code : RefusalCode.values()) {
      refusals.with(word(code));
    }
    for (Rejection reason : Rejection.values()) {
      rejected.with(word(reason));
    }
    for (RelayDrop reason : RelayDrop.values()) {
      drops.with(word(reason));
    }
    for (boolean byUdp : new boolean[] {false, true}) {
      datagrams.with(way(byUdp));
      bytes.with(way(byUdp));
    }
  }

  /**
   * Adds what there is.
   *
   * @param server is asked by whoever scrapes, who must be on its event loop
   * @param version of the program
   * @return all of it, to be scraped
   */
  public MetricSet of(RendezvousServer server, String version) {
    metrics.gauge(
        "moshpit_rendezvous_agents_enrolled",
        "Agents in the registry.",
        () -> server.figures().census().enrolled());
    metrics.gauges(
        "moshpit_rendezvous_agents_online",
        "Agents that are here, by what they are here as; one that is both counts twice.",
        "as",
        () -> online(server.figures()));
    metrics.gauges(
        "moshpit_rendezvous_links",
        "Open links, logged in or not yet.",
        "state",
        () -> links(server.figures()));
    metrics.gauge("moshpit_rendezvous_relays", "Open relays.", () -> server.figures().relays());
    metrics.counted(
        "moshpit_rendezvous_quota_hits_total",
        "How often a quota was reached.",
        List.of("quota"),
        () -> quotas(server.figures()));
    metrics.counted(
        "moshpit_rendezvous_stun_datagrams_total",
        "Datagrams at the STUN ports, the relay's excepted, by what became of them.",
        List.of("outcome"),
        () -> stun(server.figures()));
    ProcessMetrics.addTo(metrics, version);
    return metrics;
  }

  private static Map<String, Integer> online(Figures now) {
    return new TreeMap<>(Map.of("box", now.census().boxes(), "laptop", now.census().laptops()));
  }

  private static Map<String, Integer> links(Figures now) {
    int strangers = now.census().strangers();
    return new TreeMap<>(
        Map.of("agent", Math.max(0, now.links() - strangers), "stranger", strangers));
  }

  private static Map<List<String>, Long> quotas(Figures now) {
    return now.census().quotas().entrySet().stream()
        .collect(
            Collectors.toMap(
                quota -> List.of(quota.getKey().replace(' ', '_')), Map.Entry::getValue));
  }

  private static Map<List<String>, Long> stun(Figures now) {
    return new EnumMap<>(now.stun())
        .entrySet().stream()
            .collect(
                Collectors.toMap(outcome -> List.of(word(outcome.getKey())), Map.Entry::getValue));
  }

  @Override
  public void command(CoreCommand command) {
    if (command instanceof CoreCommand.Noted noted) {
      noted(noted);
    } else if (command instanceof CoreCommand.Send send) {
      if (send.frame() instanceof RendezvousFrame.Offered) {
        offers.count("passed");
      } else if (send.frame() instanceof RendezvousFrame.NotDelivered not) {
        offers.count(
            not.reason() == RendezvousFrame.NotDeliveredReason.OFFLINE ? "offline" : "quota");
      } else if (send.frame() instanceof RendezvousFrame.Answered) {
        answers.count();
      } else if (send.frame() instanceof RendezvousFrame.Welcome) {
        logins.count();
      } else if (send.frame() instanceof RendezvousFrame.Refused refused) {
        refusals.count(word(refused.code()));
      }
    }
  }

  private void noted(CoreCommand.Noted noted) {
    switch (noted.event()) {
      case ENROLLED -> enrollments.count();
      case RELAY_OPENED -> relaysOpened.count();
      default -> {
        // counted by the frame that says it, or not at all
      }
    }
  }

  @Override
  public void relayed(boolean byUdp, int size) {
    datagrams.count(way(byUdp));
    bytes.add(size, way(byUdp));
  }

  @Override
  public void dropped(RelayDrop reason, int count) {
    drops.add(count, word(reason));
  }

  @Override
  public void rejected(Rejection reason) {
    rejected.count(word(reason));
  }

  private static String way(boolean byUdp) {
    return byUdp ? "udp" : "link";
  }

  private static String word(Enum<?> value) {
    return value.name().toLowerCase(Locale.ROOT);
  }
}
