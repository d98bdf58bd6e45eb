package org.moshpit.agent.cli.netcheck;

import java.net.InetAddress;
import java.security.SecureRandom;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import org.moshpit.agent.cli.wiring.AgentLoop;
import org.moshpit.agent.cli.wiring.Discovery;
import org.moshpit.agent.cli.wiring.SocketBook;
import org.moshpit.agent.cli.wiring.StunServers;
import org.moshpit.agent.config.Enrollment;
import org.moshpit.agent.config.ExitCode;
import org.moshpit.agent.config.UserError;
import org.moshpit.agent.harvest.DiscoveryPlan;
import org.moshpit.agent.harvest.HostAddresses;
import org.moshpit.agent.harvest.StunBudget;
import org.moshpit.agent.harvest.StunCredentials;
import org.moshpit.agent.link.LinkClient;
import org.moshpit.agent.link.LinkFailure;
import org.moshpit.agent.link.LinkPreparation;
import org.moshpit.agent.link.LinkPurpose;
import org.moshpit.common.nat.NatFindings;
import org.moshpit.common.sansio.TransportAddress;
import org.moshpit.common.wire.proto.Mode;
import org.moshpit.common.wire.proto.ServerFrame;
import org.moshpit.common.wire.proto.Welcome;

/** One look at this network, from an event loop of its own. */
public final class Netcheck implements AutoCloseable {
  /** What the link told: whom to ask, and what time it is there. */
  private record Told(StunServers servers, long clockOffsetMillis) {}

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
   * Looks; blocks for some seconds.
   *
   * @param portMappings asks the router, if there is one who can
   * @throws UserError exit 12, if there is no link to the rendezvous
   */
  public static NetcheckResult run(
      Enrollment enrollment, LinkPreparation preparation, Optional<PortMappingProbe> portMappings) {
    try (Netcheck netcheck = new Netcheck(enrollment)) {
      return netcheck.run(preparation, portMappings);
    }
  }

  private NetcheckResult run(LinkPreparation preparation, Optional<PortMappingProbe> portMappings) {
    CompletableFuture<List<String>> protocols = new CompletableFuture<>();
    loop.execute(
        () ->
            portMappings.ifPresentOrElse(
                probe -> probe.answering(loop, book).thenAccept(protocols::complete),
                () -> protocols.complete(null)));
    Told told = await(logIn(preparation));
    CompletableFuture<NatFindings> ipv4 = discover(told, false);
    CompletableFuture<NatFindings> ipv6 = discover(told, true);
    return new NetcheckResult(
        enrollment.rendezvous().toString(), await(ipv4), await(ipv6), null, await(protocols));
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
                      told.complete(new Told(servers, link[0].clockOffsetMillis()));
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
    List<TransportAddress> servers =
        told.servers().addresses().stream().filter(server -> server.isIpv6() == ipv6).toList();
    Optional<InetAddress> local =
        servers.stream().findFirst().flatMap(server -> HostAddresses.source(server.ip()));
    CompletableFuture<NatFindings> found = new CompletableFuture<>();
    if (local.isEmpty()) {
      found.complete(NatFindings.NONE);
      return found;
    }
    loop.execute(
        () ->
            Discovery.begin(
                    loop,
                    book,
                    credentials,
                    random,
                    budget,
                    DiscoveryPlan.THOROUGH,
                    local.get(),
                    System.currentTimeMillis() + told.clockOffsetMillis(),
                    servers)
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
