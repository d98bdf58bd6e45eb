package org.moshpit.agent.path;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import org.moshpit.testkit.NetworkConditions;
import org.moshpit.testkit.SimulatedNat;
import org.moshpit.testkit.Simulation;

/** What goes wrong in a day: when, what, and for how long, all from the seed. */
final class DaysFaults {
  private final DaysWorld world;
  private final Simulation simulation;
  private final SplittableRandom random;
  private final List<Runnable> lifts = new ArrayList<>();
  private int count;
  private boolean slept;
  private boolean outage;

  DaysFaults(DaysWorld world) {
    this.world = world;
    simulation = world.simulation;
    random = simulation.randomness();
  }

  /** Nothing happens for so long in the middle of the day. */
  private static final Duration NIGHT = Duration.ofHours(3);

  private static final Duration NIGHT_AT = Duration.ofHours(11);

  /** How many there have been. */
  int count() {
    return count;
  }

  /** Lets something happen soon, and then again and again. */
  void begin() {
    next();
  }

  private void next() {
    int kind = random.nextInt(10);
    long millis =
        kind < 3
            ? random.nextLong(500, 30_000)
            : kind < 8 ? random.nextLong(30_000, 600_000) : random.nextLong(600_000, 5_400_000);
    boolean night = !slept && simulation.time().elapsed().compareTo(NIGHT_AT) > 0;
    slept |= night;
    world.quiet(night);
    simulation.after(
        night ? NIGHT : Duration.ofMillis(millis),
        () -> {
          if (!world.isEvening()) {
            count++;
            happen();
            next();
          }
        });
  }

  /** Everything that is still wrong comes right, and both ends are told. */
  void end() {
    world.evening();
    List.copyOf(lifts).forEach(Runnable::run);
    world.weather(NetworkConditions.ordinary());
    world.disturb(DaysWorld.UNNOTICED, "evening");
  }

  private void happen() {
    DaysEnd end = random.nextInt(3) == 0 ? world.box : world.laptop;
    switch (random.nextInt(15)) {
      case 0, 1 -> move(end);
      case 2 -> router(end);
      case 3 -> forget(end);
      case 4, 5 -> sleep(world.laptop);
      case 6 -> stop(end);
      case 7, 8 -> weather();
      case 9 -> rendezvous();
      case 10 -> udpOff(end);
      case 11 -> blackhole(end);
      case 12 -> unplug(end);
      case 13 -> {
        if (end.isRunning()) {
          end.sign("nothing really");
        }
      }
      default -> {
        world.disturb(DaysWorld.SOON, end + ": connection reset");
        end.link.reset();
      }
    }
  }

  private Duration between(long fromMillis, long toMillis) {
    // evenly over the orders of magnitude: many short ones, a few for hours
    double log =
        Math.log(fromMillis) + random.nextDouble() * (Math.log(toMillis) - Math.log(fromMillis));
    return Duration.ofMillis((long) Math.exp(log));
  }

  /** Has it come right after a while, or in the evening if that is sooner. */
  private void until(Duration later, Runnable right) {
    Runnable once =
        new Runnable() {
          @Override
          public void run() {
            if (lifts.remove(this)) {
              right.run();
            }
          }
        };
    lifts.add(once);
    simulation.after(later, once);
  }

  private DaysPlace somewhere(DaysEnd end) {
    List<DaysPlace> places = end == world.laptop ? world.laptopPlaces : world.boxPlaces;
    return places.get(random.nextInt(places.size()));
  }

  private void arrive(DaysEnd end, DaysPlace at) {
    boolean another = at != end.place;
    end.moveTo(at);
    if (another) {
      end.link.broke(false);
    }
    world.disturb(DaysWorld.UNNOTICED, end + " is at " + at.access() + " " + at.publicIp());
  }

  /** The watch reads the interfaces a moment after the kernel's word. */
  private void noticed(DaysEnd end, String what) {
    end.later(Duration.ofMillis(random.nextInt(150, 400)), () -> end.sign(what));
  }

  private void move(DaysEnd end) {
    if (end.isRunning() && end.isConnected()) {
      arrive(end, somewhere(end));
      noticed(end, "another network");
    }
  }

