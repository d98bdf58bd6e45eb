package org.moshpit.rendezvous.io;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import org.junit.jupiter.api.Test;
import org.moshpit.common.sansio.TransportAddress;

class SourceCapTest {
  private final SourceCap cap = new SourceCap(2, 3);

  @Test
  void eachSourceAndAllTogetherAreCapped() {
    assertThat(cap.enter(ip("192.0.2.1"))).isTrue();
    assertThat(cap.enter(ip("192.0.2.1"))).isTrue();
    assertThat(cap.enter(ip("192.0.2.1"))).isFalse();
    assertThat(cap.enter(ip("192.0.2.2"))).isTrue();
    assertThat(cap.enter(ip("192.0.2.3"))).isFalse();
    cap.leave(ip("192.0.2.1"));
    assertThat(cap.enter(ip("192.0.2.1"))).isTrue();
  }

  @Test
  void anIpv6SourceIsA56() {
    assertThat(cap.enter(ip("2001:db8:0:1::1"))).isTrue();
    assertThat(cap.enter(ip("2001:db8:0:ff::2"))).isTrue();
    assertThat(cap.enter(ip("2001:db8:0:2::3"))).isFalse();
    assertThat(cap.enter(ip("2001:db8:0:100::1"))).isTrue();
  }

  private static InetAddress ip(String text) {
    return TransportAddress.parseIp(text);
  }
}
