package org.moshpit.agent.portmap;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.net.URI;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.moshpit.common.sansio.TransportAddress;

class SsdpTest {
  private static final InetAddress ROUTER = TransportAddress.parseIp("192.168.1.1");
  private static final String GATEWAY = "urn:schemas-upnp-org:device:InternetGatewayDevice:1";

  private static URI location(String location, String target) {
    String answer =
        "HTTP/1.1 200 OK\r\nCACHE-CONTROL: max-age=120\r\nST: "
            + target
            + "\r\nLocation:"
            + location
            + "\r\n\r\n";
    return Ssdp.location(answer.getBytes(US_ASCII), ROUTER);
  }

  @Test
  void searchesForAnInternetGateway() {
    assertThat(new String(Ssdp.search(), US_ASCII))
        .startsWith("M-SEARCH * HTTP/1.1\r\nHOST: 239.255.255.250:1900\r\n")
        .contains("\r\nMAN: \"ssdp:discover\"\r\n", "\r\nMX: 1\r\n", "\r\nST: " + GATEWAY)
        .endsWith("\r\n\r\n");
  }

  @Test
  void findsWhereTheRouterDescribesItself() {
    assertThat(location(" http://192.168.1.1:5000/rootDesc.xml", GATEWAY))
        .isEqualTo(URI.create("http://192.168.1.1:5000/rootDesc.xml"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "http://192.168.1.2:5000/x", // another host of this network
        "http://169.254.169.254/latest", // a cloud's secrets
        "http://192.168.1.1.example:80/", // a name
        "http://router/",
        "http://u:p@192.168.1.1/",
        "https://192.168.1.1/",
        "file:///etc/passwd",
        "http://192.168.1.1:0/",
        "not a location",
        ""
      })
  void isNotSentElsewhere(String location) {
    assertThat(location(location, GATEWAY)).isNull();
  }

  @Test
  void hearsOnlyGateways() {
    assertThat(location("http://192.168.1.1/", "urn:schemas-upnp-org:device:MediaServer:1"))
        .isNull();
    assertThat(location("http://192.168.1.1/" + "x".repeat(300), GATEWAY)).isNull();
    assertThat(Ssdp.location("NOTIFY * HTTP/1.1\r\n".getBytes(US_ASCII), ROUTER)).isNull();
  }
}
