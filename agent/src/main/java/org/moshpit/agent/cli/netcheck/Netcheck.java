package org.moshpit.agent.cli.netcheck;

import java.net.InetAddress;
import java.security.SecureRandom;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.function.Function;
import org.moshpit.agent.cli.wiring.AgentLoop;
import org.moshpit.agent.cli.wiring.Discovery;
import org.moshpit.agent.cli.wiring.SocketBook;
import org.moshpit.agent.cli.wiring.StunServers;
import org.moshpit.agent.config.Enrollment;
import org.moshpit.agent.config.ExitCode;
import org.moshpit.agent.config.UserError;
import org.moshpit.agent.harvest.DiscoveryIn;
import org.moshpit.agent.harvest.DiscoveryMachine;
import org.moshpit.agent.harvest.DiscoveryOut;
import org.moshpit.agent.harvest.DiscoveryPlan;
import org.moshpit.agent.harvest.HostAddresses;
import org.moshpit.agent.harvest.LifetimeMachine;
import org.moshpit.agent.harvest.StunBudget;
import org.moshpit.agent.harvest.StunCredentials;
import org.moshpit.agent.link.LinkClient;
import org.moshpit.agent.link.LinkFailure;
import org.moshpit.agent.link.LinkPreparation;
import org.moshpit.agent.link.LinkPurpose;
import org.moshpit.agent.link.RendezvousClock;
import org.moshpit.agent.portmap.io.PortMappingProbe;
import org.moshpit.common.nat.NatFindings;
import org.moshpit.common.sansio.Machine;
import org.moshpit.common.sansio.TransportAddress;
import org.moshpit.common.wire.proto.Mode;
import org.moshpit.common.wire.proto.ServerFrame;
import org.moshpit.common.wire.proto.Welcome;

/** One look at this network, from an event loop of its own. */
public final class Netcheck implements AutoCloseable {
  /** What the link told: whom to ask, and what time it is there. */
  private record Told(StunServers servers, RendezvousClock clock) {}

  private final Enrollment enrollment;
  private final AgentLoop loop = new AgentLoop();
  private final SocketBook book = new SocketBook(loop.loop());
  private final SecureRandom random = new SecureRandom();
  private final StunBudget budget = new StunBudget();
  private final StunCredentials credentials;

  private Netcheck(Enrollment enrollment) {
    this.enrollment = enrollment;
    this.credentials = new StunCredentials(enrollment.agentId(), enrollment.stunKey());
  }

  /**
   * Looks; blocks for some seconds, with the lifetime for some minutes.
   *
   * @param lifetime whether to find out how long mappings outlive silence
   * @param askRouter whether to find out which port-mapping protocols it speaks
   * @throws UserError exit 12, if there is no link to the rendezvous
   */
  public static NetcheckResult run(
      Enrollment enrollment, LinkPreparation preparation, boolean lifetime, boolean askRouter) {
    try (Netcheck netcheck = new Netcheck(enrollment)) {
      return netcheck.run(preparation, lifetime, askRouter);
    }
  }

  private NetcheckResult run(LinkPreparation preparation, boolean lifetime, boolean askRouter) {
    CompletableFuture<List<String>> protocols =
        askRouter ? askRouter() : CompletableFuture.completedFuture(null);
    Told told = await(logIn(preparation));
    CompletableFuture<NatFindings> ipv4 = discover(told, false);
    CompletableFuture<NatFindings> ipv6 = discover(told, true);
    NatFindings found4 = await(ipv4);
    NatFindings found6 = await(ipv6);
    Integer seconds = lifetime && found4.observed() != null ? await(lifetime(told)) : null;
    return new NetcheckResult(
        enrollment.rendezvous().toString(), found4, found6, seconds, await(protocols));
  }

  private CompletableFuture<List<String>> askRouter() {
    return PortMappingProbe.ask(loop.loop(), loop.blocking())
        .thenApply(answering -> answering.stream().sorted().map(Object::toString).toList());
  }

  private CompletableFuture<Told> logIn(LinkPreparation preparation) {
    CompletableFuture<Told> told = new CompletableFuture<>();
    loop.execute(
        () -> {
          LinkClient[] link = new LinkClient[1];
          link[0] =
              LinkClient.open(
                  loop.loop(),
                  enrollment.rendezvous(),
                  preparation,
                  new LinkPurpose.LogIn(enrollment.name(), Mode.VISITOR),
                  new LinkClient.Listener() {
                    @Override
                    public void up(Welcome welcome) {
                      StunServers servers =
                          StunServers.of(welcome.getRegistration(), link[0].remote());
                      told.complete(new Told(servers, link[0].clock()));
                      link[0].close();
                    }

                    @Override
                    public void frame(ServerFrame frame) {
                      // nothing was asked
                    }

                    @Override
                    public void down(LinkFailure failure) {
                      told.completeExceptionally(failure.asError());
                    }
                  });
        });
    return told;
  }

  private CompletableFuture<NatFindings> discover(Told told, boolean ipv6) {
    return begin(
        told,
        ipv6,
        new DiscoveryMachine(credentials, random, budget, DiscoveryPlan.THOROUGH),
        NatFindings.NONE,
        end -> ((DiscoveryOut.Found) end).findings());
  }

  private CompletableFuture<Integer> lifetime(Told told) {
    return begin(
        told,
        false,
        new LifetimeMachine(credentials, random, budget),
        null,
        end -> ((DiscoveryOut.Lifetime) end).seconds());
  }

  /** With {@code none} if this host has no way to such a server. */
  private <T> CompletableFuture<T> begin(
      Told told,
      boolean ipv6,
      Machine<DiscoveryIn, DiscoveryOut> machine,
      T none,
      Function<DiscoveryOut, T> end) {
    List<TransportAddress> servers =
        told.servers().addresses().stream().filter(server -> server.isIpv6() == ipv6).toList();
    Optional<InetAddress> local =
        servers.stream().findFirst().flatMap(server -> HostAddresses.source(server.ip()));
    CompletableFuture<T> found = new CompletableFuture<>();
    if (local.isEmpty()) {
      found.complete(none);
      return found;
    }
    long now = told.clock().unixMillis();
    loop.execute(
        () ->
            Discovery.begin(loop, book, local.get(), machine, now, servers, end)
                .found()
                .thenAccept(found::complete));
    return found;
  }

  private static <T> T await(CompletableFuture<T> future) {
    try {
      return future.get();
    } catch (ExecutionException e) {
      if (e.getCause() instanceof UserError error) {
        throw error;
      }
      throw new IllegalStateException(e.getCause());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new UserError(ExitCode.INTERRUPTED, "interrupted", e);
    }
  }

  @Override
  public void close() {
    loop.close();
  }
}
