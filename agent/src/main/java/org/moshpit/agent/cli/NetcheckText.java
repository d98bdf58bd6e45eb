package org.moshpit.agent.cli;

import java.net.InetAddress;
import java.util.List;
import java.util.stream.Collectors;
import org.moshpit.agent.cli.netcheck.NetcheckResult;
import org.moshpit.common.nat.Expectation;
import org.moshpit.common.nat.Filtering;
import org.moshpit.common.nat.Mapping;
import org.moshpit.common.nat.NatFindings;
import org.moshpit.common.nat.NatFindings.Aspect;
import org.moshpit.common.nat.PortPattern;
import org.moshpit.common.text.Cell;
import org.moshpit.common.text.Screen;
import org.moshpit.common.text.Style;
import org.moshpit.common.text.TextTable;

/** The result of {@code agent netcheck} for people. */
final class NetcheckText {
  private NetcheckText() {}

  static String of(NetcheckResult result, Screen screen) {
    StringBuilder text = new StringBuilder();
    text.append(facts(result).on(screen)).append('\n');
    TextTable peers =
        new TextTable().column("A PEER'S NETWORK", 0, 20).column("PATH TO EXPECT", 0, 10);
    for (PeerNat peer : PeerNat.values()) {
      peers.row(peer.words(), expectation(peer.expectation(result)));
    }
    text.append(peers.on(screen)).append('\n');
    text.append(screen.wrapped(verdict(result)));
    if (!result.main().varying().isEmpty()) {
      text.append(
          screen.wrapped(
              "What varies differed between two looks a second apart, as in cellular networks with"
                  + " several NATs; the stricter is shown."));
    }
    String help = help(result);
    return help.isEmpty() ? text.toString() : text.append(screen.wrapped(help)).toString();
  }

  private static Cell expectation(Expectation expectation) {
    return new Cell(
        expectation.word(),
        switch (expectation) {
          case DIRECT, DIRECT_AFTER_TRIES -> Style.GOOD;
          case RELAY -> Style.FAIR;
        });
  }

  private static TextTable facts(NetcheckResult result) {
    NatFindings found = result.main();
    TextTable table =
        new TextTable().column("THIS NETWORK").column("SEEN FROM " + result.rendezvous(), 0, 20);
    table.row("UDP", result.udp() ? "gets out and back" : "no answer");
    if (found.observed() != null) {
      table.row("address", found.observed().toString());
      table.row("mapping", found.behaviour().mapping().word() + varies(found, Aspect.MAPPING));
      table.row(
          "filtering", found.behaviour().filtering().word() + varies(found, Aspect.FILTERING));
      table.row("port allocation", allocation(found) + varies(found, Aspect.ALLOCATION));
      if (found.addresses().size() > 1) {
        table.row("public addresses", addresses(found.addresses()));
      }
      table.row("hairpinning", found.hairpin() == null ? "-" : yesNo(found.hairpin()));
    }
    if (result.lifetimeSeconds() != null) {
      table.row("mapping lifetime", lifetime(result.lifetimeSeconds()));
    }
    table.row("IPv6", ipv6(result));
    if (result.portMapping() != null) {
      table.row(
          "port mapping",
          result.portMapping().isEmpty() ? "no" : String.join(", ", result.portMapping()));
    }
    return table;
  }

  private static String varies(NatFindings found, Aspect aspect) {
    return found.varying().contains(aspect) ? " (varies)" : "";
  }

  private static String allocation(NatFindings found) {
    PortPattern ports = found.ports();
    String word = found.behaviour().allocation().word();
    return switch (found.behaviour().allocation()) {
      case SEQUENTIAL -> word + ", step " + ports.step();
      case BLOCK ->
          word + ", " + ports.low() + "-" + ports.high() + " (" + ports.size() + " ports)";
      case RANDOM -> word + ", about " + ports.low() + "-" + ports.high();
      case PRESERVING, UNKNOWN -> word;
    };
  }

  private static String addresses(List<InetAddress> addresses) {
    return addresses.stream().map(InetAddress::getHostAddress).collect(Collectors.joining(", "));
  }

  private static String yesNo(boolean yes) {
    return yes ? "yes" : "no";
  }

  private static String lifetime(int seconds) {
    if (seconds == 0) {
      return "less than 10 s without outbound packets";
    }
    return "at least " + seconds + " s without outbound packets";
  }

  private static String ipv6(NetcheckResult result) {
    if (result.ipv6().observed() == null) {
      return "no";
    }
    Filtering filtering = result.ipv6().behaviour().filtering();
    return result.ipv6().observed() + ", filtering " + filtering.word();
  }

  private static String verdict(NetcheckResult result) {
    if (!result.udp()) {
      return "UDP gets no answer from "
          + result.rendezvous()
          + ": every session stays on the relay, over TLS.";
    }
    if (result.main().behaviour().mapping() == Mapping.UNKNOWN) {
      return "What this NAT does cannot be told: the rendezvous' second UDP port (usually 3479) does"
          + " not answer. If it is an easy one, as most are, a direct path is found all the same.";
    }
    return switch (PeerNat.EASY.expectation(result)) {
      case DIRECT ->
          result.main().behaviour().mapping() == Mapping.NONE
              ? "There is no NAT here: a direct path is found to nearly every peer."
              : "This NAT is an easy one: a direct path is found to most peers.";
      case DIRECT_AFTER_TRIES ->
          "This NAT makes a new mapping for each destination: a direct path takes searching.";
      case RELAY -> "Sessions stay on the relay with most peers.";
    };
  }

  private static String help(NetcheckResult result) {
    if (!result.udp()) {
      return "What would help: a firewall on this network that lets UDP out, and the answers in;"
          + " or, if no other network gets an answer either, opening the rendezvous' own UDP"
          + " ports (usually 3478 and 3479) in the firewalls there.";
    }
    if (result.main().behaviour().mapping() == Mapping.UNKNOWN) {
      return "What would help: opening that port in the firewalls there.";
    }
    boolean mapped = result.portMapping() != null && !result.portMapping().isEmpty();
    if (PeerNat.RANDOM.expectation(result) == Expectation.DIRECT || mapped) {
      return "";
    }
    boolean ipv6 = result.ipv6().observed() != null;
    return "What would help"
        + (PeerNat.EASY.expectation(result) == Expectation.DIRECT ? " with the others: " : ": ")
        + (ipv6 ? "" : "IPv6 at both ends; ")
        + "port mapping (PCP, NAT-PMP or UPnP) switched on in the router, or a UDP port forwarded"
        + " there to this machine.";
  }
}
