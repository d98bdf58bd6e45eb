package org.moshpit.rendezvous.responder;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.channel.socket.DatagramPacket;
import java.net.InetSocketAddress;
import java.util.function.LongSupplier;
import org.moshpit.common.sansio.TransportAddress;

/** One socket on one event loop: datagrams to the responder, its answers out. */
final class StunHandler extends SimpleChannelInboundHandler<DatagramPacket> {
  private final BindingResponder responder;
  private final Channel[] sockets;
  private final int socket;
  private final LongSupplier unixMillis;

  /** Takes the sockets of this loop, and which of them this is. */
  StunHandler(BindingResponder responder, Channel[] sockets, int socket, LongSupplier unixMillis) {
    this.responder = responder;
    this.sockets = sockets;
    this.socket = socket;
    this.unixMillis = unixMillis;
  }

  @Override
  protected void channelRead0(ChannelHandlerContext ctx, DatagramPacket packet) {
    TransportAddress source = TransportAddress.of(packet.sender());
    byte[] datagram = ByteBufUtil.getBytes(packet.content());
    Reply reply = responder.respond(datagram, source, socket, unixMillis.getAsLong());
    if (reply == null) {
      return;
    }
    Channel from = sockets[reply.socket()];
    if (!from.isWritable()) {
      return; // the kernel takes no more: the client asks again, the heap stays flat
    }
    ByteBuf out = ctx.alloc().directBuffer(reply.bytes().length).writeBytes(reply.bytes());
    InetSocketAddress destination =
        reply.destination().equals(source)
            ? packet.sender()
            : reply.destination().toSocketAddress();
    from.write(new DatagramPacket(out, destination), from.voidPromise());
    if (reply.socket() != socket) {
      from.flush();
    }
  }

  @Override
  public void channelReadComplete(ChannelHandlerContext ctx) {
    ctx.flush();
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
    // A source that cannot be answered (no route, a filter) is its own trouble, not this socket's.
  }
}
