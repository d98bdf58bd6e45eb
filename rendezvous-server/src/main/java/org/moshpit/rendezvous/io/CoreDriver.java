package org.moshpit.rendezvous.io;

import com.google.protobuf.ByteString;
import com.google.protobuf.UnsafeByteOperations;
import io.netty.channel.Channel;
import io.netty.channel.EventLoop;
import io.netty.util.concurrent.ScheduledFuture;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import org.moshpit.common.sansio.Machine;
import org.moshpit.common.wire.SpkiPin;
import org.moshpit.common.wire.proto.ClientFrame;
import org.moshpit.rendezvous.core.CoreCommand;
import org.moshpit.rendezvous.core.CoreInput;
import org.moshpit.rendezvous.core.LinkId;
import org.moshpit.rendezvous.core.RegistryChange;
import org.moshpit.rendezvous.core.RendezvousCore;
import org.moshpit.rendezvous.core.RendezvousFrame;
import org.moshpit.rendezvous.core.Survey;
import org.moshpit.rendezvous.responder.Outcome;
import org.moshpit.rendezvous.responder.RelayDoor;
import org.moshpit.rendezvous.responder.RelayEnd;
import org.moshpit.rendezvous.store.Registry;
import org.moshpit.rendezvous.store.StoreException;

/**
 * Runs the core on one event loop: time and inputs in, commands out. In each turn everything to be
 * remembered is on the disk before the first frame of that turn is written.
 */
final class CoreDriver {
  private static final long CLOCK_SECONDS = 10;

  private final EventLoop loop;
  private final RendezvousCore core;
  private final Registry registry;
  private final LongSupplier unixMillis;
  private final StunKeys stunKeys;
  private final Consumer<StoreException> onFatal;
  private final RelaySwitch relays;
  private final CoreLog log = new CoreLog();
  private final Meter meter;
  private final Map<LinkId, LinkChannel> links = new HashMap<>();
  private final Map<Long, Consumer<CoreCommand>> requests = new HashMap<>();
  private final Queue<CoreInput> waiting = new ArrayDeque<>();
  private ScheduledFuture<?> timer;
  private long timerAt = Machine.NO_DEADLINE;
  private boolean running;
  private boolean failed;
  private long lastLink;
  private long lastRequest;

  /**
   * @param loop runs everything; all methods are called on it
   * @param door where relayed datagrams come in by UDP
   * @param meter hears what is to be counted
   * @param onFatal told once if the registry cannot be written; nothing is said to anyone after
   */
  CoreDriver(
      EventLoop loop,
      RendezvousCore core,
      Registry registry,
      StunKeys stunKeys,
      RelayDoor door,
      LongSupplier unixMillis,
      Meter meter,
      Consumer<StoreException> onFatal) {
    this.loop = loop;
    this.core = core;
    this.registry = registry;
    this.stunKeys = stunKeys;
    this.relays = new RelaySwitch(System.nanoTime(), door);
    this.unixMillis = unixMillis;
    this.meter = meter;
    this.onFatal = onFatal;
  }

  /** Tells the core the time, now and then. */
  void start() {
    tellTime();
    loop.scheduleAtFixedRate(this::tellTime, CLOCK_SECONDS, CLOCK_SECONDS, TimeUnit.SECONDS);
  }

  private void tellTime() {
    input(new CoreInput.WallClock(unixMillis.getAsLong()));
    try {
      registry.flush();
    } catch (StoreException e) {
      fail(e);
    }
  }

  LinkChannel connected(Channel channel, SpkiPin presented, Runnable onLogin) {
    LinkChannel link = new LinkChannel(new LinkId(++lastLink), channel, onLogin);
    links.put(link.id(), link);
    input(new CoreInput.Connected(link.id(), presented));
    return link;
  }

  /** How many agents are logged in. */
  long loggedIn() {
    return links.values().stream().filter(link -> !link.agent().isEmpty()).count();
  }

  void disconnected(LinkChannel link, String reason) {
    if (links.remove(link.id()) != null) {
      input(new CoreInput.Disconnected(link.id(), reason));
    }
  }

  void broken(LinkChannel link, String reason) {
    input(new CoreInput.Broken(link.id(), reason));
  }

  void received(LinkChannel link, ClientFrame frame) {
    if (frame.hasDatagram()) {
      datagram(link, frame);
    } else {
      input(new CoreInput.Said(link.id(), FrameMapper.toCore(frame)));
    }
  }

  private void datagram(LinkChannel link, ClientFrame frame) {
    int relay = frame.getDatagram().getRelay();
    ByteString payload = frame.getDatagram().getPayload();
    RelaySwitch.Decision decision =
        relays.decide(System.nanoTime(), link.id(), link.agent(), relay, payload);
    if (decision.verdict() == RelaySwitch.Verdict.ASK) {
      input(new CoreInput.RelayUsed(link.id(), relay));
      decision = relays.decide(System.nanoTime(), link.id(), link.agent(), relay, payload);
    }
    forward(decision, relay, payload, false);
  }

  /** A relay's datagram came by UDP. */
  void received(RelayEnd from, byte[] payload) {
    LinkChannel link = links.get(new LinkId(from.link()));
    if (link != null) {
      ByteString bytes = UnsafeByteOperations.unsafeWrap(payload);
      forward(
          relays.decide(System.nanoTime(), from, link.agent(), payload.length),
          from.relay(),
          bytes,
          true);
    }
  }

