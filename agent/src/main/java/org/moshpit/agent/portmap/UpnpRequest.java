package org.moshpit.agent.portmap;

import java.net.InetAddress;
import java.net.URI;

/**
 * What a UPnP router is to be asked; somebody who may block carries it out.
 *
 * @param location where the router describes itself
 * @param router the only address that may be spoken to
 * @param client this host's address there
 * @param innerPort at {@code client}
 * @param outerPort at the router
 * @param leaseSeconds how long; 0 ends the mapping
 */
public record UpnpRequest(
    URI location,
    InetAddress router,
    InetAddress client,
    int innerPort,
    int outerPort,
    int leaseSeconds) {
  /**
   * A router's own are a tenth of that; a request has to fit a socket's buffer whatever it says.
   */
  private static final int MAX_URI = 256;

  /** The request that ends what this one began. */
  UpnpRequest released() {
    return new UpnpRequest(location, router, client, innerPort, outerPort, 0);
  }

  /** Whether the location is the router's, so that nobody else is ever spoken to. */
  public boolean mayAsk(URI where) {
    return where.toString().length() <= MAX_URI && Ssdp.isOf(where, router);
  }
}
