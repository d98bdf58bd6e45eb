package org.moshpit.agent.link;

import com.google.protobuf.ByteString;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.epoll.EpollServerSocketChannel;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslHandshakeCompletionEvent;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.moshpit.agent.config.Rendezvous;
import org.moshpit.common.identity.LinkKey;
import org.moshpit.common.wire.FrameCodec;
import org.moshpit.common.wire.HostPort;
import org.moshpit.common.wire.JoinUrl;
import org.moshpit.common.wire.LinkProof;
import org.moshpit.common.wire.LinkTls;
import org.moshpit.common.wire.Malformed;
import org.moshpit.common.wire.SpkiPin;
import org.moshpit.common.wire.proto.ClientFrame;
import org.moshpit.common.wire.proto.Enrolled;
import org.moshpit.common.wire.proto.Hello;
import org.moshpit.common.wire.proto.Pong;
import org.moshpit.common.wire.proto.RefusalCode;
import org.moshpit.common.wire.proto.Refused;
import org.moshpit.common.wire.proto.Registration;
import org.moshpit.common.wire.proto.ServerFrame;
import org.moshpit.common.wire.proto.StunServer;
import org.moshpit.common.wire.proto.Welcome;

/**
 * A rendezvous on loopback with real TLS that does what a test tells it: by default it greets,
 * checks the proof of a login or an enrollment, and accepts.
 */
public final class FakeRendezvous implements AutoCloseable {
  /** What it does with a frame; return false to have the default done. */
  public interface Script {
    boolean handle(Channel channel, ClientFrame frame);
  }

  private static final byte[] NONCE = new byte[LinkProof.NONCE_LENGTH];

  private final EventLoopGroup group =
      new MultiThreadIoEventLoopGroup(1, EpollIoHandler.newFactory());
  private final SslContext tls;
  private final SpkiPin pin;
  private final Channel listener;
  private final Set<Channel> clients = ConcurrentHashMap.newKeySet();
  private final List<ClientFrame> received = Collections.synchronizedList(new ArrayList<>());
  private final AtomicInteger connections = new AtomicInteger();
  private final AtomicInteger handshakes = new AtomicInteger();
  private volatile Script script = (channel, frame) -> false;
  private volatile Hello hello =
      Hello.newBuilder()
          .setNonce(ByteString.copyFrom(NONCE))
          .setVersionMin(1)
          .setVersionMax(1)
          .setTimeMillis(System.currentTimeMillis())
          .build();

