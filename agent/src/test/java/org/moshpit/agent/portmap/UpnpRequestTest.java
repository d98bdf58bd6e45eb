package org.moshpit.agent.portmap;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.net.URI;
import org.junit.jupiter.api.Test;
import org.moshpit.common.sansio.TransportAddress;

class UpnpRequestTest {
  private static final InetAddress ROUTER = TransportAddress.parseIp("192.168.1.1");
  private static final InetAddress CLIENT = TransportAddress.parseIp("192.168.1.20");

  private final UpnpRequest request =
      new UpnpRequest(URI.create("http://192.168.1.1/d.xml"), ROUTER, CLIENT, 7, 7, 600);

  @Test
  void onlyTheRouterIsAskedAndNothingThatDoesNotFitARequest() {
    assertThat(request.mayAsk(URI.create("http://192.168.1.1:5000/control"))).isTrue();
    assertThat(request.mayAsk(URI.create("http://192.168.1.2:5000/control"))).isFalse();
    String longest = "http://192.168.1.1/" + "a".repeat(256 - "http://192.168.1.1/".length());
    assertThat(request.mayAsk(URI.create(longest))).isTrue();
    assertThat(request.mayAsk(URI.create(longest + "a"))).isFalse();
  }
}
