package org.moshpit.deploy.robust;

import com.google.protobuf.ByteString;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.channel.epoll.EpollServerSocketChannel;
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
import org.moshpit.common.wire.FrameCodec;
import org.moshpit.common.wire.HostPort;
import org.moshpit.common.wire.JoinUrl;
import org.moshpit.common.wire.LinkProof;
import org.moshpit.common.wire.LinkTls;
import org.moshpit.common.wire.SpkiPin;
import org.moshpit.common.wire.proto.ClientFrame;
import org.moshpit.common.wire.proto.Hello;
import org.moshpit.common.wire.proto.ServerFrame;

/** A rendezvous of another age, as far as an agent gets to know it: its first words. */
final class OtherVersion implements AutoCloseable {
  private final EventLoopGroup group;
  private final Channel listener;
  private final SpkiPin pin;

  private OtherVersion(EventLoopGroup group, Channel listener, SpkiPin pin) {
    this.group = group;
    this.listener = listener;
    this.pin = pin;
  }

  static OtherVersion start(int versionMin, int versionMax)
      throws GeneralSecurityException, IOException {
    KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
    generator.initialize(256);
    KeyPair pair = generator.generateKeyPair();
    SslContext tls = LinkTls.server(pair);
    Hello hello =
        Hello.newBuilder()
            .setNonce(ByteString.copyFrom(new byte[LinkProof.NONCE_LENGTH]))
            .setVersionMin(versionMin)
            .setVersionMax(versionMax)
            .build();
    EventLoopGroup group = EventLoops.create("other-version", 1);
    Channel listener =
        new ServerBootstrap()
            .group(group)
            .channel(EpollServerSocketChannel.class)
            .childHandler(
                new ChannelInitializer<Channel>() {
                  @Override
                  protected void initChannel(Channel channel) {
                    channel
                        .pipeline()
                        .addLast(
                            tls.newHandler(channel.alloc()),
                            FrameCodec.forServer(),
                            new Greeting(hello));
                  }
                })
            .bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))
            .syncUninterruptibly()
            .channel();
    return new OtherVersion(group, listener, SpkiPin.of(pair.getPublic()));
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

  private static final class Greeting extends SimpleChannelInboundHandler<ClientFrame> {
    private final Hello hello;

    Greeting(Hello hello) {
      this.hello = hello;
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext context, Object event) {
      if (event instanceof SslHandshakeCompletionEvent done && done.isSuccess()) {
        context.writeAndFlush(ServerFrame.newBuilder().setHello(hello).build());
      }
    }

    @Override
    protected void channelRead0(ChannelHandlerContext context, ClientFrame frame) {
      // an agent that knows no common version says nothing that could be answered
      context.close();
    }
  }

  @Override
  public void close() {
    listener.close().syncUninterruptibly();
    group.shutdownGracefully(0, 1, TimeUnit.SECONDS).awaitUninterruptibly(1_000);
  }
}
