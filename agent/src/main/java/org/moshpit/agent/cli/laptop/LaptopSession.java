package org.moshpit.agent.cli.laptop;

import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.random.RandomGenerator;
import org.moshpit.agent.candidates.IceDescription;
import org.moshpit.agent.cli.wiring.AgentLoop;
import org.moshpit.agent.cli.wiring.Frames;
import org.moshpit.agent.cli.wiring.SessionTransport;
import org.moshpit.agent.cli.wiring.SocketSet;
import org.moshpit.agent.cli.wiring.StunServers;
import org.moshpit.agent.config.Enrollment;
import org.moshpit.agent.config.ExitCode;
import org.moshpit.agent.config.Settings;
import org.moshpit.agent.forward.UdpTable;
import org.moshpit.agent.link.LinkFailure;
import org.moshpit.agent.link.PersistentLink;
import org.moshpit.agent.link.RendezvousClock;
import org.moshpit.agent.path.PathConfig;
import org.moshpit.agent.path.PathIn;
import org.moshpit.agent.path.PathKind;
import org.moshpit.agent.path.PathOut;
import org.moshpit.agent.path.RelayPolicy;
import org.moshpit.agent.punch.IceRole;
import org.moshpit.agent.punch.strategy.BulkLimits;
import org.moshpit.agent.session.ConnectMachine;
import org.moshpit.agent.session.ConnectOutput;
import org.moshpit.agent.session.ControlOutput;
import org.moshpit.common.identity.SignedBoxRecord;
import org.moshpit.common.nat.NatBehaviour;
import org.moshpit.common.netty.UdpSocket;
import org.moshpit.common.sansio.TransportAddress;
import org.moshpit.common.wire.proto.Claim;
import org.moshpit.common.wire.proto.ServerFrame;
import org.moshpit.common.wire.proto.Welcome;

/**
 * One session at the laptop, from the first packet to the last, on the loop. What needs the
 * terminal goes to the main thread as an {@link Outcome}.
 */
final class LaptopSession {
  /** A session is left alone to show its first screen before the router is asked for anything. */
  private static final long FIRST_SCREEN_MILLIS = 1000;

  /** What a router may take at the end to hear that its port is free. */
  private static final long ROUTER_MILLIS = 500;

  private final EarlyLink early;
  private final AgentLoop loop;
  private final ConnectPlan plan;
  private final Enrollment enrollment;
  private final EventsFile events;
  private final ProgressLine progress;
  private final Trace trace;
  private final Persons persons;
  private final LaptopNetwork network;
  private final SessionTransport transport;
  private final PersistentLink link;
  private final LaptopRelay relay;
  private final Conversation conversation;

  private final ClientSide client;
  private final Pings pings;
  private final PathNews path;
  private final SessionStart start;
  private final SessionEnd end = new SessionEnd();

  private boolean linkedOnce;
  private boolean stopped;

  LaptopSession(
      EarlyLink early,
      ConnectPlan plan,
      EventsFile events,
      ProgressLine progress,
      Trace trace,
      Persons persons,
      BulkLimits limits,
      Callable<Settings> settings,
      RandomGenerator random) {
    this.early = early;
    this.loop = early.loop();
    this.link = early.link();
    this.plan = plan;
    this.enrollment = early.enrollment();
    this.events = events;
    this.progress = progress;
    this.trace = trace;
    this.persons = persons;
    this.network =
        new LaptopNetwork(
            loop, plan, enrollment, trace, limits, settings, random, new NetworkEvents());
    this.transport =
        new SessionTransport(
            loop,
            network.sockets(),
            new PathConfig(IceRole.CONTROLLING, plan.relay(), network.sockets().limits()),
            random,
            new PathEvents(),
            trace::say);
    this.client = new ClientSide(transport);
    this.path = new PathNews(events);
    this.start = new SessionStart(plan, client, path, this::considerMappingSoon);
    this.pings = new Pings(loop.loop(), transport, start::tell);
    this.relay =
        new LaptopRelay(
            transport, link::send, () -> network.stun().at(link.remote()), this::relayClosed);
    this.conversation =
        new Conversation(
            loop,
            plan,
            enrollment.realm(),
            persons,
            events,
            progress,
            trace,
            random,
            link::send,
            () -> Math.toIntExact(Math.min(10_000, link.rttMillis())),
            new Said());
  }

  /** Sets off everything that does not need to know more. From the main thread. */
  void start() {
    loop.execute(
        () -> {
          early.attach(new LinkEvents());
          network.clock(RendezvousClock.guessed(persons.clockOffset()));
          loop.offload(
              () -> persons.resolve(enrollment.rendezvous()),
              (addresses, failure) -> {
                if (failure == null && !start.isOver() && network.stun().addresses().isEmpty()) {
                  network.servers(StunServers.guess(addresses));
                }
              });
          if (plan.ping()) {
            return;
          }
          UdpTable table = UdpTable.ofThisHost();
          client.open(
              loop,
              port -> table.ownedBy(port, (int) persons.uid()),
              start::runIfReady,
              () -> start.fail(ExitCode.FAILURE, "no UDP socket can be opened on 127.0.0.1"));
        });
  }

