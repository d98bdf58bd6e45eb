package org.moshpit.common.netty;

import io.netty.channel.EventLoop;
import io.netty.util.concurrent.ScheduledFuture;
import java.util.LinkedHashSet;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Function;
import org.moshpit.common.sansio.Machine;
import org.moshpit.common.sansio.SocketId;
import org.moshpit.common.sansio.Transmit;

/**
 * Runs one machine on one event loop: drains it after each call, keeps its one timer, flushes each
 * socket once a turn. All methods are for the event loop's thread; an event handler may call {@link
 * #handle} again, which is then drained by the call already under way.
 *
 * <p>What the machine or an event handler throws goes to the caller, or ends the timer's turn; what
 * the machine has to say is carried all the same and its timer is armed again, after a timer's turn
 * that ended so no sooner than 100 ms later.
 *
 * @param <I> the machine's events in
 * @param <O> the machine's events out
 */
public final class MachineDriver<I, O> {
  private static final long STUMBLE_NANOS = TimeUnit.MILLISECONDS.toNanos(100);

  private final EventLoop loop;
  private final Machine<I, O> machine;
  private final Function<SocketId, UdpSocket> sockets;
  private final Consumer<? super O> events;
  private final Set<UdpSocket> written = new LinkedHashSet<>(4);
  private ScheduledFuture<?> timer;
  private long timerAt = Machine.NO_DEADLINE;
  private boolean draining;
  private boolean stopped;

  /** Whether the machine threw when its timer came; the next one may be due already. */
  private boolean stumbled;

  /**
   * @param loop whose thread this driver and its machine live on
   * @param machine the machine, owned by this driver from now on
   * @param sockets finds the socket of a {@link Transmit}; null drops the datagram
   * @param events takes the machine's events
   */
  public MachineDriver(
      EventLoop loop,
      Machine<I, O> machine,
      Function<SocketId, UdpSocket> sockets,
      Consumer<? super O> events) {
    this.loop = loop;
    this.machine = machine;
    this.sockets = sockets;
    this.events = events;
  }

  /** Gives the machine an event and carries out what follows. */
  public void handle(I event) {
    if (stopped) {
      return;
    }
    try {
      machine.handle(System.nanoTime(), event);
    } finally {
      drain();
    }
  }

  /** Stops the timer and ignores every later event. The machine's last words are still carried. */
  public void stop() {
    try {
      drain();
    } finally {
      stopped = true;
      cancelTimer();
    }
  }

  private void drain() {
    if (draining || stopped) {
      return;
    }
    draining = true;
    try {
      while (drainOnce()) {
        // an event handler may have given the machine more to say
      }
    } finally {
      draining = false;
      try {
        for (UdpSocket socket : written) {
          socket.flush();
        }
      } finally {
        written.clear();
        schedule();
      }
    }
  }

  private boolean drainOnce() {
    boolean any = false;
    for (Transmit transmit = machine.pollTransmit();
        transmit != null;
        transmit = machine.pollTransmit()) {
      any = true;
      UdpSocket socket = sockets.apply(transmit.socket());
      if (socket != null) {
        socket.send(transmit);
        written.add(socket);
      }
    }
    for (O event = machine.pollEvent(); event != null; event = machine.pollEvent()) {
      any = true;
      events.accept(event);
    }
    return any;
  }

  private void schedule() {
    if (stopped) {
      return;
    }
    long deadline = machine.nextDeadline();
    if (deadline == Machine.NO_DEADLINE) {
      cancelTimer();
      return;
    }
    if (timer != null && timerAt == deadline) {
      return;
    }
    cancelTimer();
    timerAt = deadline;
    long delay = Math.max(stumbled ? STUMBLE_NANOS : 0, deadline - System.nanoTime());
    timer = loop.schedule(this::fire, delay, TimeUnit.NANOSECONDS);
  }

  private void fire() {
    timer = null;
    timerAt = Machine.NO_DEADLINE;
    if (stopped) {
      return;
    }
    stumbled = true;
    try {
      machine.handleTimeout(System.nanoTime());
      stumbled = false;
    } finally {
      drain();
    }
  }

  private void cancelTimer() {
    if (timer != null) {
      timer.cancel(false);
      timer = null;
      timerAt = Machine.NO_DEADLINE;
    }
  }
}
