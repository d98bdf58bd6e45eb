package org.moshpit.rendezvous.io;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import io.netty.bootstrap.Bootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.channel.epoll.EpollSocketChannel;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslHandler;
import io.netty.util.ReferenceCountUtil;
import java.security.SecureRandom;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.moshpit.common.identity.LinkKey;
import org.moshpit.common.sansio.TransportAddress;
import org.moshpit.common.wire.FrameCodec;
import org.moshpit.common.wire.HostPort;
import org.moshpit.common.wire.LinkProof;
import org.moshpit.common.wire.LinkTls;
import org.moshpit.common.wire.SpkiPin;
import org.moshpit.common.wire.proto.ClientFrame;
import org.moshpit.common.wire.proto.Enroll;
import org.moshpit.common.wire.proto.Login;
import org.moshpit.common.wire.proto.Mode;
import org.moshpit.common.wire.proto.ServerFrame;

/** An agent's end of a link, frame by frame, over real TLS on loopback. */
final class FakeAgent {
  final BlockingQueue<ServerFrame> frames = new LinkedBlockingQueue<>();
  final Channel channel;
  private final SpkiPin pin;
  private ByteString nonce;

  FakeAgent(EventLoopGroup group, TransportAddress server, SpkiPin pin, SslContext tls) {
    this.pin = pin;
    channel =
        new Bootstrap()
            .group(group)
            .channel(EpollSocketChannel.class)
            .handler(
                new ChannelInitializer<Channel>() {
                  @Override
                  protected void initChannel(Channel ch) {
                    SslHandler ssl =
                        LinkTls.clientHandler(tls, ch.alloc(), new HostPort("localhost", 1));
                    ch.pipeline()
                        .addLast(ssl)
                        .addLast(FrameCodec.forClient())
                        .addLast(
                            new SimpleChannelInboundHandler<ServerFrame>() {
                              @Override
                              protected void channelRead0(
                                  ChannelHandlerContext ctx, ServerFrame frame) {
                                frames.add(frame);
                              }
                            });
                  }
                })
            .connect(server.toSocketAddress())
            .syncUninterruptibly()
            .channel();
  }

  /** The next frame, waiting up to ten seconds. */
  ServerFrame next() throws InterruptedException {
    ServerFrame frame = frames.poll(10, TimeUnit.SECONDS);
    assertThat(frame).as("a frame").isNotNull();
    return frame;
  }

  /** From now on it can speak, but does not hear what is said to it, nor that it is over. */
  void hang() {
    channel.config().setOption(ChannelOption.ALLOW_HALF_CLOSURE, true);
    channel
        .pipeline()
        .addFirst(
            new ChannelInboundHandlerAdapter() {
              @Override
              public void channelRead(ChannelHandlerContext ctx, Object message) {
                ReferenceCountUtil.release(message);
              }

              @Override
              public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
                // the end of what is said
              }
            });
  }

  FakeAgent hello() throws InterruptedException {
    nonce = next().getHello().getNonce();
    return this;
  }

  void send(ClientFrame frame) {
    channel.writeAndFlush(frame).syncUninterruptibly();
  }

  void send(ClientFrame.Builder frame) {
    send(frame.build());
  }

  void enroll(LinkKey key, String name, byte[] token) {
    byte[] bytes = LinkProof.bytes(LinkProof.Purpose.ENROLL, nonce.toByteArray(), pin, name);
    send(
        ClientFrame.newBuilder()
            .setEnroll(
                Enroll.newBuilder()
                    .setVersion(1)
                    .setName(name)
                    .setLinkKey(ByteString.copyFrom(key.publicKey()))
                    .setSignature(ByteString.copyFrom(key.sign(bytes)))
                    .setToken(ByteString.copyFrom(token))));
  }

  void login(LinkKey key, String name, Mode mode) {
    login(key, name, mode, false);
  }

  void login(LinkKey key, String name, Mode mode, boolean relayCookies) {
    Login login = loginFrame(key, name, mode, null).getLogin();
    send(ClientFrame.newBuilder().setLogin(login.toBuilder().setRelayCookies(relayCookies)));
  }

  /** With Hello's nonce if {@code returnNonce} is null. */
  ClientFrame loginFrame(LinkKey key, String name, Mode mode, byte[] returnNonce) {
    byte[] signed = returnNonce == null ? nonce.toByteArray() : returnNonce;
    byte[] bytes = LinkProof.bytes(LinkProof.Purpose.LOGIN, signed, pin, name);
    return ClientFrame.newBuilder()
        .setLogin(
            Login.newBuilder()
                .setVersion(1)
                .setName(name)
                .setLinkKey(ByteString.copyFrom(key.publicKey()))
                .setSignature(ByteString.copyFrom(key.sign(bytes)))
                .setMode(mode)
                .setReturnNonce(
                    returnNonce == null ? ByteString.EMPTY : ByteString.copyFrom(returnNonce)))
        .build();
  }

  static LinkKey newKey() {
    return LinkKey.generate(new SecureRandom());
  }
}