  private void router(DaysEnd end) {
    DaysPlace place = end.place;
    if (place.nats().isEmpty() || place.isRouterDown()) {
      return;
    }
    place.routerDown(true);
    world.disturb(DaysWorld.UNNOTICED, end + ": router restarts");
    boolean flaps = random.nextInt(3) == 0;
    boolean another = random.nextBoolean();
    boolean survives = !another && random.nextBoolean();
    until(
        between(3_000, 120_000),
        () -> {
          SimulatedNat outermost = place.nats().get(0);
          place.nats().get(random.nextInt(place.nats().size())).reboot();
          if (another) {
            outermost.readdress(world.freshAddress());
          }
          place.routerDown(false);
          for (DaysEnd one : List.of(world.laptop, world.box)) {
            if (one.place == place && !survives) {
              one.link.broke(random.nextBoolean());
            }
          }
          world.disturb(DaysWorld.UNNOTICED, end + ": router is back at " + place.publicIp());
          if (flaps) {
            noticed(end, "the router is back");
          }
        });
  }

  private void forget(DaysEnd end) {
    if (!end.place.nats().isEmpty()) {
      end.place.nats().get(random.nextInt(end.place.nats().size())).reboot();
      world.disturb(DaysWorld.UNNOTICED, end + ": mappings are gone");
    }
  }

  private void sleep(DaysEnd end) {
    if (!end.isRunning()) {
      return;
    }
    end.pause();
    world.disturb(DaysWorld.SOON, end + " sleeps");
    until(
        between(20_000, TimeUnit.HOURS.toMillis(9)),
        () -> {
          if (random.nextInt(3) == 0) {
            arrive(end, somewhere(end));
          } else {
            arrive(end, end.place);
          }
          end.resume(true);
          world.disturb(DaysWorld.UNNOTICED, end + " wakes");
          end.later(Duration.ofMillis(random.nextInt(1, 1000)), () -> end.sign("time was lost"));
        });
  }

  /** The process is stopped and goes on; its watch may see it or not. */
  private void stop(DaysEnd end) {
    if (!end.isRunning()) {
      return;
    }
    end.pause();
    world.disturb(DaysWorld.SOON, end + " is stopped");
    boolean seen = random.nextBoolean();
    until(
        between(1_000, 600_000),
        () -> {
          end.resume(false);
          world.disturb(DaysWorld.UNNOTICED, end + " goes on");
          if (seen) {
            end.sign("time was lost");
          }
        });
  }

  private void weather() {
    double loss = random.nextBoolean() ? random.nextDouble() * 0.02 : random.nextDouble() * 0.3;
    world.weather(
        NetworkConditions.ordinary()
            .withLoss(loss)
            .withLatency(Duration.ofMillis(random.nextInt(2, 150)))
            .reordering(Duration.ofMillis(random.nextInt(1, 80))));
    world.disturb(DaysWorld.SOON, String.format("weather: %.1f %% loss", 100 * loss));
  }

  private void rendezvous() {
    if (outage) {
      return;
    }
    outage = true;
    world.rendezvous.reachable(false);
    boolean restarts = random.nextBoolean();
    world.disturb(DaysWorld.SOON, "rendezvous " + (restarts ? "restarts" : "unreachable"));
    until(
        between(1_000, TimeUnit.HOURS.toMillis(4)),
        () -> {
          outage = false;
          if (restarts) {
            world.rendezvous.restart();
          }
          world.rendezvous.reachable(true);
          world.disturb(DaysWorld.SOON, "rendezvous is there");
        });
  }

  private void udpOff(DaysEnd end) {
    DaysPlace place = end.place;
    place.udpOff(true);
    world.disturb(DaysWorld.UNNOTICED, end + ": UDP is off");
    until(
        between(2_000, TimeUnit.HOURS.toMillis(2)),
        () -> {
          place.udpOff(false);
          world.disturb(DaysWorld.UNNOTICED, end + ": UDP is on");
        });
  }

  private void blackhole(DaysEnd end) {
    Runnable lift = world.blackhole(end);
    Runnable other = random.nextBoolean() ? world.blackhole(world.other(end)) : () -> {};
    world.disturb(DaysWorld.UNNOTICED, "nothing arrives from the " + end);
    until(
        between(500, 1_800_000),
        () -> {
          lift.run();
          other.run();
          world.disturb(DaysWorld.UNNOTICED, "it does again");
        });
  }

  private void unplug(DaysEnd end) {
    if (!end.isConnected() || !end.isRunning()) {
      return;
    }
    end.disconnect();
    world.disturb(DaysWorld.SOON, end + " has no network");
    noticed(end, "no network");
    DaysPlace back = random.nextInt(3) == 0 ? somewhere(end) : end.place;
    until(
        between(500, TimeUnit.HOURS.toMillis(5)),
        () -> {
          arrive(end, back);
          noticed(end, "a network");
        });
  }
}
