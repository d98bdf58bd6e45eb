package org.moshpit.agent.path;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.SplittableRandom;
import org.moshpit.agent.link.ReconnectMachine;
import org.moshpit.common.sansio.SocketId;
import org.moshpit.common.sansio.TransportAddress;
import org.moshpit.testkit.SimulatedDriver;
import org.moshpit.testkit.SimulatedHost;
import org.moshpit.testkit.Simulation;

/**
 * One end's connection to the rendezvous: TCP and TLS as the agent's link treats them. The real
 * machine decides when to dial again; when a dead connection is noticed is modelled after the link
 * client: an answer to a probe within {@link #PROBE} after a sign of change, else a keepalive.
 */
final class DaysLink
    implements SimulatedDriver.Ports<ReconnectMachine.Input, ReconnectMachine.Output> {
  /** One way between an end and the rendezvous. */
  static final Duration LEG = Duration.ofMillis(30);

  /** As in the link client. */
  static final Duration PROBE = Duration.ofMillis(1500);

  /** The rendezvous gives a silent connection up. */
  private static final Duration SERVERS_PATIENCE = Duration.ofSeconds(50);

  private static final int MAX_STALLED = 64;

  private final DaysWorld world;
  private final DaysEnd end;
  private final Simulation simulation;
  private final SplittableRandom random;
  private final SimulatedDriver<ReconnectMachine.Input, ReconnectMachine.Output> driver;
  private final ArrayDeque<Runnable> stalled = new ArrayDeque<>();
  private boolean up;
  private boolean intact;
  private boolean refusesLoudly;
  private boolean stalling;
  private long carriesFrom;
  private int connection;
  private int dials;
  private int stalls;

  DaysLink(DaysWorld world, DaysEnd end, SimulatedHost host) {
    this.world = world;
    this.end = end;
    simulation = world.simulation;
    random = simulation.randomness();
    driver = simulation.drive(new ReconnectMachine(simulation.randomness()), host, this);
  }

  void start() {
    driver.handle(new ReconnectMachine.Start());
  }

  void pause() {
    driver.pause();
  }

  void resume(boolean clockStoodStill) {
    driver.resume(clockStoodStill);
  }

  /** Whether the end believes in it. */
  boolean isUp() {
    return up;
  }

  /** Whether what is said now arrives. */
  boolean isLive() {
    return up && intact && world.carries(end) && simulation.time().elapsedNanos() >= carriesFrom;
  }

  int connection() {
    return connection;
  }

  /** Has something happen at the rendezvous. */
  void say(Runnable arrival) {
    if (up && !intact && refusesLoudly && world.carries(end)) {
      int broken = connection;
      end.later(LEG.multipliedBy(2), () -> down(broken));
    }
    transfer(arrival);
  }

  /** Has something happen at the end. */
  void hear(Runnable arrival) {
    transfer(arrival);
  }

  private void transfer(Runnable arrival) {
    if (!up) {
      return;
    }
    if (!isLive()) {
      stall(arrival);
      return;
    }
    int over = connection;
    simulation.after(
        LEG,
        () -> {
          if (connection != over) {
            return;
          }
          if (isLive()) {
            arrival.run();
          } else {
            stall(arrival);
          }
        });
  }

  private void stall(Runnable arrival) {
    stalled.add(arrival);
    if (stalled.size() > MAX_STALLED) {
      stalled.poll();
    }
  }

  /** The connection is no more, and nobody says so, unless {@code loudly} to whoever asks. */
  void broke(boolean loudly) {
    if (up && intact) {
      intact = false;
      refusesLoudly = loudly;
      beginStall();
    }
  }

  /** Looks at the way to the rendezvous again: something about it may have changed. */
  void look() {
    boolean carries = up && intact && world.carries(end);
    if (carries && stalling) {
      // TCP repeats later and later, and has no idea that it might work again
      long pause = simulation.time().elapsedNanos() - carriesFrom;
      long late = Math.min(pause / 2, Duration.ofSeconds(10).toNanos());
      stalling = false;
      stalls++;
      Duration resumes = Duration.ofNanos(late == 0 ? 0 : random.nextLong(late));
      carriesFrom = simulation.time().elapsedNanos() + resumes.toNanos();
      int over = connection;
      simulation.after(
          resumes,
          () -> {
            if (connection == over && isLive()) {
              world.disturb(DaysWorld.SOON, end + ": link carries again");
              for (Runnable one = stalled.poll(); one != null; one = stalled.poll()) {
                transfer(one);
              }
            }
          });
    } else if (up && !carries && !stalling) {
      beginStall();
    }
  }

  private void beginStall() {
    if (stalling) {
      return;
    }
    stalling = true;
    carriesFrom = simulation.time().elapsedNanos();
    int over = connection;
    int stall = ++stalls;
    Duration patience = Duration.ofMillis(random.nextInt(30_000, 50_000));
    end.later(
        patience,
        () -> {
          if (stalling && stalls == stall) {
            down(over);
          }
        });
    simulation.after(
        SERVERS_PATIENCE,
        () -> {
          if (stalling && stalls == stall) {
            world.rendezvous.gone(end, over);
            intact = false;
            refusesLoudly = true;
          }
        });
  }

  /** It must prove itself. */
  void probe() {
    if (up) {
      int over = connection;
      int stall = stalls;
      say(() -> {});
      end.later(
          PROBE,
          () -> {
            if (connection == over && stalling && stalls == stall) {
              down(over);
            }
          });
    }
  }

  /** Interfaces or routes changed, or time was lost. */
  void networkChanged() {
    if (up) {
      probe();
    } else if (dials > 0) {
      dial();
    }
    driver.handle(new ReconnectMachine.NetworkChanged());
  }

  /** The connection is reset. */
  void reset() {
    if (up) {
      intact = false;
      int over = connection;
      world.rendezvous.gone(end, over);
      end.later(LEG, () -> down(over));
    }
  }

  private void down(int which) {
    if (!up || connection != which) {
      return;
    }
    up = false;
    stalling = false;
    stalled.clear();
    connection = 0;
    simulation.after(
        world.carries(end) ? LEG : SERVERS_PATIENCE, () -> world.rendezvous.gone(end, which));
    world.disturb(DaysWorld.SOON, end + ": link down");
    end.linkDown();
    driver.handle(new ReconnectMachine.LinkDown(ReconnectMachine.Cause.ORDINARY));
  }

  private void dial() {
    int attempt = ++dials;
    if (!end.isConnected()) {
      end.later(Duration.ofMillis(20), () -> failed(attempt));
      return;
    }
    end.later(Duration.ofMillis(random.nextInt(100, 500)), () -> dialled(attempt));
  }

  private void dialled(int attempt) {
    if (attempt != dials || up) {
      return;
    }
    if (!world.carries(end)) {
      end.later(Duration.ofSeconds(10), () -> failed(attempt));
      return;
    }
    up = true;
    intact = true;
    stalling = false;
    carriesFrom = simulation.time().elapsedNanos();
    connection = world.rendezvous.login(end);
    driver.handle(new ReconnectMachine.LinkUp());
    world.disturb(DaysWorld.SOON, end + ": link up");
    end.linkUp();
  }

  private void failed(int attempt) {
    if (attempt == dials && !up) {
      driver.handle(new ReconnectMachine.LinkDown(ReconnectMachine.Cause.ORDINARY));
    }
  }

  @Override
  public ReconnectMachine.Input datagram(SocketId socket, TransportAddress from, byte[] payload) {
    return null;
  }

  @Override
  public void event(ReconnectMachine.Output event) {
    if (event instanceof ReconnectMachine.Dial) {
      dial();
    }
  }
}
