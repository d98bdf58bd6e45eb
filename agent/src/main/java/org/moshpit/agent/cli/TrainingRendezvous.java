package org.moshpit.agent.cli;

import com.google.protobuf.ByteString;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.channel.epoll.EpollServerSocketChannel;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslHandshakeCompletionEvent;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.moshpit.common.netty.EventLoops;
import org.moshpit.common.netty.UdpSocket;
import org.moshpit.common.sansio.SocketId;
import org.moshpit.common.sansio.Transmit;
import org.moshpit.common.sansio.TransportAddress;
import org.moshpit.common.stun.Nonce;
import org.moshpit.common.stun.StunEncoder;
import org.moshpit.common.stun.StunMessage;
import org.moshpit.common.stun.StunParse;
import org.moshpit.common.stun.StunParser;
import org.moshpit.common.stun.XorMappedAddress;
import org.moshpit.common.wire.FrameCodec;
import org.moshpit.common.wire.HostPort;
import org.moshpit.common.wire.JoinUrl;
import org.moshpit.common.wire.Link;
import org.moshpit.common.wire.LinkProof;
import org.moshpit.common.wire.LinkTls;
import org.moshpit.common.wire.SpkiPin;
import org.moshpit.common.wire.proto.Box;
import org.moshpit.common.wire.proto.Boxes;
import org.moshpit.common.wire.proto.ClientFrame;
import org.moshpit.common.wire.proto.Enrolled;
import org.moshpit.common.wire.proto.Hello;
import org.moshpit.common.wire.proto.Record;
import org.moshpit.common.wire.proto.Registration;
import org.moshpit.common.wire.proto.Role;
import org.moshpit.common.wire.proto.ServerFrame;
import org.moshpit.common.wire.proto.StunServer;
import org.moshpit.common.wire.proto.Welcome;

/**
 * Just enough of a rendezvous, on loopback, for {@link ArchiveTraining} and {@link RunTraining} to
 * have something to link to: it lets everybody in, knows one box and answers STUN.
 */
final class TrainingRendezvous implements AutoCloseable {
  private static final byte[] STUN_KEY = new byte[32];

  private final EventLoopGroup group;
  private final Channel listener;
  private final SpkiPin pin;

  private TrainingRendezvous(EventLoopGroup group, Channel listener, SpkiPin pin) {
    this.group = group;
    this.listener = listener;
    this.pin = pin;
  }

  /**
   * Starts it.
   *
   * @param role what it makes of whoever enrols: a box needs ssh-keygen, a laptop does not
   */
  static TrainingRendezvous start(Role role) throws GeneralSecurityException, IOException {
    KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
    generator.initialize(256);
    KeyPair pair = generator.generateKeyPair();
    SslContext tls = LinkTls.server(pair);
    EventLoopGroup group = EventLoops.create("training", 1);
    UdpSocket stun =
        UdpSocket.open(
                group.next(),
                new SocketId(0),
                new TransportAddress(InetAddress.getLoopbackAddress(), 0))
            .join();
    stun.receiver(TrainingRendezvous::observe);
    Channel listener =
        new ServerBootstrap()
            .group(group)
            .channel(
                EventLoops.epoll() ? EpollServerSocketChannel.class : NioServerSocketChannel.class)
            .childHandler(
                new ChannelInitializer<Channel>() {
                  @Override
                  protected void initChannel(Channel channel) {
                    channel
                        .pipeline()
                        .addLast(tls.newHandler(channel.alloc()), FrameCodec.forServer())
                        .addLast(new Answers(role, stun.local().port()));
                  }
                })
            .bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))
            .syncUninterruptibly()
            .channel();
    return new TrainingRendezvous(group, listener, SpkiPin.of(pair.getPublic()));
  }

  String joinUrl() {
    InetSocketAddress address = (InetSocketAddress) listener.localAddress();
    return new JoinUrl(
            new HostPort(address.getAddress().getHostAddress(), address.getPort()),
            List.of(pin),
            List.of(),
            new JoinUrl.Token(new byte[JoinUrl.Token.LENGTH]))
        .format();
  }

  private static void observe(UdpSocket socket, TransportAddress from, byte[] datagram) {
    if (StunParser.parse(datagram) instanceof StunParse.Parsed request) {
      StunMessage answer =
          StunMessage.success(
              request.message().transactionId(), new XorMappedAddress(from), new Nonce("training"));
      socket.send(new Transmit(socket.id(), from, StunEncoder.encode(answer, STUN_KEY)));
      socket.flush();
    }
  }

  private static final class Answers extends SimpleChannelInboundHandler<ClientFrame> {
    private final Role role;
    private final int stunPort;

    Answers(Role role, int stunPort) {
      this.role = role;
      this.stunPort = stunPort;
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext context, Object event) {
      if (event instanceof SslHandshakeCompletionEvent done && done.isSuccess()) {
        Hello hello =
            Hello.newBuilder()
                .setNonce(ByteString.copyFrom(new byte[LinkProof.NONCE_LENGTH]))
                .setVersionMin(Link.VERSION_MIN)
                .setVersionMax(Link.VERSION_MAX)
                .build();
        context.writeAndFlush(ServerFrame.newBuilder().setHello(hello).build());
      }
    }

    @Override
    protected void channelRead0(ChannelHandlerContext context, ClientFrame frame) {
      ServerFrame.Builder answer = ServerFrame.newBuilder();
      if (frame.hasEnroll()) {
        answer.setEnrolled(
            Enrolled.newBuilder()
                .setName(frame.getEnroll().getName())
                .setRegistration(registration()));
      } else if (frame.hasLogin()) {
        answer.setWelcome(
            Welcome.newBuilder()
                .setName(frame.getLogin().getName())
                .setRegistration(registration()));
      } else if (frame.hasList()) {
        answer.setBoxes(
            Boxes.newBuilder()
                .setRequest(frame.getList().getRequest())
                .addBox(Box.newBuilder().setName("box").setSinceMillis(1)));
      } else if (frame.hasLookup()) {
        answer.setRecord(Record.newBuilder().setRequest(frame.getLookup().getRequest()));
      } else {
        return;
      }
      context.writeAndFlush(answer.build());
    }

    private Registration registration() {
      return Registration.newBuilder()
          .setAgentId(ByteString.copyFrom(new byte[8]))
          .setStunKey(ByteString.copyFrom(STUN_KEY))
          .setRealm(ByteString.copyFrom(new byte[32]))
          .setRole(role)
          .addStun(StunServer.newBuilder().setPort(stunPort))
          .build();
    }
  }

  @Override
  public void close() {
    listener.close().syncUninterruptibly();
    group.shutdownGracefully(0, 1, TimeUnit.SECONDS).awaitUninterruptibly(1_000);
  }
}
