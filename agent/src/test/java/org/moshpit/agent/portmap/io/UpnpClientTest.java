package org.moshpit.agent.portmap.io;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.moshpit.agent.portmap.UpnpRequest;
import org.moshpit.agent.portmap.UpnpResult;
import org.moshpit.common.sansio.TransportAddress;

class UpnpClientTest {
  private static final String DESCRIPTION =
      """
      <?xml version="1.0"?>
      <root xmlns="urn:schemas-upnp-org:device-1-0"><device><deviceList><device>
        <serviceList><service>
          <serviceType>urn:schemas-upnp-org:service:WANCommonInterfaceConfig:1</serviceType>
          <controlURL>/other</controlURL>
        </service></serviceList>
        <deviceList><device><serviceList><service>
          <serviceType>urn:schemas-upnp-org:service:WANIPConnection:1</serviceType>
          <controlURL>/ctl/IPConn</controlURL>
        </service></serviceList></device></deviceList>
      </device></deviceList></device></root>
      """;

  @TempDir Path dir;

  private static String ok(String body) {
    return "HTTP/1.1 200 OK\r\nContent-Type: text/xml\r\nContent-Length: "
        + body.length()
        + "\r\n\r\n"
        + body;
  }

  private static String envelope(String inner) {
    return "<s:Envelope xmlns:s=\"http://schemas.xmlsoap.org/soap/envelope/\"><s:Body>"
        + inner
        + "</s:Body></s:Envelope>";
  }

  /** A router as it should be, except where {@code other} has something else to say. */
  private static UnaryOperator<String> router(UnaryOperator<String> other) {
    return request -> {
      String different = other.apply(request);
      if (different != null) {
        return different;
      }
      if (request.startsWith("GET /desc.xml ")) {
        return ok(DESCRIPTION);
      }
      if (request.contains("#GetExternalIPAddress")) {
        return ok(
            envelope(
                "<u:r xmlns:u=\"x\"><NewExternalIPAddress>12.0.2.2</NewExternalIPAddress></u:r>"));
      }
      return ok(envelope("<u:r xmlns:u=\"x\"/>"));
    };
  }

  private static UpnpRequest request(FakeRouter router, int lease) {
    return new UpnpRequest(
        router.location(),
        FakeRouter.ADDRESS,
        TransportAddress.parseIp("192.168.1.21"),
        60001,
        60002,
        lease);
  }

  private static UpnpResult call(UnaryOperator<String> answers) throws IOException {
    try (FakeRouter router = new FakeRouter(answers)) {
      return UpnpClient.call(request(router, 600), TimeUnit.SECONDS.toNanos(4));
    }
  }

  @Test
  void mapsAPortWithALease() throws IOException {
    try (FakeRouter router = new FakeRouter(router(r -> null))) {
      assertThat(UpnpClient.call(request(router, 600)))
          .isEqualTo(new UpnpResult.Mapped(TransportAddress.parseIp("12.0.2.2")));
      assertThat(router.requests()).hasSize(3);
      assertThat(router.requests().get(2))
          .startsWith("POST /ctl/IPConn HTTP/1.1\r\nHost: 127.0.0.1:")
          .contains(
              "SOAPAction: \"urn:schemas-upnp-org:service:WANIPConnection:1#AddPortMapping\"",
              "<NewRemoteHost></NewRemoteHost>",
              "<NewExternalPort>60002</NewExternalPort>",
              "<NewProtocol>UDP</NewProtocol>",
              "<NewInternalPort>60001</NewInternalPort>",
              "<NewInternalClient>192.168.1.21</NewInternalClient>",
              "<NewEnabled>1</NewEnabled>",
              "<NewLeaseDuration>600</NewLeaseDuration>");
    }
  }

  @Test
  void unmaps() throws IOException {
    try (FakeRouter router = new FakeRouter(router(r -> null))) {
      assertThat(UpnpClient.call(request(router, 0))).isEqualTo(new UpnpResult.Unmapped());
      assertThat(router.requests().get(1))
          .contains("#DeletePortMapping\"", "<NewExternalPort>60002</NewExternalPort>");
    }
  }

  @Test
  void readsChunks() throws IOException {
    String chunked =
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
            + Integer.toHexString(100)
            + "\r\n"
            + DESCRIPTION.substring(0, 100)
            + "\r\n"
            + Integer.toHexString(DESCRIPTION.length() - 100)
            + ";x=y\r\n"
            + DESCRIPTION.substring(100)
            + "\r\n0\r\n\r\n";
    assertThat(call(router(r -> r.startsWith("GET") ? chunked : null)))
        .isInstanceOf(UpnpResult.Mapped.class);
  }

