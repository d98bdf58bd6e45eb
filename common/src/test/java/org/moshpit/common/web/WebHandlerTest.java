package org.moshpit.common.web;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.handler.codec.http.DefaultFullHttpRequest;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpVersion;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.moshpit.common.metrics.MetricSet;

class WebHandlerTest {
  /** Who asks and reads as fast as can be would else have thousands of answers kept for 2 s. */
  @Test
  void ofWhatIsAnsweredNothingIsKept() {
    EmbeddedChannel channel =
        new EmbeddedChannel(
            new WebHandler(
                new WebListener.Site(
                    Runnable::run, new MetricSet(), new Health(), Optional::empty)));
    channel.writeInbound(
        new DefaultFullHttpRequest(HttpVersion.HTTP_1_1, HttpMethod.GET, "/healthz"));
    assertThat(channel.<HttpResponse>readOutbound().status().code()).isEqualTo(200);
    assertThat(channel.runScheduledPendingTasks()).as("when a timer is due").isEqualTo(-1);
  }
}
