package org.moshpit.deploy.robust;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.moshpit.deploy.lab.Host;
import org.moshpit.deploy.lab.Lab;

/** {@code rendezvous-server run} on all addresses of a host that has several. */
@Tag("lab")
class WildcardListenTest {
  private static final Duration LONG = Duration.ofSeconds(30);
  private static final List<String> IPV4 =
      List.of(
          Lab.RENDEZVOUS + ":3478",
          Lab.RENDEZVOUS + ":3479",
          Lab.RENDEZVOUS_SECOND + ":3478",
          Lab.RENDEZVOUS_SECOND + ":3479");
  private static final List<String> IPV6 =
      List.of(Lab.RENDEZVOUS_IPV6 + ":3478", Lab.RENDEZVOUS_IPV6 + ":3479");

  /** Asks each server in turn from one socket; prints who answered, and whom it saw. */
  private static final String ASK =
      """
      import os, socket, struct, sys
      sockets = {}
      for server in sys.argv[1:]:
          host, _, port = server.rpartition(":")
          family = socket.AF_INET6 if ":" in host else socket.AF_INET
          if family not in sockets:
              sockets[family] = socket.socket(family, socket.SOCK_DGRAM)
              sockets[family].settimeout(5)
          s = sockets[family]
          request = struct.pack(">HHI", 1, 0, 0x2112A442) + os.urandom(12)
          s.sendto(request, (host.strip("[]"), int(port)))
          answer, sender = s.recvfrom(1500)
          at = 20
          while struct.unpack_from(">H", answer, at)[0] != 0x20:
              at += 4 + (struct.unpack_from(">H", answer, at + 2)[0] + 3) // 4 * 4
          length, = struct.unpack_from(">H", answer, at + 2)
          port = struct.unpack_from(">H", answer, at + 6)[0] ^ 0x2112
          ip = bytes(a ^ b for a, b in zip(answer[at + 8:at + 4 + length], request[4:]))
          name = lambda ip, port: (f"[{ip}]" if ":" in ip else ip) + f":{port}"
          print(name(*sender[:2]), name(socket.inet_ntop(family, ip), port))
      """;

  private static Path state(Lab lab) {
    return lab.rendezvous().home().resolve("state");
  }

  private static void serve(Lab lab, String... listen) {
    List<String> command =
        new ArrayList<>(List.of("rendezvous-server", "run", "--state", state(lab).toString()));
    for (String address : listen) {
      command.addAll(List.of("--listen", address));
    }
    command.addAll(List.of("--public-address", Lab.RENDEZVOUS));
    Host.Running daemon = lab.rendezvous().start(command.toArray(String[]::new));
    await()
        .atMost(LONG)
        .failFast(() -> assertThat(daemon.alive()).as(daemon.output()).isTrue())
        .until(() -> daemon.output().contains("is ready"));
  }

  private static List<String> ask(Host host, List<String> servers) {
    List<String> command = new ArrayList<>(List.of("python3", "-c", ASK));
    command.addAll(servers);
    return host.output(command.toArray(String[]::new)).lines().toList();
  }

  @ParameterizedTest
  @CsvSource({"0.0.0.0:3478", "[::]:3478", "0.0.0.0:3478 [::]:3478"})
  void everyAddressAnswersForItself(String listen) {
    try (Lab lab = Lab.up("home", "none", "--ipv6")) {
      serve(lab, listen.split(" "));
      List<String> seen = ask(lab.laptop(), IPV4);
      assertThat(seen).hasSize(4);
      for (int i = 0; i < 4; i++) {
        assertThat(seen.get(i)).startsWith(IPV4.get(i) + " " + lab.publicAddress("laptop") + ":");
      }
      assertThat(seen.stream().map(line -> line.split(" ")[1]).distinct()).hasSize(1);
      if (listen.contains("::")) {
        List<String> seen6 = ask(lab.laptop(), IPV6);
        assertThat(seen6).hasSize(2);
        for (int i = 0; i < 2; i++) {
          assertThat(seen6.get(i)).startsWith(IPV6.get(i) + " [2001:db8:");
        }
      }
    }
  }

  /** A NAT that only a second address can tell from an endpoint-independent one (RFC 5780 §4.3). */
  @Test
  void agentsAreToldOfTheSecondAddressAndUseIt() throws IOException {
    try (Lab lab = Lab.up("none", "home")) {
      serve(lab, "0.0.0.0:3478");
      Host nat = lab.nats("box").get(0);
      nat.root(
          "nft",
          "flush chain ip nat postrouting; "
              + rule(Lab.RENDEZVOUS, "40000-40999")
              + rule(Lab.RENDEZVOUS_SECOND, "50000-50999")
              + "add rule ip nat postrouting oifname wan masquerade");
      String url =
          lab.rendezvous().output("rendezvous-server", "invite", "--state", state(lab).toString());
      lab.box().runWithInput(url + "\n", "agent", "enroll", "--name", "box", "-").orFail();
      lab.box().start("agent", "run");
      await()
          .atMost(LONG)
          .untilAsserted(
              () -> {
                JsonNode box = agents(lab).path(0);
                assertThat(box.path("mapping").asText()).isEqualTo("address-dependent");
                assertThat(box.path("observed").asText())
                    .matches("\\Q" + lab.publicAddress("box") + "\\E:40\\d{3}");
              });
    }
  }

  private static String rule(String to, String ports) {
    return "add rule ip nat postrouting oifname wan ip daddr "
        + to
        + " meta l4proto udp masquerade to :"
        + ports
        + "; ";
  }

  private static JsonNode agents(Lab lab) throws IOException {
    return new ObjectMapper()
        .readTree(
            lab.rendezvous()
                .output("rendezvous-server", "agents", "--state", state(lab).toString(), "--json"));
  }
}
