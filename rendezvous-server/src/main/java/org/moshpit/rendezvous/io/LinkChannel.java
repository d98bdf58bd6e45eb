package org.moshpit.rendezvous.io;

import com.google.protobuf.ByteString;
import io.netty.channel.Channel;
import io.netty.channel.socket.DuplexChannel;
import io.netty.handler.ssl.SslHandler;
import java.util.concurrent.TimeUnit;
import org.moshpit.common.wire.FrameCodec;
import org.moshpit.common.wire.proto.Datagram;
import org.moshpit.common.wire.proto.ServerFrame;
import org.moshpit.rendezvous.core.LinkId;

/** One agent's link, for sending: frames at once, relayed datagrams as the channel takes them. */
final class LinkChannel {
  /** Bytes of frames a reader that has stopped may leave unread before it is cut off. */
  private static final long MAX_UNSENT = 2 << 20;

  /** How long a refused agent has to read why. */
  static final long LINGER_MILLIS = 1000;

  private final LinkId id;
  private final Channel channel;
  private final FrameCodec<?> codec;
  private final Runnable onLogin;
  private final DatagramRing ring = new DatagramRing();
  private String agent = "";
  private boolean closing;

  /**
   * @param onLogin told once, when the link has logged in
   */
  LinkChannel(LinkId id, Channel channel, Runnable onLogin) {
    this.id = id;
    this.channel = channel;
    this.codec = channel.pipeline().get(FrameCodec.class);
    this.onLogin = onLogin;
  }

  LinkId id() {
    return id;
  }

  /** Whose it is; empty before the login. */
  String agent() {
    return agent;
  }

  /** What follows is this agent's. */
  void loggedIn(String name) {
    agent = name;
    codec.loggedIn();
    onLogin.run();
  }

  /** What follows is not heard until another login. */
  void loginAgain() {
    codec.loginAgain();
  }

  /** Sends a frame; it goes out with {@link #flush}. */
  void send(ServerFrame frame) {
    if (closing) {
      return;
    }
    if (unsent() > MAX_UNSENT) {
      closing = true;
      channel.close();
      return;
    }
    channel.write(frame, channel.voidPromise());
  }

  private long unsent() {
    var buffer = channel.unsafe().outboundBuffer();
    return buffer == null ? 0 : buffer.totalPendingWriteBytes();
  }

  void flush() {
    channel.flush();
  }

  /**
   * Passes a datagram on, or lets it wait in the ring.
   *
   * @return how many older ones were dropped for it
   */
  int relay(int relay, ByteString payload) {
    long before = ring.dropped();
    ring.add(relay, payload);
    int dropped = (int) (ring.dropped() - before);
    drain();
    return dropped;
  }

  /** Sends what waits while the channel takes it. */
  void drain() {
    boolean wrote = false;
    while (channel.isWritable() && !closing) {
      DatagramRing.Entry entry = ring.poll();
      if (entry == null) {
        break;
      }
      wrote = true;
      channel.write(
          ServerFrame.newBuilder()
              .setDatagram(
                  Datagram.newBuilder().setRelay(entry.relay()).setPayload(entry.payload()))
              .build(),
          channel.voidPromise());
    }
    if (wrote) {
      channel.flush();
    }
  }

  void forget(int relay) {
    ring.forget(relay);
  }

  /**
   * Says no more, and closes when the agent has, or after a second: closing at once, with bytes of
   * the agent unread, would make the kernel reset the connection and lose the refusal.
   */
  void close() {
    if (closing) {
      return;
    }
    closing = true;
    channel.flush();
    SslHandler ssl = channel.pipeline().get(SslHandler.class);
    if (ssl != null && channel instanceof DuplexChannel duplex) {
      ssl.closeOutbound().addListener(sent -> duplex.shutdownOutput());
    }
    channel.eventLoop().schedule(() -> channel.close(), LINGER_MILLIS, TimeUnit.MILLISECONDS);
  }
}
