package org.moshpit.agent.cli.box;

import java.net.InetAddress;
import java.util.ArrayDeque;
import java.util.Collection;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.TimeUnit;
import java.util.function.BiConsumer;
import java.util.function.Function;
import java.util.random.RandomGenerator;
import org.moshpit.agent.cli.wiring.AgentLoop;
import org.moshpit.agent.cli.wiring.ProcessSockets;
import org.moshpit.agent.cli.wiring.SocketSet;
import org.moshpit.agent.config.PortRange;
import org.moshpit.common.sansio.TransportAddress;

/**
 * The box's warm set of sockets: open on a port of the range, its mapping known and kept alive, for
 * the next session to take. Whoever comes while it is taken gets a set of its own; whoever comes
 * while the host's addresses are being read waits, because the set may be bound to one that is
 * gone. For the event loop's thread.
 */
final class WarmSockets {
  private static final long RETRY_SECONDS = 5;

  private final AgentLoop loop;
  private final ProcessSockets sockets;
  private final PortRange ports;
  private final RandomGenerator random;
  private final Function<Collection<InetAddress>, List<TransportAddress>> addresses;
  private Collection<InetAddress> towards = List.of();
  private List<TransportAddress> bases = List.of();
  private final Queue<BiConsumer<SocketSet, Throwable>> waiting = new ArrayDeque<>();
  private SocketSet warm;
  private int readings;
  private boolean opening;
  private boolean stopped;

  /** On this host's addresses. */
  WarmSockets(AgentLoop loop, ProcessSockets sockets, PortRange ports, RandomGenerator random) {
    this(loop, sockets, ports, random, SocketSet::bases);
  }

  /**
   * On others.
   *
   * @param addresses reads them, on a thread that may block
   */
  WarmSockets(
      AgentLoop loop,
      ProcessSockets sockets,
      PortRange ports,
      RandomGenerator random,
      Function<Collection<InetAddress>, List<TransportAddress>> addresses) {
    this.addresses = addresses;
    this.loop = loop;
    this.sockets = sockets;
    this.ports = ports;
    this.random = random;
  }

  /** Reads the host's addresses anew and opens the set on them; for the start and each change. */
  void rebuild(Collection<InetAddress> rendezvous) {
    towards = List.copyOf(rendezvous);
    readings++;
    loop.offload(
        () -> addresses.apply(towards),
        (found, failure) -> {
          readings--;
          if (failure == null && !stopped) {
            boolean same = found.equals(bases) && warm != null;
            bases = found;
            if (!same) {
              drop();
              refill();
            }
          }
          if (readings == 0) {
            List<BiConsumer<SocketSet, Throwable>> all = List.copyOf(waiting);
            waiting.clear();
            all.forEach(this::take);
          }
        });
  }

  /** The addresses sessions open sockets on. */
  List<TransportAddress> bases() {
    return bases;
  }

  /** The warm set, or null. */
  SocketSet warm() {
    return warm;
  }

  /** Gives the warm set away, or a set opened now; with the failure if no port can be had. */
  void take(BiConsumer<SocketSet, Throwable> then) {
    if (readings > 0) {
      waiting.add(then);
      return;
    }
    if (warm != null) {
      SocketSet taken = warm;
      warm = null;
      taken.members().forEach(member -> sockets.observation().demote(member.socket().id()));
      then.accept(taken, null);
      refill();
      return;
    }
    open(false, then);
  }

  /** The same on that port, if it can be had. */
  void take(int port, BiConsumer<SocketSet, Throwable> then) {
    loop.offload(
        () -> addresses.apply(towards),
        (found, failure) -> {
          if (failure != null || found.isEmpty()) {
            then.accept(null, new java.net.SocketException("this box has no network address"));
            return;
          }
          loop.onLoop(
              SocketSet.open(sockets, found, port, false),
              (set, taken) -> {
                if (taken == null) {
                  then.accept(set, null);
                } else {
                  take(then);
                }
              });
        });
  }

  /** Closes the warm set and opens none any more. */
  void stop() {
    stopped = true;
    drop();
  }

  private void drop() {
    if (warm != null) {
      warm.close(sockets);
      warm = null;
    }
  }

  private void refill() {
    if (stopped || opening || warm != null || bases.isEmpty()) {
      return;
    }
    opening = true;
    open(
        true,
        (set, failure) -> {
          opening = false;
          if (failure != null) {
            loop.loop().schedule(this::refill, RETRY_SECONDS, TimeUnit.SECONDS);
          } else if (stopped || warm != null) {
            set.close(sockets);
          } else {
            warm = set;
          }
        });
  }

  private void open(boolean registered, BiConsumer<SocketSet, Throwable> then) {
    if (bases.isEmpty()) {
      then.accept(null, new java.net.SocketException("this box has no network address"));
      return;
    }
    Queue<Integer> candidates = new ArrayDeque<>(ports.size());
    int start = random.nextInt(ports.size());
    for (int i = 0; i < ports.size(); i++) {
      candidates.add(ports.first() + (start + i) % ports.size());
    }
    openNext(candidates, registered, then);
  }

  private void openNext(
      Queue<Integer> candidates, boolean registered, BiConsumer<SocketSet, Throwable> then) {
    Integer port = candidates.poll();
    if (port == null) {
      then.accept(
          null, new java.net.BindException("every port of " + ports + " is taken on this box"));
      return;
    }
    loop.onLoop(
        SocketSet.open(sockets, bases, port, registered),
        (set, failure) -> {
          if (failure == null) {
            then.accept(set, null);
          } else {
            openNext(candidates, registered, then);
          }
        });
  }
}