  private static UpnpResult mappingError(int code) throws IOException {
    String body = envelope("<s:Fault><errorCode>" + code + "</errorCode></s:Fault>");
    return call(
        router(
            r ->
                r.contains("#AddPortMapping")
                    ? ok(body).replace("200 OK", "500 Internal Server Error")
                    : null));
  }

  @Test
  void tellsWhyNot() throws IOException {
    assertThat(mappingError(718)).isEqualTo(new UpnpResult.Taken());
    assertThat(mappingError(725))
        .isEqualTo(new UpnpResult.Failed("the router maps ports only for ever"));
    assertThat(mappingError(606)).isEqualTo(new UpnpResult.Failed("refused, error 606"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "http://127.0.0.2:9/ctl",
        "http://169.254.169.254/ctl",
        "https://127.0.0.1/ctl",
        "file:///etc/passwd",
        "//127.0.0.2/ctl",
        "http://localhost/ctl"
      })
  void isNotSentElsewhere(String control) throws IOException {
    try (FakeRouter router =
        new FakeRouter(
            router(
                r ->
                    r.startsWith("GET")
                        ? ok(DESCRIPTION.replace("/ctl/IPConn", control))
                        : null))) {
      assertThat(UpnpClient.call(request(router, 600)))
          .isEqualTo(new UpnpResult.Failed("the router points elsewhere"));
      assertThat(router.requests()).hasSize(1);
    }
  }

  @Test
  void followsNoRedirect() throws IOException {
    try (FakeRouter other = new FakeRouter(router(r -> null));
        FakeRouter router =
            new FakeRouter(
                router(
                    r ->
                        "HTTP/1.1 302 Found\r\nLocation: "
                            + other.location()
                            + "\r\nContent-Length: 0\r\n\r\n"))) {
      assertThat(UpnpClient.call(request(router, 600))).isInstanceOf(UpnpResult.Failed.class);
      assertThat(other.requests()).isEmpty();
    }
  }

  @ParameterizedTest
  @CsvSource({
    "<!DOCTYPE root [<!ENTITY x SYSTEM 'FILE'>]>, &x;",
    "<!DOCTYPE root SYSTEM 'FILE'>, /ctl/IPConn",
    "<!DOCTYPE root [<!ENTITY x '/ctl/IPConn'>]>, &x;",
    "'', &x;"
  })
  void readsNoDocumentTypeAndNoEntity(String type, String control) throws IOException {
    Path secret = Files.writeString(dir.resolve("secret"), "/ctl/IPConn");
    String hostile =
        DESCRIPTION
            .replace("<root", type.replace("FILE", secret.toUri().toString()) + "<root")
            .replace("/ctl/IPConn", control);
    assertThat(call(router(r -> r.startsWith("GET") ? ok(hostile) : null)))
        .isInstanceOf(UpnpResult.Failed.class);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "220 ready",
        "HTTP/1.1 200 OK\r\n\r\n",
        "HTTP/1.1 200 OK\r\n\r\n<root>",
        "HTTP/1.1 200 OK\r\n\r\n<root/>",
        "HTTP/1.1 404 Not Found\r\n\r\n<root/>",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nfffff\r\nx",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n-1\r\nx"
      })
  void anythingElseIsAFailure(String answer) throws IOException {
    assertThat(call(r -> answer)).isInstanceOf(UpnpResult.Failed.class);
  }

  @Test
  void readsNoMoreThanItMust() throws IOException {
    String endless = "HTTP/1.1 200 OK\r\n\r\n" + "<a>".repeat(100_000);
    assertThat(call(r -> endless))
        .isEqualTo(new UpnpResult.Failed("the router's answer is too long"));
    String deep = ok("<a>".repeat(1000) + "</a>".repeat(1000));
    assertThat(call(r -> deep)).isEqualTo(new UpnpResult.Failed("the router's answer is too deep"));
  }

  @Test
  void aRouterThatNeverEndsIsLeft() throws IOException {
    try (FakeRouter router = new FakeRouter(r -> "HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n1")) {
      assertThat(UpnpClient.call(request(router, 600))).isInstanceOf(UpnpResult.Failed.class);
    }
    try (FakeRouter dripping = new FakeRouter(r -> null)) {
      Assertions.assertTimeoutPreemptively(
          Duration.ofSeconds(5),
          () ->
              assertThat(
                      UpnpClient.call(request(dripping, 600), TimeUnit.MILLISECONDS.toNanos(300)))
                  .isInstanceOf(UpnpResult.Failed.class));
    }
  }
}
