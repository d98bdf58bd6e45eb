package org.moshpit.agent.cli.enroll;

import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import org.moshpit.common.sansio.TransportAddress;

/**
 * Why the rendezvous could not be reached: what each of its addresses does by TCP, and whether any
 * answers by UDP, so that a person sees whether a firewall is the reason.
 *
 * @param places where the join URL leads
 * @param tcp connects
 * @param udp asks
 */
record UnreachedCheck(RendezvousAddresses places, TcpQuestion tcp, StunQuestion udp)
    implements Check {
  private static final Executor THREADS =
      work -> {
        Thread thread = new Thread(work, "connect");
        thread.setDaemon(true);
        thread.start();
      };

  @Override
  public String what() {
    return "rendezvous";
  }

  @Override
  public List<Finding> look() throws IOException {
    List<Finding> findings = new ArrayList<>();
    for (String name : places.unknown()) {
      findings.add(
          Finding.wrong(
              "name " + name,
              "not known",
              "Look at the join URL, and whether names are resolved here: getent hosts " + name));
    }
    Map<TransportAddress, CompletableFuture<TcpQuestion.Answer>> asked = new LinkedHashMap<>();
    for (TransportAddress address : places.addresses()) {
      asked.put(address, CompletableFuture.supplyAsync(() -> tcp.connect(address), THREADS));
    }
    List<TransportAddress> stun = places.guessedStun();
    Set<TransportAddress> answered = stun.isEmpty() ? Set.of() : udp.answering(stun);
    Map<TransportAddress, TcpQuestion.Answer> connected = new LinkedHashMap<>();
    asked.forEach((address, answer) -> connected.put(address, answer.join()));
    String remedy = remedy(Set.copyOf(connected.values()), !answered.isEmpty());
    connected.forEach((address, answer) -> findings.add(byTcp(address, answer)));
    stun.forEach(server -> findings.add(byUdp(server, answered.contains(server))));
    return remedied(findings, remedy);
  }

  private static Finding byTcp(TransportAddress address, TcpQuestion.Answer answer) {
    String what = "TCP to " + address;
    return answer == TcpQuestion.Answer.CONNECTED
        ? Finding.ok(what, "")
        : Finding.wrong(what, answer.words(), "");
  }

  private static Finding byUdp(TransportAddress server, boolean answers) {
    String what = "UDP to " + server;
    return answers ? Finding.ok(what, "") : Finding.wrong(what, "no answer", "");
  }

  /** All these lines have one thing to do between them; it stands beneath the last. */
  private static List<Finding> remedied(List<Finding> findings, String remedy) {
    if (findings.isEmpty() || remedy.isEmpty()) {
      return findings;
    }
    Finding last = findings.remove(findings.size() - 1);
    findings.add(new Finding(last.what(), last.level(), last.said(), remedy));
    return findings;
  }

  private static String remedy(Set<TcpQuestion.Answer> tcp, boolean udp) {
    if (tcp.isEmpty()) {
      return "";
    }
    if (tcp.contains(TcpQuestion.Answer.CONNECTED)) {
      return "It accepts connections now: enroll again.";
    }
    if (udp) {
      return "The rendezvous runs, and TCP does not get to it: open its TCP port in the firewalls"
          + " there and here.";
    }
    if (tcp.contains(TcpQuestion.Answer.REFUSED)) {
      return "Something turns connections away there: see that rendezvous-server runs, and that a"
          + " firewall lets its TCP port through.";
    }
    if (tcp.contains(TcpQuestion.Answer.SILENT)) {
      return "Nothing comes back: a firewall drops all of it, or no machine is there. From another"
          + " network you see which.";
    }
    return "This machine has no way there: look at its network.";
  }
}
