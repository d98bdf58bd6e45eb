package org.moshpit.rendezvous.io;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.channel.embedded.EmbeddedChannel;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.moshpit.common.sansio.TransportAddress;

class StrangersTest {
  private final Strangers strangers = new Strangers(2, 4, () -> {});
  private final List<EmbeddedChannel> channels = new ArrayList<>();

  /** One from each of these, in this order. */
  private void enter(String... sources) {
    for (String source : sources) {
      EmbeddedChannel channel = new EmbeddedChannel();
      channel.closeFuture().addListener(closed -> strangers.leave(channel));
      strangers.enter(channel, TransportAddress.parseIp(source));
      channels.add(channel);
    }
  }

  private List<Boolean> open() {
    return channels.stream().map(EmbeddedChannel::isOpen).toList();
  }

  @Test
  void aThirdOfOneNetworkClosesItsOldest() {
    enter("198.51.100.1", "192.0.2.1", "192.0.2.200", "192.0.2.3");
    assertThat(open()).containsExactly(true, false, true, true);
  }

  @Test
  void anIpv6NetworkIsA56() {
    enter("2001:db8:0:1::1", "2001:db8:0:ff::2", "2001:db8:0:100::1", "2001:db8:0:2::3");
    assertThat(open()).containsExactly(false, true, true, true);
  }

  @Test
  void aFifthClosesTheOldestOfAll() {
    enter("192.0.2.1", "198.51.100.1", "203.0.113.1", "192.0.2.2", "10.0.0.1");
    assertThat(open()).containsExactly(false, true, true, true, true);
    enter("10.0.1.1");
    assertThat(open()).containsExactly(false, false, true, true, true, true);
  }

  @Test
  void whoHasLoggedInOrGoneMakesRoom() {
    enter("192.0.2.1", "192.0.2.2");
    strangers.leave(channels.get(0));
    channels.get(1).close();
    enter("192.0.2.3", "192.0.2.4");

    assertThat(open()).containsExactly(true, false, true, true);
  }

  @Test
  void onePlaceIsMadePerNewcomer() {
    enter("192.0.2.1", "192.0.2.2", "198.51.100.1", "198.51.100.2", "192.0.2.3");
    assertThat(open()).containsExactly(false, true, true, true, true);
  }
}