  /** The request is known now: the offer can be made. From the main thread. */
  void ask(ConnectMachine machine) {
    loop.execute(() -> conversation.begin(machine));
  }

  /** There will be no mosh-client: the path is measured. Before {@link #ask}. */
  void ping(PingRounds wanted) {
    loop.execute(() -> pings.want(wanted));
  }

  /**
   * Asks no more; from any thread.
   *
   * @return what came of it, or empty if the box has not answered
   */
  Optional<PingRounds> stopPing() {
    CompletableFuture<Optional<PingRounds>> done = new CompletableFuture<>();
    loop.loop().execute(() -> done.complete(pings.stop()));
    return done.completeOnTimeout(Optional.empty(), 1, TimeUnit.SECONDS).join();
  }

  /** Numbers of exchanges and lookups, unique on the link. */
  long nextNumber() {
    return conversation.nextNumber();
  }

  /** What the main thread is to do next; blocks. */
  Outcome next() throws InterruptedException {
    return start.next();
  }

  /** The person's answer to {@link Outcome.AskFingerprint}. From the main thread. */
  void answered(boolean trusted) {
    loop.execute(() -> conversation.fingerprint(trusted));
  }

  /** Called on the loop when the box says that the session is no more. */
  void onGone(Runnable action) {
    loop.execute(() -> end.onGone(action));
  }

  /** How it ended. After {@link #stop}. */
  SessionEnd end() {
    return end;
  }

  /** Ends everything here. From the main thread; returns when it is done. */
  void stop() {
    CompletableFuture<Void> mappings = new CompletableFuture<>();
    loop.loop()
        .submit(
            () -> {
              if (stopped) {
                mappings.complete(null);
                return;
              }
              stopped = true;
              start.stop();
              end.stopped(client.path());
              relay.close();
              transport.close();
              network.stop().thenAccept(mappings::complete);
              conversation.stop();
              client.close();
              link.stop();
            })
        .awaitUninterruptibly(2, TimeUnit.SECONDS);
    mappings.completeOnTimeout(null, ROUTER_MILLIS, TimeUnit.MILLISECONDS).join();
  }

  // ---- the network

  private final class NetworkEvents implements LaptopNetwork.Listener {
    @Override
    public void opened(SocketSet set) {
      set.members().forEach(member -> transport.add(member.socket(), member.wireId()));
    }

    /** Before there is a session, nothing can come of it; later the relay goes on. */
    @Override
    public void noAddress(ExitCode exit, String sentence) {
      start.fail(exit, sentence);
    }

    @Override
    public void observed(UdpSocket socket, TransportAddress address) {
      transport.observed(socket, address);
    }

    @Override
    public void claim(Claim claim) {
      link.send(Frames.claim(claim));
    }

    @Override
    public void natFound(NatBehaviour nat) {
      transport.natFound(nat);
    }

    @Override
    public void mapped(UdpSocket socket, TransportAddress outer) {
      if (transport.mapped(socket, outer) && !path.isDirect()) {
        conversation.exchangeWanted("the router maps a port");
      }
    }

    @Override
    public void changed(String reason) {
      link.networkChanged();
      if (!client.isHandedOver()) {
        network.renew();
        transport.handle(new PathIn.NetworkChanged(reason));
      }
    }
  }

  // ---- the link

  private final class LinkEvents implements PersistentLink.Listener {
    @Override
    public void loggingIn() {
      conversation.loggingIn();
    }

    @Override
    public void up(Welcome welcome) {
      linkedOnce = true;
      end.linkUp();
      events.append("linked");
      progress.say("asking " + plan.name() + " …");
      persons.keepClockOffset(link.clock().aheadMillis());
      network.clock(link.clock());
      StunServers told = StunServers.of(welcome.getRegistration(), link.remote());
      if (!told.equals(network.stun()) && !told.addresses().isEmpty()) {
        network.servers(told);
      }
      network.refresh();
      relay.linkUp();
      conversation.linkUp();
    }

    @Override
    public void frame(ServerFrame frame) {
      switch (frame.getBodyCase()) {
        case RECORD -> conversation.received(frame.getRecord());
        case ANSWERED -> conversation.received(frame.getAnswered());
        case NOT_DELIVERED -> conversation.received(frame.getNotDelivered());
        case HINTED -> conversation.received(frame.getHinted());
        case DATAGRAM, PEER_OBSERVED, RELAY_CLOSED, RELAY_COOKIE -> relay.received(frame);
        case CLAIMED -> network.claimed(frame.getClaimed());
        default -> {
          // nothing else needs anything done
        }
      }
    }

