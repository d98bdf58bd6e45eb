package org.moshpit.deploy.evil;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import io.netty.bootstrap.Bootstrap;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.channel.epoll.EpollSocketChannel;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslHandshakeCompletionEvent;
import io.netty.util.ReferenceCountUtil;
import java.nio.file.Path;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.moshpit.common.netty.EventLoops;
import org.moshpit.common.sansio.TransportAddress;
import org.moshpit.common.wire.FrameCodec;
import org.moshpit.common.wire.HostPort;
import org.moshpit.common.wire.Link;
import org.moshpit.common.wire.LinkTls;
import org.moshpit.common.wire.SpkiPin;
import org.moshpit.common.wire.proto.ClientFrame;
import org.moshpit.common.wire.proto.Datagram;
import org.moshpit.common.wire.proto.Login;
import org.moshpit.common.wire.proto.Offer;
import org.moshpit.common.wire.proto.Ping;
import org.moshpit.common.wire.proto.ServerFrame;
import org.moshpit.rendezvous.core.Bytes;
import org.moshpit.rendezvous.core.CoreLimits;
import org.moshpit.rendezvous.io.RendezvousServer;
import org.moshpit.rendezvous.io.ServerSettings;
import org.moshpit.rendezvous.store.MvStoreRegistry;
import org.moshpit.rendezvous.store.StateLock;
import org.moshpit.testkit.FreePort;

/**
 * Thousands of strangers with garbage at a running rendezvous: every connection is closed, honest
 * links are served on, the heap stays flat. (STUN's part, that no answer is larger than the
 * question, is a property of {@code BindingResponderTest}.)
 */
class LinkGarbageTest {
  private static final int AT_ONCE = 50;

  /** More than any leak per connection that would matter, less than a thousand TLS engines. */
  private static final long FLAT = 6L << 20;

  @TempDir private Path temp;
  private final EventLoopGroup strangers = EventLoops.create("strangers", 1);
  private final AtomicInteger greeted = new AtomicInteger();
  private StateLock lock;
  private MvStoreRegistry registry;
  private RendezvousServer server;
  private TransportAddress address;
  private SslContext tls;

  @BeforeEach
  void start() throws Exception {
    KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
    generator.initialize(256);
    KeyPair key = generator.generateKeyPair();
    SpkiPin pin = SpkiPin.of(key.getPublic());
    lock = StateLock.forDaemon(temp.resolve("state"));
    registry = MvStoreRegistry.open(lock, Bytes.of(pin.hash()));
    address = TransportAddress.parse("127.0.0.1:" + FreePort.next());
    server =
        RendezvousServer.start(
            new ServerSettings(
                List.of(address), List.of(address), List.of("localhost"), CoreLimits.DEFAULT),
            registry,
            key);
    tls = LinkTls.client(List.of(pin));
  }

  @AfterEach
  void stop() {
    strangers.shutdownGracefully(0, 1, TimeUnit.SECONDS).syncUninterruptibly();
    if (server != null) {
      server.close();
      registry.close();
    }
    lock.close();
  }

  /** Writes its bytes when it may, counts what comes back, and leaves the closing to the server. */
  private final class Stranger extends ChannelInboundHandlerAdapter {
    private final byte[] garbage;
    private final boolean secure;
    private final boolean leaves;

    Stranger(byte[] garbage, boolean secure, boolean leaves) {
      this.garbage = garbage;
      this.secure = secure;
      this.leaves = leaves;
    }

    @Override
    public void channelActive(ChannelHandlerContext context) {
      if (!secure) {
        speak(context);
      }
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext context, Object event) {
      if (event instanceof SslHandshakeCompletionEvent done && done.isSuccess()) {
        speak(context);
      }
    }

    private void speak(ChannelHandlerContext context) {
      context
          .writeAndFlush(Unpooled.wrappedBuffer(garbage))
          .addListener(
              written -> {
                if (leaves) {
                  context.close();
                }
              });
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
      if (secure) {
        greeted.incrementAndGet();
      }
      ReferenceCountUtil.release(message);
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
      context.close();
    }
  }

  private Channel connect(byte[] garbage, boolean secure, boolean leaves) {
    return new Bootstrap()
        .group(strangers)
        .channel(EpollSocketChannel.class)
        .handler(
            new ChannelInitializer<Channel>() {
              @Override
              protected void initChannel(Channel channel) {
                if (secure) {
                  channel
                      .pipeline()
                      .addLast(
                          LinkTls.clientHandler(
                              tls, channel.alloc(), new HostPort("localhost", 1)));
                }
                channel.pipeline().addLast(new Stranger(garbage, secure, leaves));
              }
            })
        .connect(address.toSocketAddress())
        .syncUninterruptibly()
        .channel();
  }

  /** A frame as the protocol has it, never of an agent that may be here. */
  private static byte[] frame(Random random) {
    ClientFrame.Builder frame = ClientFrame.newBuilder();
    switch (random.nextInt(4)) {
      case 0 -> frame.setPing(Ping.newBuilder().setCookie(random.nextLong()));
      case 1 ->
          frame.setLogin(
              Login.newBuilder()
                  .setVersion(1)
                  .setName("box")
                  .setLinkKey(bytes(random, 32))
                  .setSignature(bytes(random, 64)));
      case 2 -> frame.setOffer(Offer.newBuilder().setName("box").setSealed(bytes(random, 900)));
      default ->
          frame.setDatagram(
              Datagram.newBuilder()
                  .setRelay(1 + random.nextInt(9))
                  .setPayload(bytes(random, 1400)));
    }
    byte[] message = frame.build().toByteArray();
    byte[] whole = new byte[message.length + 2];
    whole[0] = (byte) ((message.length & 0x7f) | 0x80);
    whole[1] = (byte) (message.length >> 7);
    System.arraycopy(message, 0, whole, 2, message.length);
    return whole;
  }

