package org.moshpit.agent.cli.enroll;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.moshpit.common.sansio.TransportAddress;

/**
 * Whether the rendezvous answers by UDP, from each of its two ports.
 *
 * @param servers its STUN servers, at addresses of the join URL or of the link only
 * @param question asks them
 */
record UdpCheck(List<TransportAddress> servers, StunQuestion question) implements Check {
  @Override
  public String what() {
    return "UDP";
  }

  @Override
  public List<Finding> look() throws IOException {
    if (servers.isEmpty()) {
      return List.of(
          Finding.warning(
              what(),
              "not asked: the STUN servers are not where the join URL leads",
              "agent netcheck asks those that the rendezvous names."));
    }
    Set<TransportAddress> answered = question.answering(servers);
    Map<Integer, List<TransportAddress>> byPort =
        servers.stream()
            .collect(
                Collectors.groupingBy(TransportAddress::port, TreeMap::new, Collectors.toList()));
    List<Finding> findings = new ArrayList<>();
    byPort.forEach((port, all) -> findings.add(finding(port, all, answered)));
    return findings;
  }

  private static Finding finding(
      int port, List<TransportAddress> all, Set<TransportAddress> answered) {
    String what = "UDP " + port;
    List<TransportAddress> silent = all.stream().filter(one -> !answered.contains(one)).toList();
    if (silent.isEmpty()) {
      return Finding.ok(what, "");
    }
    String said =
        silent.size() == all.size()
            ? "no answer"
            : "no answer from "
                + silent.stream()
                    .map(one -> TransportAddress.text(one.ip()))
                    .collect(Collectors.joining(", "));
    return Finding.warning(what, said, remedy(port, answered.isEmpty()));
  }

  private static String remedy(int port, boolean blocked) {
    return "Open UDP port "
        + port
        + (blocked
            ? ", at the rendezvous and out of this network; without UDP every session stays on the"
                + " relay, over TLS."
            : " too, at the rendezvous first; without it nobody can tell what the NATs here do.");
  }
}