  public FakeRendezvous() throws Exception {
    KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
    generator.initialize(256);
    KeyPair pair = generator.generateKeyPair();
    tls = LinkTls.server(pair);
    pin = SpkiPin.of(pair.getPublic());
    listener =
        new ServerBootstrap()
            .group(group)
            .channel(EpollServerSocketChannel.class)
            .childHandler(
                new ChannelInitializer<Channel>() {
                  @Override
                  protected void initChannel(Channel channel) {
                    connections.incrementAndGet();
                    clients.add(channel);
                    channel.closeFuture().addListener(closed -> clients.remove(channel));
                    channel
                        .pipeline()
                        .addLast(tls.newHandler(channel.alloc()), FrameCodec.forServer())
                        .addLast(new Handler());
                  }
                })
            .bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))
            .syncUninterruptibly()
            .channel();
  }

  private final class Handler extends SimpleChannelInboundHandler<Object> {
    @Override
    public void userEventTriggered(ChannelHandlerContext context, Object event) {
      if (event instanceof SslHandshakeCompletionEvent done && done.isSuccess()) {
        if (hello != null) {
          context.writeAndFlush(ServerFrame.newBuilder().setHello(hello).build());
        }
        handshakes.incrementAndGet();
      }
    }

    @Override
    protected void channelRead0(ChannelHandlerContext context, Object message) {
      if (message instanceof Malformed malformed) {
        throw new AssertionError(malformed.reason());
      }
      ClientFrame frame = (ClientFrame) message;
      received.add(frame);
      if (!script.handle(context.channel(), frame)) {
        answer(context.channel(), frame);
      }
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
      context.close();
    }
  }

  private void answer(Channel channel, ClientFrame frame) {
    switch (frame.getBodyCase()) {
      case PING ->
          send(
              channel,
              ServerFrame.newBuilder()
                  .setPong(Pong.newBuilder().setCookie(frame.getPing().getCookie())));
      case LOGIN -> {
        boolean right =
            LinkKey.verify(
                frame.getLogin().getLinkKey().toByteArray(),
                LinkProof.bytes(
                    LinkProof.Purpose.LOGIN,
                    hello.getNonce().toByteArray(),
                    pin,
                    frame.getLogin().getName()),
                frame.getLogin().getSignature().toByteArray());
        if (right) {
          send(
              channel,
              ServerFrame.newBuilder()
                  .setWelcome(
                      Welcome.newBuilder()
                          .setName(frame.getLogin().getName())
                          .setEpoch(connections.get())
                          .setRegistration(registration())));
        } else {
          refuse(channel, RefusalCode.BAD_SIGNATURE, "");
        }
      }
      case ENROLL -> {
        boolean right =
            LinkKey.verify(
                frame.getEnroll().getLinkKey().toByteArray(),
                LinkProof.bytes(
                    LinkProof.Purpose.ENROLL,
                    hello.getNonce().toByteArray(),
                    pin,
                    frame.getEnroll().getName()),
                frame.getEnroll().getSignature().toByteArray());
        if (right) {
          String name = frame.getEnroll().getName();
          send(
              channel,
              ServerFrame.newBuilder()
                  .setEnrolled(
                      Enrolled.newBuilder()
                          .setName(name.isEmpty() ? "invited" : name)
                          // without STUN servers: nobody answers there, and who enrolls would wait
                          // for it
                          .setRegistration(registration().toBuilder().clearStun())));
        } else {
          refuse(channel, RefusalCode.BAD_SIGNATURE, "");
        }
      }
      default -> {}
    }
  }

  public static Registration registration() {
    return Registration.newBuilder()
        .setAgentId(ByteString.copyFrom(new byte[] {1, 2, 3, 4, 5, 6, 7, 8}))
        .setStunKey(ByteString.copyFrom(new byte[32]))
        .setRealm(ByteString.copyFrom(new byte[32]))
        .addStun(StunServer.newBuilder().setPort(3478))
        .build();
  }

  public static void send(Channel channel, ServerFrame.Builder frame) {
    channel.writeAndFlush(frame.build());
  }

  public static void refuse(Channel channel, RefusalCode code, String detail) {
    channel
        .writeAndFlush(
            ServerFrame.newBuilder()
                .setRefused(Refused.newBuilder().setCode(code).setDetail(detail))
                .build())
        .addListener(done -> channel.close());
  }

  public void script(Script newScript) {
    script = newScript;
  }

  /** What it greets with; null: nothing. */
  public void hello(Hello newHello) {
    hello = newHello;
  }

  public Hello hello() {
    return hello;
  }

  public List<ClientFrame> received() {
    synchronized (received) {
      return List.copyOf(received);
    }
  }

  /** Connections whose TLS was done; those of them that are to be greeted have been. */
  public int handshakes() {
    return handshakes.get();
  }

  public int connections() {
    return connections.get();
  }

  public int port() {
    return ((InetSocketAddress) listener.localAddress()).getPort();
  }

  public SpkiPin pin() {
    return pin;
  }

  /** As an agent that enrolled here knows it, with more addresses before the right one. */
  public Rendezvous address(HostPort... alternatives) {
    return new Rendezvous(new HostPort("127.0.0.1", port()), List.of(pin), List.of(alternatives));
  }

  public JoinUrl joinUrl() {
    return new JoinUrl(
        new HostPort("127.0.0.1", port()),
        List.of(pin),
        List.of(),
        new JoinUrl.Token(new byte[JoinUrl.Token.LENGTH]));
  }

  /** Every connection is reset, as by a restart. */
  public void dropAll() {
    clients.forEach(Channel::close);
  }

  /** Answers pings, or does not, as behind a dead path. */
  public void answerPings(boolean yes) {
    script = (channel, frame) -> !yes && frame.hasPing();
  }

  /** Connections there are now. */
  public int open() {
    return clients.size();
  }

  @Override
  public void close() {
    listener.close().syncUninterruptibly();
    dropAll();
    group.shutdownGracefully(0, 0, java.util.concurrent.TimeUnit.SECONDS).syncUninterruptibly();
  }
}
