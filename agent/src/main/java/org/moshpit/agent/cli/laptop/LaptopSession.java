package org.moshpit.agent.cli.laptop;

import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.random.RandomGenerator;
import org.moshpit.agent.candidates.IceDescription;
import org.moshpit.agent.cli.wiring.AgentLoop;
import org.moshpit.agent.cli.wiring.Frames;
import org.moshpit.agent.cli.wiring.Observation;
import org.moshpit.agent.cli.wiring.PortMappings;
import org.moshpit.agent.cli.wiring.ProcessSockets;
import org.moshpit.agent.cli.wiring.RelayCookies;
import org.moshpit.agent.cli.wiring.SessionTransport;
import org.moshpit.agent.cli.wiring.SocketSet;
import org.moshpit.agent.cli.wiring.StunServers;
import org.moshpit.agent.config.Enrollment;
import org.moshpit.agent.config.ExitCode;
import org.moshpit.agent.config.Settings;
import org.moshpit.agent.forward.ClientLoopback;
import org.moshpit.agent.forward.UdpTable;
import org.moshpit.agent.link.LinkFailure;
import org.moshpit.agent.link.PersistentLink;
import org.moshpit.agent.netwatch.NetWatch;
import org.moshpit.agent.netwatch.NetworkSnapshot;
import org.moshpit.agent.netwatch.SuspendDetector;
import org.moshpit.agent.path.PathConfig;
import org.moshpit.agent.path.PathIn;
import org.moshpit.agent.path.PathKind;
import org.moshpit.agent.path.PathOut;
import org.moshpit.agent.path.PathSnapshot;
import org.moshpit.agent.path.RelayPolicy;
import org.moshpit.agent.punch.IceRole;
import org.moshpit.agent.punch.strategy.BulkLimits;
import org.moshpit.agent.session.ConnectMachine;
import org.moshpit.agent.session.ConnectOutput;
import org.moshpit.agent.session.ControlOutput;
import org.moshpit.common.identity.SignedBoxRecord;
import org.moshpit.common.nat.Mapping;
import org.moshpit.common.nat.NatBehaviour;
import org.moshpit.common.netty.MachineDriver;
import org.moshpit.common.netty.UdpSocket;
import org.moshpit.common.sansio.Transmit;
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

  /** How long a direct path may take when nothing else is allowed. */
  private static final long NO_PATH_SECONDS = 12;

  private final EarlyLink early;
  private final AgentLoop loop;
  private final ConnectPlan plan;
  private final Enrollment enrollment;
  private final EventsFile events;
  private final ProgressLine progress;
  private final Trace trace;
  private final Persons persons;
  private final Callable<Settings> settings;
  private final BlockingQueue<Outcome> outcomes = new LinkedBlockingQueue<>();
  private final ProcessSockets sockets;
  private final Observation observation;
  private final SessionTransport transport;
  private final PersistentLink link;
  private final NetWatch netWatch;
  private final Conversation conversation;

  private final RelayCookies cookies = new RelayCookies();
  private StunServers stun = StunServers.NONE;
  private ClientLoopback loopback;
  private ConnectOutput.Admitted admitted;
  private int relay;
  private boolean linkedOnce;
  private boolean askedForMapping;
  private PingRounds rounds;
  private MachineDriver<PingRounds.In, PingRounds.Out> pings;
  private boolean over;
  private boolean stopped;
  private boolean running;
  private String goneReason = "";
  private Runnable goneAction = () -> {};
  private PathKind lastPath = PathKind.NONE;
  private TransportAddress lastDirect;
  private UdpSocket handed;
  private TransportAddress handedRemote;
  private PathSnapshot finalPath;

  LaptopSession(
      EarlyLink early,
      ConnectPlan plan,
      EventsFile events,
      ProgressLine progress,
      Trace trace,
      Persons persons,
      Callable<Settings> settings,
      RandomGenerator random) {
    this.settings = settings;
    this.early = early;
    this.loop = early.loop();
    this.link = early.link();
    this.plan = plan;
    this.enrollment = early.enrollment();
    this.events = events;
    this.progress = progress;
    this.trace = trace;
    this.persons = persons;
    this.sockets =
        ProcessSockets.of(
            loop, enrollment, random, BulkLimits.standard(), new Observed(), new Mapped());
    this.observation = sockets.observation();
    this.transport =
        new SessionTransport(
            loop,
            sockets,
            new PathConfig(IceRole.CONTROLLING, plan.relay(), sockets.limits()),
            random,
            new PathEvents(),
            trace::say);
    this.netWatch = new NetWatch(loop.loop(), loop.blocking(), new NetworkEvents());
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
          observation.clock(persons.clockOffset());
          loop.offload(
              () -> persons.resolve(enrollment.rendezvous()),
              (addresses, failure) -> {
                if (failure == null && !over && stun.addresses().isEmpty()) {
                  servers(StunServers.guess(addresses));
                }
              });
          if (plan.ping()) {
            return;
          }
          UdpTable table = UdpTable.ofThisHost();
          ClientLoopback.open(
                  loop.loop(),
                  loop.blocking(),
                  port -> table.ownedBy(port, (int) persons.uid()),
                  datagram -> fromClient(datagram))
              .addListener(
                  opened -> {
                    if (opened.isSuccess()) {
                      loopback = (ClientLoopback) opened.getNow();
                      runIfReady();
                    } else {
                      fail(ExitCode.FAILURE, "no UDP socket can be opened on 127.0.0.1");
                    }
                  });
        });
  }

  /** The request is known now: the offer can be made. From the main thread. */
  void ask(ConnectMachine machine) {
    loop.execute(() -> conversation.begin(machine));
  }

  /** There will be no mosh-client: the path is measured. Before {@link #ask}. */
  void ping(PingRounds wanted) {
    loop.execute(() -> rounds = wanted);
  }

  /**
   * Asks no more; from any thread.
   *
   * @return what came of it, or empty if the box has not answered
   */
  Optional<PingRounds> stopPing() {
    CompletableFuture<Optional<PingRounds>> done = new CompletableFuture<>();
    loop.loop()
        .execute(
            () -> {
              boolean begun = pings != null;
              if (begun) {
                pings.stop();
              }
              done.complete(begun ? Optional.of(rounds) : Optional.empty());
            });
    return done.completeOnTimeout(Optional.empty(), 1, TimeUnit.SECONDS).join();
  }

  /** Numbers of exchanges and lookups, unique on the link. */
  long nextNumber() {
    return conversation.nextNumber();
  }

  /** What the main thread is to do next; blocks. */
  Outcome next() throws InterruptedException {
    return outcomes.take();
  }

  /** The person's answer to {@link Outcome.AskFingerprint}. From the main thread. */
  void answered(boolean trusted) {
    loop.execute(() -> conversation.fingerprint(trusted));
  }

  /** Called on the loop when the box says that the session is no more. */
  void onGone(Runnable action) {
    loop.execute(() -> goneAction = action);
  }

  /** Why the session is no more, if the box said so; else empty. After {@link #stop}. */
  String goneReason() {
    return goneReason;
  }

  /** The path as it was at the end. After {@link #stop}. */
  PathSnapshot path() {
    return finalPath;
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
              over = true;
              finalPath = handed == null ? transport.snapshot() : finalPath;
              netWatch.close();
              if (relay != 0) {
                link.send(Frames.closeRelay(relay));
              }
              transport.close();
              observation.stop();
              sockets.mappings().stop().thenAccept(mappings::complete);
              conversation.stop();
              if (loopback != null) {
                loopback.close();
              }
              link.stop();
            })
        .awaitUninterruptibly(2, TimeUnit.SECONDS);
    mappings.completeOnTimeout(null, ROUTER_MILLIS, TimeUnit.MILLISECONDS).join();
  }

  private void fail(ExitCode exit, String sentence) {
    if (!over && !running) {
      over = true;
      outcomes.add(new Outcome.Fail(exit, sentence));
    }
  }

  // ---- sockets and observation

  private void servers(StunServers servers) {
    boolean first = stun.addresses().isEmpty();
    stun = servers;
    observation.servers(servers.addresses());
    if (first) {
      openSockets("the session's first");
    }
  }

  private void openSockets(String reason) {
    trace.say("sockets: " + reason);
    loop.offload(
        () -> SocketSet.bases(stun.ips()),
        (found, failure) -> {
          if (failure != null || over) {
            return;
          }
          List<TransportAddress> bases = found.stream().filter(this::wanted).toList();
          if (bases.isEmpty()) {
            noAddress();
            return;
          }
          loop.onLoop(
              SocketSet.open(sockets, bases, 0, false),
              (set, problem) -> {
                if (problem != null) {
                  trace.say("no socket: " + problem.getMessage());
                  return;
                }
                set.members().forEach(member -> transport.add(member.socket(), member.wireId()));
              });
        });
  }

  /** Before there is a session, nothing can come of it; later the relay goes on. */
  private void noAddress() {
    trace.say("no usable local address");
    switch (plan.family()) {
      case IPV4 ->
          fail(ExitCode.USAGE, "-4 rules out all addresses of this computer; leave it out");
      case IPV6 ->
          fail(
              ExitCode.USAGE,
              "-6 asks for IPv6, and this computer has no IPv6 address that leads anywhere;"
                  + " leave it out");
      case ANY ->
          fail(
              ExitCode.FAILURE,
              "this computer has no network address a session could use; is it connected?");
    }
  }

  private boolean wanted(TransportAddress base) {
    return switch (plan.family()) {
      case ANY -> true;
      case IPV4 -> !base.isIpv6();
      case IPV6 -> base.isIpv6();
    };
  }

  private final class Observed implements Observation.Listener {
    @Override
    public void observed(UdpSocket socket, TransportAddress address, long rttNanos) {
      trace.say(socket + " is seen at " + address);
      transport.observed(socket, address);
    }

    @Override
    public void claim(Claim claim) {
      link.send(Frames.claim(claim));
    }

    @Override
    public void natFound(NatBehaviour nat) {
      trace.say("this network's NAT: " + nat.mapping().word() + ", " + nat.allocation().word());
      transport.natFound(nat);
    }

    @Override
    public void unanswered(UdpSocket socket) {
      trace.say("STUN does not answer " + socket);
    }
  }

  private final class Mapped implements PortMappings.Listener {
    @Override
    public void mapped(UdpSocket socket, TransportAddress outer) {
      if (transport.mapped(socket, outer) && lastPath != PathKind.DIRECT) {
        conversation.exchangeWanted("the router maps a port");
      }
    }

    @Override
    public void said(String line) {
      trace.say(line);
    }

    @Override
    public void detail(String line) {
      trace.say(line);
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
      events.append("linked");
      progress.say("asking " + plan.name() + " …");
      persons.keepClockOffset(link.clockOffsetMillis());
      observation.clock(link.clockOffsetMillis());
      StunServers told = StunServers.of(welcome.getRegistration(), link.remote());
      if (!told.equals(stun) && !told.addresses().isEmpty()) {
        servers(told);
      }
      observation.refreshAll();
      if (relay != 0) {
        // the rendezvous keeps a relay for a while without us; if not, it says so
        transport.handle(new PathIn.RelayUp());
      }
      conversation.linkUp();
    }

    @Override
    public void frame(ServerFrame frame) {
      receive(frame);
    }

    @Override
    public void down(LinkFailure failure, long retryInMillis) {
      trace.say("no link: " + failure.sentence());
      if (!linkedOnce) {
        fail(failure.asError().exitCode(), failure.sentence());
        return;
      }
      cookies.clear();
      transport.handle(new PathIn.RelayDown("the rendezvous cannot be reached"));
      conversation.linkDown();
    }
  }

  private void receive(ServerFrame frame) {
    switch (frame.getBodyCase()) {
      case DATAGRAM -> {
        if (frame.getDatagram().getRelay() == relay && relay != 0) {
          transport.handle(new PathIn.FromRelay(frame.getDatagram().getPayload().toByteArray()));
        }
      }
      case RECORD -> conversation.received(frame.getRecord());
      case ANSWERED -> conversation.received(frame.getAnswered());
      case NOT_DELIVERED -> conversation.received(frame.getNotDelivered());
      case HINTED -> conversation.received(frame.getHinted());
      case PEER_OBSERVED -> {
        if (frame.getPeerObserved().getRelay() == relay) {
          Frames.observed(frame.getPeerObserved().getObserved())
              .ifPresent(one -> transport.handle(new PathIn.PeerObserved(one.address())));
        }
      }
      case RELAY_CLOSED -> {
        if (frame.getRelayClosed().getRelay() == relay) {
          trace.say("relay closed: " + frame.getRelayClosed().getReason());
          cookies.forget(relay);
          relay = 0;
          transport.handle(new PathIn.RelayDown(frame.getRelayClosed().getReason()));
          // the box may have closed it because the session is over, and hints are few
          conversation.exchangeWanted("the relay was closed");
        }
      }
      case RELAY_COOKIE -> {
        cookies.keep(frame.getRelayCookie());
        if (frame.getRelayCookie().getRelay() == relay) {
          useCookie();
        }
      }
      default -> {
        // the answers to claims need nothing done
      }
    }
  }

  private void useCookie() {
    cookies.of(relay).ifPresent(cookie -> transport.relayCookie(cookie, stun.at(link.remote())));
  }

  // ---- what box and person say

  private final class Said implements Conversation.Host {
    @Override
    public void askFingerprint(SignedBoxRecord record) {
      outcomes.add(new Outcome.AskFingerprint(record));
    }

    @Override
    public void admitted(ConnectOutput.Admitted in) {
      LaptopSession.this.admitted(in);
    }

    @Override
    public void handedOver(ConnectOutput.HandedOver event) {
      LaptopSession.this.handedOver(event);
    }

    @Override
    public void failed(ExitCode exit, String sentence) {
      fail(exit, sentence);
    }

    @Override
    public void peerRestarted(ControlOutput.PeerRestarted restarted) {
      boolean another = relay != restarted.relay();
      relay = restarted.relay();
      if (another) {
        transport.anotherRelay();
        useCookie();
      }
      if (relay != 0) {
        transport.handle(new PathIn.RelayUp());
      }
      restarted.observed().forEach(one -> transport.handle(new PathIn.PeerObserved(one.address())));
      transport.handle(new PathIn.PeerDescribed(restarted.peer(), restarted.startDelayMillis()));
    }

    @Override
    public void gone(String reason) {
      if (goneReason.isEmpty()) {
        goneReason = reason.isEmpty() ? "the box does not say why" : reason;
        goneAction.run();
      }
    }
  }

  private void admitted(ConnectOutput.Admitted in) {
    admitted = in;
    events.append("answered", line -> line.member("session", in.session().toString()));
    relay = in.relay();
    useCookie();
    netWatch.start();
    if (relay != 0) {
      transport.handle(new PathIn.RelayUp());
    }
    in.observed().forEach(one -> transport.handle(new PathIn.PeerObserved(one.address())));
    transport.handle(new PathIn.PeerDescribed(in.peer(), in.startDelayMillis()));
    if (rounds != null) {
      beginPing();
      return;
    }
    if (plan.relay() == RelayPolicy.NEVER) {
      progress.say("looking for a direct path …");
      loop.loop()
          .schedule(
              () ->
                  fail(
                      ExitCode.NO_PATH,
                      "no direct path to "
                          + plan.name()
                          + ", and the relay is ruled out: "
                          + transport.snapshot().reason()
                          + "; try again without --relay=never and --handover"),
              NO_PATH_SECONDS,
              TimeUnit.SECONDS);
    }
    runIfReady();
  }

  private void beginPing() {
    running = true;
    considerMappingSoon();
    goneAction = () -> outcomes.add(new Outcome.PingOver());
    pings = new MachineDriver<>(loop.loop(), rounds, id -> null, this::carryOut);
    PathSnapshot path = transport.snapshot();
    pings.handle(new PingRounds.In.Begun(path.path(), path.reason()));
  }

  private void carryOut(PingRounds.Out event) {
    if (event instanceof PingRounds.Out.Ask ask) {
      transport.handle(new PathIn.Ping(ask.number()));
    } else if (event instanceof PingRounds.Out.Say say) {
      outcomes.add(new Outcome.Line(say.line()));
    } else if (event instanceof PingRounds.Out.Over) {
      outcomes.add(new Outcome.PingOver());
    }
  }

  private void runIfReady() {
    boolean pathOk = plan.relay() != RelayPolicy.NEVER || lastPath == PathKind.DIRECT;
    if (over || running || admitted == null || loopback == null || plan.handover() || !pathOk) {
      return;
    }
    run(admitted.moshKey());
  }

  private void run(String moshKey) {
    running = true;
    considerMappingSoon();
    outcomes.add(
        new Outcome.Run(
            new TransportAddress(TransportAddress.parseIp("127.0.0.1"), loopback.port()),
            moshKey,
            admitted.warning()));
  }

  private void considerMappingSoon() {
    loop.loop().schedule(this::considerMapping, FIRST_SCREEN_MILLIS, TimeUnit.MILLISECONDS);
  }

  /** mosh-server owns the box's port now; nothing but its datagrams go there from here on. */
  private void handedOver(ConnectOutput.HandedOver event) {
    PathSnapshot path = transport.snapshot();
    if (over || loopback == null || path.path() != PathKind.DIRECT) {
      fail(
          ExitCode.NO_PATH,
          "the direct path was lost while the port changed hands; try again, or without --handover");
      return;
    }
    finalPath = path;
    handedRemote = path.remote();
    handed = transport.keepOnly(transport.directSocket());
    handed.receiver(
        (socket, from, datagram) -> {
          if (from.equals(handedRemote)) {
            loopback.send(datagram);
          }
        });
    trace.say("handed over, mosh-server at " + event.address());
    run(event.moshKey());
  }

  /**
   * The router is asked for a port only where that may help: there is no direct path, or the NAT
   * here is a hard one. Reads the settings then, not before: they are not on the way to the first
   * screen.
   */
  private void considerMapping() {
    Mapping mapping = observation.behaviour().mapping();
    boolean hard =
        mapping == Mapping.ADDRESS_DEPENDENT || mapping == Mapping.ADDRESS_AND_PORT_DEPENDENT;
    boolean useful = plan.relay() != RelayPolicy.ONLY && (lastPath != PathKind.DIRECT || hard);
    if (over || handed != null || askedForMapping || !useful) {
      return;
    }
    askedForMapping = true;
    loop.offload(
        settings,
        (read, failure) -> {
          if (failure != null) {
            trace.say("no port mapping: " + failure.getMessage());
          } else if (read.portMapping()) {
            sockets.mappings().begin();
          }
        });
  }

  private void fromClient(byte[] datagram) {
    if (handed != null) {
      handed.send(new Transmit(handed.id(), handedRemote, datagram));
      handed.flush();
    } else {
      transport.handle(new PathIn.FromApp(datagram));
    }
  }

  // ---- the path

  private final class PathEvents implements SessionTransport.Listener {
    @Override
    public void toApp(byte[] datagram) {
      if (loopback != null) {
        loopback.send(datagram);
      }
    }

    @Override
    public void toRelay(byte[] datagram) {
      if (relay != 0) {
        link.send(Frames.datagram(relay, datagram));
      }
    }

    @Override
    public void pathChanged(PathOut.PathChanged changed) {
      if (stopped) {
        return;
      }
      lastPath = changed.path();
      if (pings != null) {
        pings.handle(new PingRounds.In.Changed(changed.path(), changed.reason()));
      }
      if (changed.path() == PathKind.DIRECT) {
        if (lastDirect != null && !lastDirect.equals(changed.remote())) {
          events.append("roam", line -> line.member("remote", changed.remote()));
        }
        lastDirect = changed.remote();
      } else if (running) {
        considerMappingSoon();
      }
      events.append(
          "path",
          line ->
              line.member("path", changed.path().name().toLowerCase(Locale.ROOT))
                  .member("remote", changed.remote())
                  .member("rttMillis", changed.rttMillis() < 0 ? null : changed.rttMillis())
                  .member("reason", changed.reason()));
      runIfReady();
    }

    @Override
    public void roundTrip(PathOut.RoundTrip trip) {
      if (pings != null) {
        pings.handle(new PingRounds.In.Back(trip));
      }
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
      LaptopSession.this.openSockets(reason);
    }
  }

  private final class NetworkEvents implements NetWatch.Listener {
    @Override
    public void networkChanged(NetworkSnapshot now, String reason) {
      trace.say("the network changed: " + reason);
      changed(reason);
    }

    @Override
    public void resumed(SuspendDetector.Finding finding) {
      trace.say("time was lost: " + finding);
      changed("time was lost");
    }

    private void changed(String reason) {
      link.networkChanged();
      if (handed == null) {
        observation.networkChanged(link.clockOffsetMillis());
        sockets.mappings().networkChanged();
        transport.handle(new PathIn.NetworkChanged(reason));
      }
    }
  }
}
