package org.moshpit.rendezvous.responder;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.socket.DatagramPacket;
import java.util.function.LongSupplier;
import org.moshpit.common.relay.RelayWire;
import org.moshpit.common.sansio.TransportAddress;

/** One socket on one event loop: the relay's datagrams to the door, everything else on to STUN. */
final class RelayHandler extends ChannelInboundHandlerAdapter {
  private final RelayDoor door;
  private final RelayOutlet outlet;
  private final LongSupplier nanos;

  RelayHandler(RelayDoor door, Channel channel, LongSupplier nanos) {
    this.door = door;
    this.nanos = nanos;
    this.outlet = (destination, datagram) -> send(channel, destination, datagram);
  }

  private static void send(Channel channel, TransportAddress destination, byte[] datagram) {
    if (channel.isWritable()) {
      channel.writeAndFlush(
          new DatagramPacket(Unpooled.wrappedBuffer(datagram), destination.toSocketAddress()),
          channel.voidPromise());
    }
  }

  @Override
  public void channelRead(ChannelHandlerContext ctx, Object message) {
    if (!(message instanceof DatagramPacket packet) || !isRelay(packet.content())) {
      ctx.fireChannelRead(message);
      return;
    }
    try {
      take(packet);
    } finally {
      packet.release();
    }
  }

  private static boolean isRelay(ByteBuf content) {
    return content.isReadable() && RelayWire.isRelay(content.getByte(content.readerIndex()));
  }

  private void take(DatagramPacket packet) {
    ByteBuf content = packet.content();
    // What fills the buffer may have been cut.
    boolean whole = content.readableBytes() < StunListener.MAX_DATAGRAM;
    if (whole
        && content.readableBytes() > RelayWire.COOKIE
        && door.knows(content.getLong(content.readerIndex()))) {
      TransportAddress source = TransportAddress.of(packet.sender());
      byte[] answer =
          door.receive(nanos.getAsLong(), ByteBufUtil.getBytes(content), source, outlet);
      if (answer != null) {
        outlet.send(source, answer);
      }
    }
  }
}
