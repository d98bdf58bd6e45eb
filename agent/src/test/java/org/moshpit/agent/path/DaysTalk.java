package org.moshpit.agent.path;

import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.HashMap;
import java.util.Iterator;
import java.util.Map;
import java.util.SplittableRandom;
import org.moshpit.testkit.Packet;

/**
 * The application at one end: a heartbeat each 3 s, bursts while somebody types, echoes, and a
 * server that falls silent 40 s after it last heard its client, as mosh does. It remembers each
 * datagram until it is known what became of it.
 */
final class DaysTalk {
  /** How long a datagram may take. */
  static final Duration PATIENCE = Duration.ofSeconds(2);

  private static final Duration HEARTBEAT = Duration.ofSeconds(3);
  private static final Duration KEYSTROKE = Duration.ofMillis(200);
  private static final long SERVER_SILENCE = Duration.ofSeconds(40).toNanos();
  private static final byte MAGIC = (byte) 0x80;
  private static final int LENGTH = 40;

  /** A datagram on its way. */
  private static final class Sent {
    final long at;
    boolean arrived;

    /** Chance took a copy that went directly. */
    boolean lost;

    boolean relayed;

    Sent(long at) {
      this.at = at;
    }
  }

  private final DaysWorld world;
  private final DaysEnd end;
  private final SplittableRandom random;
  private final Map<Integer, Sent> onTheWay = new HashMap<>();
  private int sent;
  private boolean everHeard;
  private long lastHeard;
  private int typed;
  private int directCopies;
  private int relayCopies;
  private long packets;
  private long delivered;
  private long chanceLost;

  DaysTalk(DaysWorld world, DaysEnd end) {
    this.world = world;
    this.end = end;
    random = world.simulation.randomness();
  }

  void begin() {
    end.later(HEARTBEAT, this::heartbeat);
  }

  private void heartbeat() {
    boolean client = end == world.laptop;
    if (client || (everHeard && end.driver.now() - lastHeard < SERVER_SILENCE)) {
      say(false);
    }
    if (client && !world.isQuiet() && random.nextInt(200) == 0) {
      typed = random.nextInt(20, 150);
      type();
    }
    end.later(HEARTBEAT, this::heartbeat);
  }

  private void type() {
    if (--typed > 0) {
      say(true);
      end.later(KEYSTROKE, this::type);
    }
  }

  private void say(boolean keystroke) {
    byte[] bytes =
        ByteBuffer.allocate(LENGTH)
            .put(MAGIC)
            .put((byte) (end == world.laptop ? 1 : 2))
            .put((byte) (keystroke ? 1 : 0))
            .position(4)
            .putInt(++sent)
            .array();
    Sent one = new Sent(world.simulation.time().elapsedNanos());
    if (end.isRunning()) {
      onTheWay.put(sent, one);
    }
    directCopies = 0;
    relayCopies = 0;
    end.driver.handle(new PathIn.FromApp(bytes));
    one.relayed = relayCopies > 0;
    world.invariants.oneWayAtATime(end, directCopies, relayCopies);
  }

  static boolean isTalk(byte[] bytes) {
    return bytes.length == LENGTH && bytes[0] == MAGIC && bytes[1] != 0 && bytes[2] <= 1;
  }

  void packetLeft() {
    packets++;
  }

  void leftDirectly() {
    directCopies++;
  }

  void leftOverRelay() {
    relayCopies++;
  }

  /** Something for this end's application. */
  void heard(byte[] bytes) {
    everHeard = true;
    lastHeard = end.driver.now();
    world.other(end).talk.arrived(ByteBuffer.wrap(bytes).getInt(4));
    if (bytes[2] == 1 && end == world.box) {
      end.later(Duration.ofMillis(30), () -> say(false));
    }
  }

  private void arrived(int number) {
    delivered++;
    Sent one = onTheWay.get(number);
    if (one != null) {
      one.arrived = true;
    }
  }

  /** The core lost a datagram of ours by chance. */
  void lost(Packet packet) {
    Sent one = onTheWay.get(ByteBuffer.wrap(packet.payload()).getInt(4));
    if (one != null) {
      one.lost = true;
    }
  }

  /** Judges what has had its time. */
  void judge() {
    long now = world.simulation.time().elapsedNanos();
    for (Iterator<Sent> all = onTheWay.values().iterator(); all.hasNext(); ) {
      Sent one = all.next();
      if (now - one.at > PATIENCE.toNanos()) {
        all.remove();
        if (!one.arrived && one.at >= world.calmFrom() && world.bothLinked()) {
          // the relay loses nothing, so that chance excuses only what went directly alone
          if (!one.lost || one.relayed) {
            world.invariants.passesInTime(end, one.at);
          }
          chanceLost++;
        }
      }
    }
  }

  boolean isTyping() {
    return typed > 0;
  }

  int waiting() {
    return onTheWay.size();
  }

  /** Packets that left on this end's sockets, of every kind but questions to STUN servers. */
  long packets() {
    return packets;
  }

  /** Datagrams of this end that the other end's application got, copies included. */
  long delivered() {
    return delivered;
  }

  int sent() {
    return sent;
  }

  /** Datagrams that chance took on a direct path while nothing was wrong. */
  long chanceLost() {
    return chanceLost;
  }
}
