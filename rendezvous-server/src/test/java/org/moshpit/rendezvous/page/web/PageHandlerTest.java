package org.moshpit.rendezvous.page.web;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.handler.codec.http.DefaultFullHttpRequest;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpVersion;
import java.security.SecureRandom;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class PageHandlerTest {
  @Test
  void ofWhatIsAnsweredNothingIsKept() {
    PageDoor door = new PageDoor(Optional.empty(), new SecureRandom(), () -> 0);
    EmbeddedChannel channel =
        new EmbeddedChannel(new PageHandler(door, wanted -> wanted.setSuccess("page")));
    channel.writeInbound(new DefaultFullHttpRequest(HttpVersion.HTTP_1_1, HttpMethod.GET, "/"));
    assertThat(channel.<HttpResponse>readOutbound().status().code()).isEqualTo(200);
    assertThat(channel.runScheduledPendingTasks()).as("when a timer is due").isEqualTo(-1);
  }
}
