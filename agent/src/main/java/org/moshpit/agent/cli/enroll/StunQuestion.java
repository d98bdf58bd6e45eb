package org.moshpit.agent.cli.enroll;

import java.io.IOException;
import java.net.InetAddress;
import java.security.SecureRandom;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.moshpit.agent.cli.wiring.AgentLoop;
import org.moshpit.agent.cli.wiring.Discovery;
import org.moshpit.agent.cli.wiring.SocketBook;
import org.moshpit.agent.harvest.DiscoveryOut;
import org.moshpit.agent.harvest.HostAddresses;
import org.moshpit.agent.harvest.ReachMachine;
import org.moshpit.agent.harvest.StunBudget;
import org.moshpit.agent.harvest.StunCredentials;
import org.moshpit.common.sansio.TransportAddress;

/** Which STUN servers answer by UDP. */
interface StunQuestion {
  /**
   * Asks all of them at once; blocks for 2.4 s at most.
   *
   * @return those that answered
   * @throws IOException if they cannot be asked
   */
  Set<TransportAddress> answering(List<TransportAddress> servers) throws IOException;

  /**
   * From sockets of this machine.
   *
   * @param credentials of an enrolled agent; empty: asked as a stranger
   * @param clockOffsetMillis how far the rendezvous' clock is ahead
   */
  static StunQuestion ofThisHost(Optional<StunCredentials> credentials, long clockOffsetMillis) {
    return servers -> ask(servers, credentials, clockOffsetMillis);
  }

  private static Set<TransportAddress> ask(
      List<TransportAddress> servers, Optional<StunCredentials> credentials, long clockOffsetMillis)
      throws IOException {
    Set<TransportAddress> answered = new HashSet<>();
    try (AgentLoop loop = new AgentLoop()) {
      SocketBook book = new SocketBook(loop.loop());
      StunBudget budget = new StunBudget();
      SecureRandom random = new SecureRandom();
      List<CompletableFuture<Set<TransportAddress>>> families =
          List.of(new CompletableFuture<>(), new CompletableFuture<>());
      for (int family = 0; family < families.size(); family++) {
        boolean ipv6 = family == 1;
        CompletableFuture<Set<TransportAddress>> found = families.get(family);
        List<TransportAddress> some = servers.stream().filter(s -> s.isIpv6() == ipv6).toList();
        Optional<InetAddress> local =
            some.stream().flatMap(server -> HostAddresses.source(server.ip()).stream()).findFirst();
        if (local.isEmpty()) {
          found.complete(Set.of());
          continue;
        }
        ReachMachine machine =
            credentials
                .map(known -> ReachMachine.ofAgent(known, random, budget))
                .orElseGet(() -> ReachMachine.ofStranger(random, budget));
        long now = System.currentTimeMillis() + clockOffsetMillis;
        loop.execute(
            () ->
                Discovery.begin(
                        loop,
                        book,
                        local.get(),
                        machine,
                        now,
                        some,
                        end -> ((DiscoveryOut.Answered) end).servers())
                    .found()
                    .thenAccept(found::complete));
      }
      for (CompletableFuture<Set<TransportAddress>> found : families) {
        // the loop ends it by itself; stopped meanwhile, we are not to give up before the loop
        // does, only before the 8 s of Findings are over
        answered.addAll(found.get(7, TimeUnit.SECONDS));
      }
      return answered;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted", e);
    } catch (ExecutionException | TimeoutException e) {
      throw new IOException("no socket answered for it", e);
    }
  }
}
