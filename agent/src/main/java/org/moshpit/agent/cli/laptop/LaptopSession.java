package org.moshpit.agent.cli.laptop;

import com.google.protobuf.ByteString;
import com.google.protobuf.UnsafeByteOperations;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.Callable;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.random.RandomGenerator;
import org.moshpit.agent.candidates.IceDescription;
import org.moshpit.agent.cli.wiring.AgentLoop;
import org.moshpit.agent.cli.wiring.Observation;
import org.moshpit.agent.cli.wiring.SessionTransport;
import org.moshpit.agent.cli.wiring.SocketBook;
import org.moshpit.agent.cli.wiring.SocketSet;
import org.moshpit.agent.cli.wiring.StunServers;
import org.moshpit.agent.config.Enrollment;
import org.moshpit.agent.config.ExitCode;
import org.moshpit.agent.forward.ClientLoopback;
import org.moshpit.agent.forward.UdpTable;
import org.moshpit.agent.harvest.StunCredentials;
import org.moshpit.agent.link.LinkFailure;
import org.moshpit.agent.link.LinkPreparation;
import org.moshpit.agent.link.LinkPurpose;
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
import org.moshpit.agent.session.ConnectInput;
import org.moshpit.agent.session.ConnectMachine;
import org.moshpit.agent.session.ConnectOutput;
import org.moshpit.agent.session.ControlInput;
import org.moshpit.agent.session.ControlMachine;
import org.moshpit.agent.session.ControlOutput;
import org.moshpit.agent.session.ObservedSocket;
import org.moshpit.common.nat.NatBehaviour;
import org.moshpit.common.netty.MachineDriver;
import org.moshpit.common.netty.UdpSocket;
import org.moshpit.common.sansio.Transmit;
import org.moshpit.common.sansio.TransportAddress;
import org.moshpit.common.seal.SessionId;
import org.moshpit.common.seal.SessionSecret;
import org.moshpit.common.wire.proto.Answered;
import org.moshpit.common.wire.proto.Claim;
import org.moshpit.common.wire.proto.ClientFrame;
import org.moshpit.common.wire.proto.CloseRelay;
import org.moshpit.common.wire.proto.Datagram;
import org.moshpit.common.wire.proto.Lookup;
import org.moshpit.common.wire.proto.Mode;
import org.moshpit.common.wire.proto.NotDelivered;
import org.moshpit.common.wire.proto.NotDeliveredReason;
import org.moshpit.common.wire.proto.Offer;
import org.moshpit.common.wire.proto.ServerFrame;
import org.moshpit.common.wire.proto.Welcome;

/**
 * One session at the laptop, from the first packet to the last, on the loop. What needs the
 * terminal goes to the main thread as an {@link Outcome}.
 */
final class LaptopSession {
  /** How long a direct path may take when nothing else is allowed. */
  private static final long NO_PATH_SECONDS = 12;

  private final AgentLoop loop;
  private final ConnectPlan plan;
  private final Enrollment enrollment;
  private final EventsFile events;
  private final ProgressLine progress;
  private final Trace trace;
  private final Persons persons;
  private final RandomGenerator random;
  private final BlockingQueue<Outcome> outcomes = new LinkedBlockingQueue<>();
  private final SocketBook book;
  private final Observation observation;
  private final SessionTransport transport;
  private final PersistentLink link;
  private final NetWatch netWatch;

  private long numbers;
  private MachineDriver<ConnectInput, ConnectOutput> connect;
  private MachineDriver<ControlInput, ControlOutput> control;
  private StunServers stun = StunServers.NONE;
  private List<TransportAddress> bases = List.of();
  private IceDescription local;
  private ClientLoopback loopback;
  private ConnectOutput.Admitted admitted;
  private int relay;
  private boolean linkedOnce;
  private boolean linkUsable;
  private boolean over;
  private boolean stopped;
  private boolean running;
  private boolean gone;
  private String goneReason = "";
  private PathKind lastPath = PathKind.NONE;
  private TransportAddress lastDirect;
  private UdpSocket handed;
  private TransportAddress handedRemote;
  private PathSnapshot finalPath;

