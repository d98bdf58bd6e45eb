package org.moshpit.agent.portmap.io;

import java.io.IOException;
import java.net.InetAddress;
import java.net.URI;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.moshpit.agent.portmap.UpnpRequest;
import org.moshpit.agent.portmap.UpnpResult;
import org.moshpit.common.sansio.TransportAddress;

/**
 * Carries out what a UPnP router is to be asked: WANIPConnection:1 §2.4. Blocks for at most {@link
 * #LIMIT_SECONDS}; whatever the router does, there is a result.
 */
public final class UpnpClient {
  /** For all requests of one call together. */
  public static final int LIMIT_SECONDS = 4;

  private static final String CONFLICT = "718"; // ConflictInMappingEntry
  private static final String ONLY_PERMANENT = "725"; // OnlyPermanentLeasesSupported

  private final UpnpRequest request;
  private final HttpCall http;
  private RouterXml.Control control;

  private UpnpClient(UpnpRequest request, long limitNanos) {
    this.request = request;
    this.http = new HttpCall(request.router(), limitNanos);
  }

  /** Does it. Any thread that may block. */
  public static UpnpResult call(UpnpRequest request) {
    return call(request, TimeUnit.SECONDS.toNanos(LIMIT_SECONDS));
  }

  static UpnpResult call(UpnpRequest request, long limitNanos) {
    try {
      return new UpnpClient(request, limitNanos).perform();
    } catch (IOException e) {
      return new UpnpResult.Failed(e.getMessage());
    }
  }

  private UpnpResult perform() throws IOException {
    HttpCall.Answer description = http.get(checked(request.location()));
    if (description.status() != 200) {
      throw new IOException("the router does not describe itself");
    }
    control = RouterXml.control(description.body(), request.location());
    checked(control.url());
    return request.leaseSeconds() == 0 ? unmap() : map();
  }

  /** Nobody but the router is ever spoken to, whatever it writes into its answers. */
  private URI checked(URI uri) throws IOException {
    if (!request.mayAsk(uri)) {
      throw new IOException("the router points elsewhere");
    }
    return uri;
  }

  private UpnpResult map() throws IOException {
    Map<String, String> address = ask("GetExternalIPAddress", "");
    InetAddress outer;
    try {
      outer = TransportAddress.parseIp(address.getOrDefault("NewExternalIPAddress", ""));
    } catch (IllegalArgumentException e) {
      throw new IOException("the router names no outer address", e);
    }
    Map<String, String> answer =
        ask(
            "AddPortMapping",
            mapping()
                + element("NewInternalPort", request.innerPort())
                + element("NewInternalClient", request.client().getHostAddress())
                + element("NewEnabled", 1)
                + element("NewPortMappingDescription", "moshpit")
                + element("NewLeaseDuration", request.leaseSeconds()));
    String error = answer.get("errorCode");
    if (error == null) {
      return new UpnpResult.Mapped(outer);
    }
    return switch (error) {
      case CONFLICT -> new UpnpResult.Taken();
      // such a mapping would outlive us
      case ONLY_PERMANENT -> new UpnpResult.Failed("the router maps ports only for ever");
      default -> new UpnpResult.Failed("refused, error " + error.replaceAll("\\D", ""));
    };
  }

  private UpnpResult unmap() throws IOException {
    ask("DeletePortMapping", mapping());
    return new UpnpResult.Unmapped();
  }

  private String mapping() {
    return element("NewRemoteHost", "")
        + element("NewExternalPort", request.outerPort())
        + element("NewProtocol", "UDP");
  }

  private static String element(String name, Object value) {
    return "<" + name + ">" + value + "</" + name + ">";
  }

  private Map<String, String> ask(String action, String arguments) throws IOException {
    String type = control.serviceType();
    String body =
        "<?xml version=\"1.0\"?>\r\n"
            + "<s:Envelope xmlns:s=\"http://schemas.xmlsoap.org/soap/envelope/\""
            + " s:encodingStyle=\"http://schemas.xmlsoap.org/soap/encoding/\"><s:Body><u:"
            + action
            + (" xmlns:u=\"" + type + "\">")
            + arguments
            + ("</u:" + action + "></s:Body></s:Envelope>\r\n");
    HttpCall.Answer answer =
        http.post(
            control.url(),
            "Content-Type: text/xml; charset=\"utf-8\"\r\nSOAPAction: \""
                + type
                + "#"
                + action
                + "\"\r\n",
            body);
    // an error is told with status 500 and in the same form
    if (answer.status() != 200 && answer.status() != 500) {
      throw new IOException("the router answered " + answer.status());
    }
    return RouterXml.values(answer.body());
  }
}
