package org.moshpit.agent.cli.wiring;

import java.net.InetAddress;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import org.moshpit.agent.harvest.HostAddress;
import org.moshpit.agent.harvest.HostAddresses;
import org.moshpit.common.netty.UdpSocket;
import org.moshpit.common.sansio.TransportAddress;

/**
 * One socket on each of this host's addresses, all on one port, with their names towards the
 * rendezvous.
 *
 * @param members at least one
 */
public record SocketSet(List<Member> members) {
  /** More addresses than that are not worth a socket each. */
  public static final int MAX_ADDRESSES = 8;

  /**
   * One of them.
   *
   * @param wireId its name towards the rendezvous
   */
  public record Member(UdpSocket socket, long wireId) {
    /** Nothing is null. */
    public Member {
      Objects.requireNonNull(socket);
    }
  }

  /** Copies the list; an empty one is the caller's bug. */
  public SocketSet {
    members = List.copyOf(members);
    if (members.isEmpty()) {
      throw new IllegalArgumentException("no sockets");
    }
  }

  /** The local port of all of them. */
  public int port() {
    return members.get(0).socket().local().port();
  }

  /** The local addresses to open sockets on, the preferred first; a few milliseconds. */
  public static List<TransportAddress> bases(Collection<InetAddress> towards) {
    List<TransportAddress> bases = new ArrayList<>();
    for (HostAddress address : HostAddresses.read(towards).all()) {
      if (bases.size() < MAX_ADDRESSES) {
        bases.add(new TransportAddress(address.ip(), 0));
      }
    }
    return bases;
  }

  /**
   * Opens one, begins to watch it and wants it mapped.
   *
   * @param process whose sockets these become
   * @param port 0 for any
   * @param registered whether it is the agent's warm set
   */
  public static CompletableFuture<SocketSet> open(
      ProcessSockets process, List<TransportAddress> bases, int port, boolean registered) {
    Observation observation = process.observation();
    return process
        .book()
        .openAll(bases, port)
        .thenApply(
            sockets -> {
              List<Member> members = new ArrayList<>();
              for (UdpSocket socket : sockets) {
                socket.receiver((s, from, datagram) -> observation.take(s, from, datagram));
                process.mappings().watch(socket);
                members.add(new Member(socket, observation.watch(socket, registered)));
              }
              return new SocketSet(members);
            });
  }

  /** Closes them all, in the book they were opened in. */
  public void close(ProcessSockets process) {
    for (Member member : members) {
      process.observation().unwatch(member.socket().id());
      process.mappings().unwatch(member.socket().id());
      process.book().close(member.socket());
    }
  }
}