  LaptopSession(
      AgentLoop loop,
      ConnectPlan plan,
      Enrollment enrollment,
      LinkPreparation preparation,
      EventsFile events,
      ProgressLine progress,
      Trace trace,
      Persons persons,
      RandomGenerator random) {
    this.loop = loop;
    this.plan = plan;
    this.enrollment = enrollment;
    this.events = events;
    this.progress = progress;
    this.trace = trace;
    this.persons = persons;
    this.random = random;
    this.book = new SocketBook(loop.loop());
    this.observation =
        new Observation(
            loop,
            book,
            new StunCredentials(enrollment.agentId(), enrollment.stunKey()),
            random,
            new Observed());
    this.transport =
        new SessionTransport(
            loop,
            book,
            observation,
            new PathConfig(IceRole.CONTROLLING, plan.relay()),
            random,
            new PathEvents(),
            trace::say);
    this.link =
        new PersistentLink(
            loop.loop(),
            enrollment.rendezvous(),
            preparation,
            new LinkPurpose.LogIn(enrollment.name(), Mode.VISITOR),
            random,
            new LinkEvents());
    this.netWatch = new NetWatch(loop.loop(), loop.blocking(), new NetworkEvents());
  }

  /** Sets off everything that does not need to know more. From the main thread. */
  void start() {
    loop.execute(
        () -> {
          link.start();
          observation.clock(persons.clockOffset());
          loop.offload(
              () -> persons.resolve(enrollment.rendezvous()),
              (addresses, failure) -> {
                if (failure == null && !over && stun.addresses().isEmpty()) {
                  servers(StunServers.guess(addresses));
                }
              });
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
    loop.execute(
        () -> {
          connect = new MachineDriver<>(loop.loop(), machine, id -> null, this::handle);
          connect.handle(new ConnectInput.Clock(now()));
          findKeys(persons::keys);
          tellIce();
          if (linkUsable) {
            connect.handle(new ConnectInput.LinkUp(rtt()));
          }
        });
  }

  private void findKeys(Callable<ConnectInput.KeysFound> search) {
    loop.offload(
        search,
        (found, failure) -> {
          if (failure != null) {
            fail(ExitCode.USAGE, String.valueOf(failure.getMessage()));
          } else if (!over) {
            connect.handle(found);
          }
        });
  }

  /** Numbers of exchanges and lookups, unique on the link. */
  long nextNumber() {
    return ++numbers;
  }

  /** What the main thread is to do next; blocks. */
  Outcome next() throws InterruptedException {
    return outcomes.take();
  }

  /** The person's answer to {@link Outcome.AskFingerprint}. From the main thread. */
  void answered(boolean trusted) {
    loop.execute(() -> connect.handle(new ConnectInput.FingerprintAnswered(trusted)));
  }

  /** Called on the loop when the box says that the session is no more. */
  void onGone(Runnable action) {
    loop.execute(() -> goneAction = action);
  }

  private Runnable goneAction = () -> {};

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
    loop.loop()
        .submit(
            () -> {
              if (stopped) {
                return;
              }
              stopped = true;
              over = true;
              finalPath = handed == null ? transport.snapshot() : finalPath;
              netWatch.close();
              if (relay != 0) {
                link.send(
                    ClientFrame.newBuilder()
                        .setCloseRelay(CloseRelay.newBuilder().setRelay(relay))
                        .build());
              }
              transport.close();
              observation.stop();
              if (connect != null) {
                connect.stop();
              }
              if (control != null) {
                control.stop();
              }
              if (loopback != null) {
                loopback.close();
              }
              link.stop();
            })
        .awaitUninterruptibly(2, TimeUnit.SECONDS);
  }

  private long now() {
    return System.currentTimeMillis();
  }

  private int rtt() {
    return Math.toIntExact(Math.min(10_000, link.rttMillis()));
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
          bases = found.stream().filter(this::wanted).toList();
          if (bases.isEmpty()) {
            trace.say("no usable local address");
            return;
          }
          loop.onLoop(
              SocketSet.open(book, observation, bases, 0, false),
              (set, problem) -> {
                if (problem != null) {
                  trace.say("no socket: " + problem.getMessage());
                  return;
                }
                set.members().forEach(member -> transport.add(member.socket(), member.wireId()));
                tellIce();
              });
        });
  }

  private boolean wanted(TransportAddress base) {
    return switch (plan.family()) {
      case ANY -> true;
      case IPV4 -> !base.isIpv6();
      case IPV6 -> base.isIpv6();
    };
  }

  private void tellIce() {
    if (local == null) {
      return;
    }
    if (control != null) {
      control.handle(new ControlInput.Described(local, transport.wireIds()));
    } else if (connect != null) {
      connect.handle(new ConnectInput.IceReady(local, transport.wireIds()));
    }
  }

  private final class Observed implements Observation.Listener {
    @Override
    public void observed(UdpSocket socket, TransportAddress address, long rttNanos) {
      trace.say(socket + " is seen at " + address);
      transport.observed(socket, address);
      tellIce();
    }

    @Override
    public void claim(Claim claim) {
      link.send(ClientFrame.newBuilder().setClaim(claim).build());
    }

    @Override
    public void natFound(NatBehaviour nat) {
      trace.say("this network's NAT: " + nat.mapping().word() + ", " + nat.allocation().word());
      transport.handle(new PathIn.LocalNat(nat.mapping().word(), nat.allocation().word()));
    }

    @Override
    public void unanswered(UdpSocket socket) {
      trace.say("STUN does not answer " + socket);
    }
  }

  // ---- the link

  private final class LinkEvents implements PersistentLink.Listener {
    @Override
    public void loggingIn() {
      // a known box needs nothing from the rendezvous first: the offer saves a round trip
      linkUsable = true;
      if (connect != null && control == null) {
        connect.handle(new ConnectInput.LinkUp(rtt()));
      }
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
      if (control != null) {
        control.handle(new ControlInput.LinkUp(rtt()));
      }
    }

    @Override
    public void frame(ServerFrame frame) {
      receive(frame);
    }

    @Override
    public void down(LinkFailure failure, long retryInMillis) {
      trace.say("no link: " + failure.sentence());
      linkUsable = false;
      if (!linkedOnce) {
        fail(failure.asError().exitCode(), failure.sentence());
        return;
      }
      transport.handle(new PathIn.RelayDown("the rendezvous cannot be reached"));
      if (control != null) {
        control.handle(new ControlInput.LinkDown());
      } else if (connect != null) {
        connect.handle(new ConnectInput.LinkDown());
      }
    }
  }

  private void receive(ServerFrame frame) {
    switch (frame.getBodyCase()) {
      case DATAGRAM -> {
        if (frame.getDatagram().getRelay() == relay && relay != 0) {
          transport.handle(new PathIn.FromRelay(frame.getDatagram().getPayload().toByteArray()));
        }
      }
      case RECORD -> {
        if (connect != null) {
          connect.handle(
              new ConnectInput.RecordArrived(
                  frame.getRecord().getRequest(), frame.getRecord().getRecord().toByteArray()));
        }
      }
      case ANSWERED -> answered(frame.getAnswered());
      case NOT_DELIVERED -> notDelivered(frame.getNotDelivered());
      case PEER_OBSERVED -> {
        if (frame.getPeerObserved().getRelay() == relay) {
          seen(frame.getPeerObserved().getObserved())
              .ifPresent(one -> transport.handle(new PathIn.PeerObserved(one.address())));
        }
      }
      case RELAY_CLOSED -> {
        if (frame.getRelayClosed().getRelay() == relay) {
          trace.say("relay closed: " + frame.getRelayClosed().getReason());
          relay = 0;
          transport.handle(new PathIn.RelayDown(frame.getRelayClosed().getReason()));
          if (control != null) {
            // the box may have closed it because the session is over, and hints are few
            control.handle(new ControlInput.ExchangeWanted("the relay was closed"));
          }
        }
      }
      case HINTED -> {
        if (control != null
            && admitted != null
            && Arrays.equals(
                frame.getHinted().getSession().toByteArray(), admitted.session().bytes())) {
          control.handle(new ControlInput.Hinted());
        }
      }
      default -> {
        // the answers to claims need nothing done
      }
    }
  }

  private void answered(Answered answered) {
    List<ObservedSocket> observed = new ArrayList<>();
    answered.getObservedList().forEach(one -> seen(one).ifPresent(observed::add));
    byte[] sealed = answered.getSealed().toByteArray();
    byte[] record = answered.getRecord().toByteArray();
    if (control != null) {
      control.handle(
          new ControlInput.Answered(
              answered.getExchange(), sealed, observed, answered.getRelay(), record));
    }
    if (connect != null) {
      connect.handle(
          new ConnectInput.Answered(
              answered.getExchange(), sealed, observed, answered.getRelay(), record));
    }
  }

  private void notDelivered(NotDelivered word) {
    if (word.getReason() == NotDeliveredReason.OFFER_QUOTA) {
      if (connect != null) {
        connect.handle(new ConnectInput.QuotaExceeded(word.getExchange()));
      }
    } else if (control != null) {
      control.handle(new ControlInput.Offline(word.getExchange(), word.getSinceMillis()));
    } else if (connect != null) {
      connect.handle(new ConnectInput.Offline(word.getExchange(), word.getSinceMillis()));
    }
  }

  private static Optional<ObservedSocket> seen(org.moshpit.common.wire.proto.Observed observed) {
    int length = observed.getIp().size();
    if ((length != 4 && length != 16) || observed.getPort() < 1 || observed.getPort() > 65535) {
      return Optional.empty();
    }
    return Observation.number(observed.getSocket())
        .map(
            socket ->
                new ObservedSocket(
                    socket,
                    TransportAddress.of(observed.getIp().toByteArray(), observed.getPort())));
  }

  private void sendOffer(
      long exchange, byte[] sealed, List<Long> sockets, long serial, Optional<SessionId> session) {
    Offer.Builder offer =
        Offer.newBuilder()
            .setExchange(exchange)
            .setName(plan.name())
            .setSealed(ByteString.copyFrom(sealed))
            .setRecordSerial(serial);
    sockets.forEach(wireId -> offer.addSocket(Observation.wire(wireId)));
    session.ifPresent(id -> offer.setSession(ByteString.copyFrom(id.bytes())));
    link.send(ClientFrame.newBuilder().setOffer(offer).build());
  }

  // ---- connecting

  private void handle(ConnectOutput event) {
    if (event instanceof ConnectOutput.SendLookup lookup) {
      link.send(
          ClientFrame.newBuilder()
              .setLookup(Lookup.newBuilder().setRequest(lookup.request()).setName(lookup.name()))
              .build());
    } else if (event instanceof ConnectOutput.AskFingerprint ask) {
      outcomes.add(new Outcome.AskFingerprint(ask.record()));
    } else if (event instanceof ConnectOutput.Remember remember) {
      loop.offload(
          () -> {
            persons.remember(remember.record());
            return null;
          },
          (done, failure) -> {
            if (failure != null) {
              trace.say("the box could not be remembered: " + failure.getMessage());
            }
          });
    } else if (event instanceof ConnectOutput.Sign sign) {
      if (sign.batch().interactive()) {
        progress.clear();
      }
      loop.offload(
          () -> persons.sign(sign),
          (signed, failure) ->
              connect.handle(
                  failure == null
                      ? signed
                      : new ConnectInput.Signed(
                          sign.id(), List.of(), List.of(String.valueOf(failure.getMessage())))));
    } else if (event instanceof ConnectOutput.FindKeys) {
      findKeys(persons::moreKeys);
    } else if (event instanceof ConnectOutput.SendOffer offer) {
      events.append("offered");
      progress.say("waiting for " + plan.name() + " …");
      sendOffer(
          offer.exchange(),
          offer.sealed(),
          offer.sockets(),
          offer.recordSerial(),
          Optional.empty());
    } else if (event instanceof ConnectOutput.Admitted in) {
      admitted(in);
    } else if (event instanceof ConnectOutput.HandedOver over) {
      handedOver(over);
    } else if (event instanceof ConnectOutput.Notice notice) {
      trace.say(notice.sentence());
    } else if (event instanceof ConnectOutput.Failed failed) {
      fail(failed.exit(), failed.sentence());
    } else if (event instanceof ConnectOutput.Moved moved) {
      trace.say("connect " + moved.step() + ": " + moved.reason());
    }
  }

  private void admitted(ConnectOutput.Admitted in) {
    admitted = in;
    events.append("answered", line -> line.member("session", in.session().toString()));
    relay = in.relay();
    in.key()
        .ifPresent(
            key ->
                loop.offload(
                    () -> {
                      persons.accepted(key);
                      return null;
                    },
                    (done, failure) -> {
                      if (failure != null) {
                        trace.say("the key could not be remembered: " + failure.getMessage());
                      }
                    }));
    if (!plan.handover()) {
      control =
          new MachineDriver<>(
              loop.loop(),
              new ControlMachine(
                  enrollment.realm(),
                  in.box(),
                  in.session(),
                  SessionSecret.of(in.secret()),
                  0,
                  now(),
                  System.nanoTime(),
                  this::nextNumber,
                  random),
              id -> null,
              this::handle);
      control.handle(new ControlInput.Clock(now()));
      control.handle(new ControlInput.Described(local, transport.wireIds()));
      control.handle(new ControlInput.LinkUp(rtt()));
    }
    netWatch.start();
    if (relay != 0) {
      transport.handle(new PathIn.RelayUp());
    }
    in.observed().forEach(one -> transport.handle(new PathIn.PeerObserved(one.address())));
    transport.handle(new PathIn.PeerDescribed(in.peer(), in.startDelayMillis()));
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

  private void runIfReady() {
    boolean pathOk = plan.relay() != RelayPolicy.NEVER || lastPath == PathKind.DIRECT;
    if (over || running || admitted == null || loopback == null || plan.handover() || !pathOk) {
      return;
    }
    run(admitted.moshKey());
  }

  private void run(String moshKey) {
    running = true;
    outcomes.add(
        new Outcome.Run(
            new TransportAddress(TransportAddress.parseIp("127.0.0.1"), loopback.port()),
            moshKey,
            admitted.warning()));
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

  private void fromClient(byte[] datagram) {
    if (handed != null) {
      handed.send(new Transmit(handed.id(), handedRemote, datagram));
      handed.flush();
    } else {
      transport.handle(new PathIn.FromApp(datagram));
    }
  }

  // ---- later control

  private void handle(ControlOutput event) {
    if (event instanceof ControlOutput.PersistCounter persist) {
      control.handle(new ControlInput.CounterPersisted(persist.counter()));
    } else if (event instanceof ControlOutput.SendControl send) {
      sendOffer(
          send.exchange(),
          send.sealed(),
          send.sockets(),
          send.recordSerial(),
          Optional.of(send.session()));
    } else if (event instanceof ControlOutput.PeerRestarted restarted) {
      boolean hadRelay = relay != 0;
      relay = restarted.relay();
      if (relay != 0 && (!hadRelay || lastPath == PathKind.NONE)) {
        transport.handle(new PathIn.RelayUp());
      }
      restarted.observed().forEach(one -> transport.handle(new PathIn.PeerObserved(one.address())));
      transport.handle(new PathIn.PeerDescribed(restarted.peer(), restarted.startDelayMillis()));
    } else if (event instanceof ControlOutput.Gone word) {
      goneReason = word.reason();
      trace.say("the box says the session is gone: " + word.reason());
      if (!gone) {
        gone = true;
        goneAction.run();
      }
    } else if (event instanceof ControlOutput.Remember remember) {
      loop.offload(
          () -> {
            persons.remember(remember.record());
            return null;
          },
          (done, failure) -> {});
    } else if (event instanceof ControlOutput.Notice notice) {
      trace.say(notice.sentence());
    } else if (event instanceof ControlOutput.Moved moved) {
      trace.say("control " + moved.step() + ": " + moved.reason());
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
        link.send(
            ClientFrame.newBuilder()
                .setDatagram(
                    Datagram.newBuilder()
                        .setRelay(relay)
                        .setPayload(UnsafeByteOperations.unsafeWrap(datagram)))
                .build());
      }
    }

    @Override
    public void pathChanged(PathOut.PathChanged changed) {
      if (stopped) {
        return;
      }
      lastPath = changed.path();
      if (changed.path() == PathKind.DIRECT) {
        if (lastDirect != null && !lastDirect.equals(changed.remote())) {
          events.append("roam", line -> line.member("remote", changed.remote()));
        }
        lastDirect = changed.remote();
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
    public void needExchange(String reason) {
      if (control != null) {
        control.handle(new ControlInput.ExchangeWanted(reason));
      }
    }

    @Override
    public void localDescription(IceDescription description) {
      local = description;
      tellIce();
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
        transport.handle(new PathIn.NetworkChanged(reason));
      }
    }
  }
}
