package org.moshpit.agent.link;

import io.netty.channel.EventLoop;
import io.netty.util.concurrent.ScheduledFuture;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.random.RandomGenerator;
import org.moshpit.agent.config.Rendezvous;
import org.moshpit.agent.link.ReconnectMachine.Cause;
import org.moshpit.common.sansio.Machine;
import org.moshpit.common.sansio.TransportAddress;
import org.moshpit.common.wire.proto.ClientFrame;
import org.moshpit.common.wire.proto.RefusalCode;
import org.moshpit.common.wire.proto.ServerFrame;
import org.moshpit.common.wire.proto.Welcome;

/**
 * A link that comes back: dials, and after every end dials again as {@link ReconnectMachine} says.
 * All calls, and all calls of the listener, on the event loop.
 */
public final class PersistentLink {
  /** Hears of every link in turn. */
  public interface Listener {
    /**
     * The login is being sent: what is sent from within this call leaves in the same flight, before
     * anybody knows whether the login holds.
     */
    default void loggingIn() {}

    /** Logged in; sockets have to be claimed, records published and relays opened anew. */
    void up(Welcome welcome);

    /** What the rendezvous says on a link that is up, or after an early frame. */
    void frame(ServerFrame frame);

    /**
     * No link.
     *
     * @param retryInMillis when the next attempt comes
     */
    void down(LinkFailure failure, long retryInMillis);
  }

  private static final long CHANGED_MILLIS = 600;
  private static final long DOUBT_MILLIS = 1_000;
  private static final long DOUBT_GAP = TimeUnit.SECONDS.toNanos(5);

  private final EventLoop loop;
  private final Rendezvous rendezvous;
  private final LinkPreparation preparation;
  private final LinkPurpose.LogIn login;
  private final Listener listener;
  private final ReconnectMachine machine;
  private LinkClient client;
  private LinkFailure lastFailure;
  private ScheduledFuture<?> timer;
  private RendezvousClock clock;
  private boolean stopped;
  private boolean doubted;
  private long doubtedAt;

  /** At rest until {@link #start}. */
  public PersistentLink(
      EventLoop loop,
      Rendezvous rendezvous,
      LinkPreparation preparation,
      LinkPurpose.LogIn login,
      RandomGenerator random,
      Listener listener) {
    this.loop = Objects.requireNonNull(loop);
    this.rendezvous = Objects.requireNonNull(rendezvous);
    this.preparation = Objects.requireNonNull(preparation);
    this.login = Objects.requireNonNull(login);
    this.listener = Objects.requireNonNull(listener);
    this.machine = new ReconnectMachine(random);
  }

  /** Dials; once only. */
  public void start() {
    feed(new ReconnectMachine.Start());
  }

  /** Ends the link and stays away; the listener hears nothing more. */
  public void stop() {
    stopped = true;
    feed(new ReconnectMachine.Stop());
    if (client != null) {
      client.close();
      client = null;
    }
  }

  /**
   * The network here changed: a link that is up must prove itself, and gives way to a new one at
   * once if it does not or if its own address is gone; one in the making begins anew, a waiting one
   * dials at once.
   */
  public void networkChanged() {
    if (isUp()) {
      feed(new ReconnectMachine.NetworkChanged());
      client.probe(CHANGED_MILLIS);
      return;
    }
    if (client != null) {
      // Its sockets may be bound to an address that is gone.
      client.close();
      dial();
    }
    feed(new ReconnectMachine.NetworkChanged());
  }

  /**
   * Something else says that the network may have changed: a link that is up must prove itself, but
   * with more patience, since loss can look like that too.
   */
  public void doubt() {
    long now = System.nanoTime();
    if (isUp() && (!doubted || now - doubtedAt >= DOUBT_GAP)) {
      doubted = true;
      doubtedAt = now;
      probe();
    }
  }

  /** Something is not answered: a link that is up must prove itself. */
  public void probe() {
    if (isUp()) {
      feed(new ReconnectMachine.NetworkChanged());
      client.probe(DOUBT_MILLIS);
    }
  }

  /** Somebody waits for what only a link can carry: a new one is tried soon, again and again. */
  public void wanted() {
    if (!isUp()) {
      feed(new ReconnectMachine.Wanted());
    }
  }

  /**
   * Sends a frame if there is a link; while one is being made, a frame other than a datagram leaves
   * with the login.
   *
   * @return whether it was taken
   */
  public boolean send(ClientFrame frame) {
    if (client == null || (frame.hasDatagram() && !client.isUp())) {
      return false;
    }
    return client.send(frame);
  }

  /** Whether the agent is logged in. */
  public boolean isUp() {
    return client != null && client.isUp();
  }

  /** The rendezvous' clock as last learnt; before that, this computer's. */
  public RendezvousClock clock() {
    return clock == null ? RendezvousClock.guessed(0) : clock;
  }

  /** There and back, in milliseconds; 0 without a connection. */
  public long rttMillis() {
    return client == null ? 0 : client.rttMillis();
  }

  /** The address the link goes to, or null. */
  public TransportAddress remote() {
    return client == null ? null : client.remote();
  }

  private void feed(ReconnectMachine.Input input) {
    machine.handle(System.nanoTime(), input);
    drain();
  }

  private void drain() {
    for (ReconnectMachine.Output output = machine.pollEvent();
        output != null;
        output = machine.pollEvent()) {
      if (output instanceof ReconnectMachine.Dial) {
        dial();
      } else if (output instanceof ReconnectMachine.Waiting waiting) {
        listener.down(lastFailure, waiting.millis());
      }
    }
    if (timer != null) {
      timer.cancel(false);
      timer = null;
    }
    long deadline = machine.nextDeadline();
    if (deadline != Machine.NO_DEADLINE) {
      timer =
          loop.schedule(
              () -> {
                machine.handleTimeout(System.nanoTime());
                drain();
              },
              Math.max(0, deadline - System.nanoTime()),
              TimeUnit.NANOSECONDS);
    }
  }

  private void dial() {
    client =
        LinkClient.open(
            loop,
            rendezvous,
            preparation,
            login,
            new LinkClient.Listener() {
              @Override
              public void loggingIn() {
                listener.loggingIn();
              }

              @Override
              public void up(Welcome welcome) {
                clock = client.clock();
                feed(new ReconnectMachine.LinkUp());
                listener.up(welcome);
              }

              @Override
              public void frame(ServerFrame frame) {
                listener.frame(frame);
              }

              @Override
              public void down(LinkFailure failure) {
                client = null;
                lastFailure = failure;
                if (!stopped) {
                  feed(new ReconnectMachine.LinkDown(causeOf(failure)));
                }
              }
            });
  }

  private static Cause causeOf(LinkFailure failure) {
    if (failure instanceof LinkFailure.Refused refused
        && refused.code() == RefusalCode.SUPERSEDED) {
      return Cause.SUPERSEDED;
    }
    return failure.transientFailure() ? Cause.ORDINARY : Cause.REFUSED;
  }
}