  private void forward(
      RelaySwitch.Decision decision, int relay, ByteString payload, boolean byUdp) {
    if (decision.verdict() == RelaySwitch.Verdict.FORWARD) {
      meter.relayed(byUdp, payload.size());
    } else {
      meter.dropped(decision.drop() == null ? Meter.RelayDrop.AWAY : decision.drop(), 1);
    }
    if (decision.udp() != null) {
      decision.udp().send(payload.toByteArray());
    }
    LinkChannel to = decision.to() == null ? null : links.get(decision.to());
    if (to != null) {
      int dropped = to.relay(relay, payload);
      if (dropped > 0) {
        meter.dropped(Meter.RelayDrop.OLDEST, dropped);
      }
    }
  }

  /** How many there are of what; the rest is for others to know. */
  Figures figures(Map<Outcome, Long> stun) {
    return new Figures(core.census(), links.size(), relays.size(), stun);
  }

  /** With what the relays carried. */
  Survey survey(CoreCommand.Surveyed core) {
    return new Survey(
        core.agents(), core.sessions(), relays.use(System.nanoTime()), relays.carried());
  }

  /** A number for an operator's request; the answer, one command, goes to {@code answer}. */
  long request(Consumer<CoreCommand> answer) {
    requests.put(++lastRequest, answer);
    return lastRequest;
  }

  /** Gives the core an input and does all it asks for. */
  void input(CoreInput input) {
    waiting.add(input);
    if (running || failed) {
      return; // a command's doing led here: its turn comes first
    }
    running = true;
    try {
      for (CoreInput next = waiting.poll(); next != null && !failed; next = waiting.poll()) {
        core.handle(System.nanoTime(), next);
        run();
      }
    } finally {
      running = false;
    }
    schedule();
  }

  private void onTimer() {
    timer = null;
    timerAt = Machine.NO_DEADLINE;
    if (failed) {
      return;
    }
    running = true;
    try {
      core.handleTimeout(System.nanoTime());
      run();
    } finally {
      running = false;
    }
    if (waiting.isEmpty()) {
      schedule();
    } else {
      input(waiting.remove());
    }
  }

  private void schedule() {
    long deadline = core.nextDeadline();
    if (deadline == timerAt) {
      return;
    }
    if (timer != null) {
      timer.cancel(false);
      timer = null;
    }
    timerAt = deadline;
    if (deadline != Machine.NO_DEADLINE) {
      long delay = Math.max(0, deadline - System.nanoTime());
      timer = loop.schedule(this::onTimer, delay, TimeUnit.NANOSECONDS);
    }
  }

  private void run() {
    List<CoreCommand> commands = new ArrayList<>();
    List<RegistryChange> changes = new ArrayList<>();
    for (CoreCommand command = core.pollEvent(); command != null; command = core.pollEvent()) {
      if (command instanceof CoreCommand.Persist persist) {
        changes.add(persist.change());
      } else {
        commands.add(command);
      }
    }
    try {
      if (!changes.isEmpty()) {
        registry.apply(changes);
      }
    } catch (StoreException e) {
      fail(e);
      return;
    }
    Set<LinkChannel> touched = new LinkedHashSet<>();
    commands.forEach(command -> execute(command, touched));
    touched.forEach(LinkChannel::flush);
  }

  private void execute(CoreCommand command, Set<LinkChannel> touched) {
    meter.command(command);
    if (command instanceof CoreCommand.Send send) {
      LinkChannel link = links.get(send.link());
      if (link != null) {
        if (send.frame() instanceof RendezvousFrame.Welcome welcome) {
          link.loggedIn(welcome.name());
        } else if (send.frame() instanceof RendezvousFrame.LoginAgain) {
          link.loginAgain();
        }
        link.send(ReplyMapper.toWire(send.frame()));
        touched.add(link);
      }
    } else if (command instanceof CoreCommand.Close close) {
      LinkChannel link = links.remove(close.link());
      if (link != null) {
        link.close();
      }
    } else if (command instanceof CoreCommand.RouteRelay route) {
      relays.route(System.nanoTime(), route.relay(), route.laptop(), route.box());
    } else if (command instanceof CoreCommand.AdmitCookie admit) {
      relays.admit(
          admit.link(),
          new RelayEnd(
              System.nanoTime(),
              ByteBuffer.wrap(admit.cookie().toArray()).getLong(),
              admit.key().toArray(),
              admit.relay(),
              admit.link().value()));
    } else if (command instanceof CoreCommand.DropRelay drop) {
      for (LinkId end : relays.drop(drop.relay())) {
        LinkChannel link = links.get(end);
        if (link != null) {
          link.forget(drop.relay());
        }
      }
    } else if (command instanceof CoreCommand.KnowStunKey know) {
      stunKeys.put(know.agentId(), know.stunKey());
    } else if (command instanceof CoreCommand.ForgetStunKey forget) {
      stunKeys.remove(forget.agentId());
    } else if (command instanceof CoreCommand.Noted noted) {
      log.log(noted);
    } else if (command instanceof CoreCommand.Invited invited) {
      answer(invited.request(), invited);
    } else if (command instanceof CoreCommand.Listed listed) {
      answer(listed.request(), listed);
    } else if (command instanceof CoreCommand.Surveyed surveyed) {
      answer(surveyed.request(), surveyed);
    } else if (command instanceof CoreCommand.Revoked revoked) {
      answer(revoked.request(), revoked);
    } else if (command instanceof CoreCommand.Failed failure) {
      answer(failure.request(), failure);
    }
  }

  private void answer(long request, CoreCommand command) {
    Consumer<CoreCommand> answer = requests.remove(request);
    if (answer != null) {
      answer.accept(command);
    }
  }

  private void fail(StoreException e) {
    if (!failed) {
      failed = true;
      onFatal.accept(e);
    }
  }
}
