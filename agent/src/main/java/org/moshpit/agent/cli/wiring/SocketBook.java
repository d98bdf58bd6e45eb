package org.moshpit.agent.cli.wiring;

import io.netty.channel.EventLoop;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.moshpit.common.netty.UdpSocket;
import org.moshpit.common.sansio.SocketId;
import org.moshpit.common.sansio.TransportAddress;

/** Every UDP socket of the process by its id. For the event loop's thread. */
public final class SocketBook {
  private final EventLoop loop;
  private final Map<SocketId, UdpSocket> open = new HashMap<>();
  private int last;

  public SocketBook(EventLoop loop) {
    this.loop = loop;
  }

  /** Null if it is closed. */
  public UdpSocket get(SocketId id) {
    return open.get(id);
  }

  /** Opens one socket; the result completes on the loop. */
  public CompletableFuture<UdpSocket> open(TransportAddress bind) {
    return UdpSocket.open(loop, new SocketId(++last), bind)
        .thenApply(
            socket -> {
              open.put(socket.id(), socket);
              return socket;
            });
  }

  /**
   * Opens one socket on each address, all on one port, or none.
   *
   * @param port 0 for any
   */
  public CompletableFuture<List<UdpSocket>> openAll(List<TransportAddress> addresses, int port) {
    CompletableFuture<List<UdpSocket>> all =
        CompletableFuture.completedFuture(new ArrayList<>(addresses.size()));
    for (TransportAddress address : addresses) {
      all =
          all.thenCompose(
              opened -> {
                int wanted = opened.isEmpty() ? port : opened.get(0).local().port();
                return open(new TransportAddress(address.ip(), wanted))
                    .handle(
                        (socket, failure) -> {
                          if (failure != null) {
                            opened.forEach(this::close);
                            throw new java.util.concurrent.CompletionException(failure);
                          }
                          opened.add(socket);
                          return opened;
                        });
              });
    }
    return all;
  }

  /** Closes it; completes when its port is free. */
  public CompletableFuture<Void> close(UdpSocket socket) {
    open.remove(socket.id());
    return socket.close();
  }

  /** The same by id; nothing happens if it is closed already. */
  public CompletableFuture<Void> close(SocketId id) {
    UdpSocket socket = open.get(id);
    return socket == null ? CompletableFuture.completedFuture(null) : close(socket);
  }
}
