package org.moshpit.agent.portmap;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.US_ASCII;

import java.net.InetAddress;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.Locale;
import org.moshpit.common.sansio.TransportAddress;

/** The search for a UPnP router: UPnP Device Architecture 1.1 §1.3. */
final class Ssdp {
  static final int PORT = 1900;
  static final TransportAddress GROUP =
      new TransportAddress(TransportAddress.parseIp("239.255.255.250"), PORT);

  // A device of a higher version answers to a lower one (§1.3.2).
  private static final String TARGET = "urn:schemas-upnp-org:device:InternetGatewayDevice:1";
  private static final int MAX_LOCATION = 256;

  private Ssdp() {}

  /** One M-SEARCH; devices may take a second to answer. */
  static byte[] search() {
    return ("M-SEARCH * HTTP/1.1\r\n"
            + "HOST: 239.255.255.250:1900\r\n"
            + "MAN: \"ssdp:discover\"\r\n"
            + "MX: 1\r\n"
            + "ST: "
            + TARGET
            + "\r\n\r\n")
        .getBytes(US_ASCII);
  }

  /**
   * Where the router describes itself, or null if this is no answer of an Internet gateway, or
   * points anywhere but to the router itself.
   */
  static URI location(byte[] datagram, InetAddress router) {
    String text = new String(datagram, ISO_8859_1);
    if (!text.startsWith("HTTP/1.1 200") && !text.startsWith("HTTP/1.0 200")) {
      return null;
    }
    String location = null;
    boolean gateway = false;
    for (String line : text.split("\r?\n", -1)) {
      int colon = line.indexOf(':');
      String name = colon < 0 ? "" : line.substring(0, colon).strip().toLowerCase(Locale.ROOT);
      String value = line.substring(colon + 1).strip();
      if (name.equals("location")) {
        location = value;
      } else if (name.equals("st")) {
        gateway = value.startsWith("urn:schemas-upnp-org:device:InternetGatewayDevice:");
      }
    }
    if (!gateway || location == null || location.length() > MAX_LOCATION) {
      return null;
    }
    try {
      URI uri = new URI(location);
      return isOf(uri, router) ? uri : null;
    } catch (URISyntaxException e) {
      return null;
    }
  }

  /** Whether it is plain HTTP at that address, written as a number, and nothing else. */
  static boolean isOf(URI uri, InetAddress router) {
    return "http".equalsIgnoreCase(uri.getScheme())
        && uri.getRawUserInfo() == null
        && router.getHostAddress().equals(uri.getHost())
        && uri.getPort() != 0;
  }
}