    @Override
    public void down(LinkFailure failure, long retryInMillis) {
      trace.say("no link: " + failure.sentence());
      if (!linkedOnce) {
        start.fail(failure.asError().exitCode(), failure.sentence());
        return;
      }
      end.linkDown(failure.sentence(), !failure.transientFailure());
      relay.linkDown();
      conversation.linkDown();
    }
  }

  /** The box may have closed it because the session is over, and hints are few. */
  private void relayClosed(String reason) {
    trace.say("relay closed: " + reason);
    conversation.exchangeWanted("the relay was closed");
  }

  // ---- what box and person say

  private final class Said implements Conversation.Host {
    @Override
    public void askFingerprint(SignedBoxRecord record) {
      start.tell(new Outcome.AskFingerprint(record));
    }

    @Override
    public void admitted(ConnectOutput.Admitted in) {
      start.admitted(in);
      events.append("answered", line -> line.member("session", in.session().toString()));
      network.watch();
      relay.is(in.relay());
      in.observed().forEach(one -> transport.handle(new PathIn.PeerObserved(one.address())));
      transport.handle(new PathIn.PeerDescribed(in.peer(), in.startDelayMillis()));
      if (pings.areWanted()) {
        start.begin();
        end.onGone(() -> start.tell(new Outcome.PingOver()));
        pings.begin();
        return;
      }
      if (plan.relay() == RelayPolicy.NEVER) {
        progress.say("looking for a direct path …");
        start.limit(loop.loop(), () -> transport.snapshot().reason());
      }
      start.runIfReady();
    }

    @Override
    public void handedOver(ConnectOutput.HandedOver event) {
      if (start.isOver() || !client.handOver()) {
        start.fail(
            ExitCode.NO_PATH,
            "the direct path was lost while the port changed hands; try again, or without"
                + " --handover");
        return;
      }
      trace.say("handed over, mosh-server at " + event.address());
      start.run(event.moshKey());
    }

    @Override
    public void failed(ExitCode exit, String sentence) {
      start.fail(exit, sentence);
    }

    @Override
    public void peerRestarted(ControlOutput.PeerRestarted restarted) {
      relay.is(restarted.relay());
      restarted.observed().forEach(one -> transport.handle(new PathIn.PeerObserved(one.address())));
      transport.handle(
          new PathIn.PeerDescribed(
              restarted.peer(), restarted.startDelayMillis(), restarted.answers()));
    }

    @Override
    public void pathHinted() {
      transport.handle(new PathIn.PeerHinted("the box asks for it"));
    }

    /** A link that died without a word is found out by that. */
    @Override
    public void silent() {
      link.probe();
    }

    @Override
    public void gone(String reason) {
      sessionEnded(reason);
    }
  }

  private void sessionEnded(String reason) {
    if (!stopped) {
      end.gone(reason);
    }
  }

  private void considerMappingSoon() {
    loop.loop().schedule(this::considerMapping, FIRST_SCREEN_MILLIS, TimeUnit.MILLISECONDS);
  }

  private void considerMapping() {
    boolean useful = plan.relay() != RelayPolicy.ONLY && network.mayNeedMapping(path.isDirect());
    if (!start.isOver() && !client.isHandedOver() && useful) {
      network.askForMapping();
    }
  }

  // ---- the path

  private final class PathEvents implements SessionTransport.Listener {
    @Override
    public void toApp(byte[] datagram) {
      client.send(datagram);
    }

    @Override
    public void toRelay(byte[] datagram) {
      relay.send(datagram);
    }

    @Override
    public void relayMissing() {
      link.wanted();
    }

    @Override
    public void ended(String reason) {
      sessionEnded(reason);
    }

    @Override
    public void pathDoubted() {
      link.doubt();
    }

    @Override
    public void pathChanged(PathOut.PathChanged changed) {
      if (stopped) {
        return;
      }
      path.heard(changed);
      pings.changed(changed);
      if (changed.path() == PathKind.DIRECT) {
        path.roamed(changed, transport.snapshot().roams());
      } else if (start.isRunning()) {
        considerMappingSoon();
      }
      path.write(changed);
      start.runIfReady();
    }

    @Override
    public void roundTrip(PathOut.RoundTrip trip) {
      pings.back(trip);
    }

    @Override
    public void needExchange(String reason) {
      conversation.exchangeWanted(reason);
    }

    @Override
    public void localDescription(IceDescription description) {
      conversation.local(description, transport.wireIds());
    }

    @Override
    public void openSockets(String reason) {
      network.open(reason);
    }
  }
}