  private static ByteString bytes(Random random, int size) {
    byte[] bytes = new byte[size];
    random.nextBytes(bytes);
    return ByteString.copyFrom(bytes);
  }

  /**
   * One more stranger; those that send what may be the beginning of something leave by themselves.
   */
  private Channel stranger(Random random) {
    byte[] noise = new byte[1 + random.nextInt(3000)];
    random.nextBytes(noise);
    byte[] frame = frame(random);
    return switch (random.nextInt(6)) {
      case 0 -> connect(noise, false, true);
      case 1 -> connect(noise, true, true);
      case 2 -> connect(Arrays.copyOf(frame, 1 + random.nextInt(frame.length)), true, true);
      case 3 -> connect(new byte[] {-1, -1, 127}, true, false); // longer than any frame may be
      case 4 -> {
        frame[2 + random.nextInt(frame.length - 2)] ^= (byte) (1 << random.nextInt(8));
        yield connect(frame, true, true);
      }
      default -> connect(frameOfNoise(noise), true, false);
    };
  }

  private static byte[] frameOfNoise(byte[] noise) {
    byte[] whole = new byte[noise.length + 2];
    whole[0] = (byte) ((noise.length & 0x7f) | 0x80);
    whole[1] = (byte) (noise.length >> 7);
    Arrays.fill(noise, (byte) 0x0f); // a tag with a wire type that there is not
    System.arraycopy(noise, 0, whole, 2, noise.length);
    return whole;
  }

  private void round(Random random, int connections) {
    for (int done = 0; done < connections; done += AT_ONCE) {
      List<Channel> batch = new ArrayList<>();
      for (int i = 0; i < AT_ONCE; i++) {
        batch.add(stranger(random));
      }
      for (Channel channel : batch) {
        assertThat(channel.closeFuture().awaitUninterruptibly(20_000)).as("closed").isTrue();
      }
    }
  }

  private static long heap() {
    Runtime runtime = Runtime.getRuntime();
    long least = Long.MAX_VALUE;
    for (int i = 0; i < 3; i++) {
      System.gc();
      least = Math.min(least, runtime.totalMemory() - runtime.freeMemory());
    }
    return least;
  }

  @Test
  void thousandsOfThemCostNothingThatStays() {
    Random random = new Random(2);
    round(random, 1000);
    long before = heap();
    round(random, 3000);
    long after = heap();
    assertThat(greeted.get()).as("links that got as far as TLS").isGreaterThan(1000);
    assertThat(after - before).as("heap of 3000 more").isLessThan(FLAT);
    assertThat(server.failure()).isNotDone();
    assertHonestLinkIsServed();
  }

  /** A ping before the login is allowed, and shows that the loop is alive and the codec whole. */
  private void assertHonestLinkIsServed() {
    CompletableFuture<Long> pong = new CompletableFuture<>();
    Channel honest =
        new Bootstrap()
            .group(strangers)
            .channel(EpollSocketChannel.class)
            .handler(
                new ChannelInitializer<Channel>() {
                  @Override
                  protected void initChannel(Channel channel) {
                    channel
                        .pipeline()
                        .addLast(
                            LinkTls.clientHandler(
                                tls, channel.alloc(), new HostPort("localhost", 1)),
                            FrameCodec.forClient(),
                            new SimpleChannelInboundHandler<ServerFrame>() {
                              @Override
                              protected void channelRead0(
                                  ChannelHandlerContext context, ServerFrame frame) {
                                if (frame.hasPong()) {
                                  pong.complete(frame.getPong().getCookie());
                                }
                              }
                            });
                  }
                })
            .connect(address.toSocketAddress())
            .syncUninterruptibly()
            .channel();
    honest.writeAndFlush(ClientFrame.newBuilder().setPing(Ping.newBuilder().setCookie(5)).build());
    assertThat(pong).succeedsWithin(Duration.ofSeconds(10)).isEqualTo(5L);
    honest.close().syncUninterruptibly();
  }

  /** A frame that never ends holds a link open no longer than a login may take. */
  @Test
  void slowOnesAreClosedAndHoldNobodyUp() {
    byte[] largest = {(byte) 0x80, 8}; // the length of a stranger's largest frame, then nothing
    assertThat(Link.MAX_STRANGER_FRAME).isEqualTo(8 << 7);
    List<Channel> slow = new ArrayList<>();
    for (int i = 0; i < 100; i++) {
      slow.add(connect(largest, true, false));
    }
    for (int i = 0; i < 20; i++) {
      slow.add(connect(new byte[] {22, 3, 1}, false, false)); // half of a TLS record's head
    }
    List<java.util.concurrent.Future<?>> drips = new ArrayList<>();
    for (Channel channel : slow.subList(0, 100)) {
      drips.add(
          channel
              .eventLoop()
              .scheduleAtFixedRate(
                  () -> channel.writeAndFlush(Unpooled.wrappedBuffer(new byte[] {1})),
                  1,
                  1,
                  TimeUnit.SECONDS));
    }
    assertHonestLinkIsServed();
    for (Channel channel : slow) {
      assertThat(channel.closeFuture().awaitUninterruptibly(20_000)).as("closed").isTrue();
    }
    drips.forEach(drip -> drip.cancel(false));
    assertHonestLinkIsServed();
  }
}
