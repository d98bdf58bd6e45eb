package org.moshpit.common.web;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.netty.buffer.Unpooled;
import io.netty.channel.embedded.EmbeddedChannel;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.moshpit.common.metrics.MetricSet;

class RequestTurnsTest {
  private static final long TURN = TimeUnit.SECONDS.toNanos(10);

  private static EmbeddedChannel channel() {
    EmbeddedChannel channel = new EmbeddedChannel();
    channel.freezeTime();
    channel.pipeline().addLast(new RequestTurns(TURN, () -> {}));
    return channel;
  }

  private static void pass(EmbeddedChannel channel, int seconds) {
    channel.advanceTimeBy(seconds, TimeUnit.SECONDS);
    channel.runPendingTasks();
  }

  @Test
  void withoutARequestItIsOver() {
    EmbeddedChannel channel = channel();
    pass(channel, 9);
    assertThat(channel.isOpen()).isTrue();
    pass(channel, 1);
    assertThat(channel.isOpen()).isFalse();
  }

  @Test
  void anAnswerBeginsANewTurn() {
    EmbeddedChannel channel = channel();
    for (int i = 0; i < 5; i++) {
      pass(channel, 8);
      channel.writeInbound("request");
      pass(channel, 8);
      channel.writeOutbound("answer");
    }
    assertThat(channel.isOpen()).isTrue();
    pass(channel, 10);
    assertThat(channel.isOpen()).isFalse();
  }

  @Test
  void anAnswerThatNobodyTakesDoesNot() {
    EmbeddedChannel channel = channel();
    channel.writeInbound("request");
    pass(channel, 9);
    channel.write(Unpooled.buffer()); // not flushed: it is not taken
    pass(channel, 1);
    assertThat(channel.isOpen()).isFalse();
  }

  @Test
  void whatWaitsIsBounded() {
    EmbeddedChannel channel = channel();
    for (int i = 0; i <= RequestTurns.MAX_WAITING; i++) {
      channel.writeInbound("request");
    }
    assertThat(channel.isOpen()).isTrue();
    channel.writeInbound("request");
    assertThat(channel.isOpen()).isFalse();
  }

  /** A real one, which sends request after request and reads no answer. */
  @Test
  void whoReadsNothingIsNotReadFrom() throws IOException {
    AtomicLong asked = new AtomicLong();
    MetricSet metrics = new MetricSet();
    metrics.gauge("a", "x".repeat(1_000_000), asked::incrementAndGet);
    try (WebListener web =
            WebListener.open(
                List.of(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0)),
                new WebListener.Site(
                    Runnable::run, metrics, new Health(), () -> Optional.empty()));
        Socket socket = new Socket()) {
      socket.setReceiveBufferSize(4096);
      socket.connect(web.address());
      byte[] request =
          "GET /metrics HTTP/1.1\r\nHost: localhost\r\n\r\n"
              .repeat(RequestTurns.MAX_WAITING)
              .getBytes(StandardCharsets.UTF_8);
      socket.getOutputStream().write(request);
      // all answers would be 64 MB: some go into the kernel's buffers, one more is made
      await().during(1, TimeUnit.SECONDS).atMost(5, TimeUnit.SECONDS).until(() -> asked.get() < 20);
      assertThat(asked).hasPositiveValue();
    }
  }
}
