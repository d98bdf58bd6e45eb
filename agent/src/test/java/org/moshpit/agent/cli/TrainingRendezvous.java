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
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.moshpit.common.netty.EventLoops;
import org.moshpit.common.wire.FrameCodec;
import org.moshpit.common.wire.HostPort;
import org.moshpit.common.wire.JoinUrl;
import org.moshpit.common.wire.Link;
import org.moshpit.common.wire.LinkProof;
import org.moshpit.common.wire.LinkTls;
import org.moshpit.common.wire.SpkiPin;
import org.moshpit.common.wire.proto.Answered;
import org.moshpit.common.wire.proto.Box;
import org.moshpit.common.wire.proto.Boxes;
import org.moshpit.common.wire.proto.Claimed;
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
  private static final byte[] REALM = new byte[32];
  private static final byte[] STUN_KEY = new byte[32];

  private final EventLoopGroup group;
  private final Channel listener;
  private final TrainingStun stun;
  private final TrainingBox box;
  private final SpkiPin pin;

  private TrainingRendezvous(
      EventLoopGroup group, Channel listener, TrainingStun stun, TrainingBox box, SpkiPin pin) {
    this.group = group;
    this.listener = listener;
    this.stun = stun;
    this.box = box;
    this.pin = pin;
  }

  /**
   * Starts it.
   *
   * @param role what it makes of whoever enrolls: a box needs ssh-keygen, a laptop does not
   */
  static TrainingRendezvous start(Role role) throws GeneralSecurityException, IOException {
    KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
    generator.initialize(256);
    KeyPair pair = generator.generateKeyPair();
    SslContext tls = LinkTls.server(pair);
    TrainingStun stun = new TrainingStun(STUN_KEY);
    TrainingBox box = new TrainingBox(REALM);
    EventLoopGroup group = EventLoops.create("training", 1);
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
                        .addLast(new Answers(box, role, stun.port()));
                  }
                })
            .bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))
            .syncUninterruptibly()
            .channel();
    return new TrainingRendezvous(group, listener, stun, box, SpkiPin.of(pair.getPublic()));
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

  byte[] realm() {
    return REALM.clone();
  }

  /** Of its box's host key. */
  String fingerprint() {
    return box.record().hostKey().fingerprint().toString();
  }

  private static final class Answers extends SimpleChannelInboundHandler<ClientFrame> {
    private final TrainingBox box;
    private final Role role;
    private final int stunPort;

    Answers(TrainingBox box, Role role, int stunPort) {
      this.box = box;
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
                .setTimeMillis(System.currentTimeMillis())
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
                .addBox(Box.newBuilder().setName(TrainingBox.NAME).setSinceMillis(1)));
      } else if (frame.hasLookup()) {
        answer.setRecord(
            Record.newBuilder()
                .setRequest(frame.getLookup().getRequest())
                .setRecord(box.encodedRecord()));
      } else if (frame.hasOffer()) {
        Optional<Answered> answered = box.answer(frame.getOffer());
        if (answered.isEmpty()) {
          return;
        }
        answer.setAnswered(answered.get());
      } else if (frame.hasDatagram()) {
        // what mosh-server would say is as good as what mosh-client says
        answer.setDatagram(frame.getDatagram());
      } else if (frame.hasClaim()) {
        answer.setClaimed(
            Claimed.newBuilder().setSocket(frame.getClaim().getSocket()).setAdopted(true));
      } else {
        return;
      }
      context.writeAndFlush(answer.build());
    }

    private Registration registration() {
      return Registration.newBuilder()
          .setAgentId(ByteString.copyFrom(new byte[8]))
          .setStunKey(ByteString.copyFrom(STUN_KEY))
          .setRealm(ByteString.copyFrom(REALM))
          .setRole(role)
          .addStun(StunServer.newBuilder().setPort(stunPort))
          .build();
    }
  }

  @Override
  public void close() {
    stun.close();
    listener.close().syncUninterruptibly();
    group.shutdownGracefully(0, 1, TimeUnit.SECONDS).awaitUninterruptibly(1_000);
  }
}
