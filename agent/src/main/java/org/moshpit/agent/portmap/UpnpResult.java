package org.moshpit.agent.portmap;

import java.net.InetAddress;

/** What became of a {@link UpnpRequest}. */
public sealed interface UpnpResult {
  /** Done. {@code outer} is the address the router claims to have outside. */
  record Mapped(InetAddress outer) implements UpnpResult {}

  /** The mapping is gone. */
  record Unmapped() implements UpnpResult {}

  /** Another host has that outer port. */
  record Taken() implements UpnpResult {}

  /** The router said no, or did not answer, or talked nonsense: in a few words. */
  record Failed(String reason) implements UpnpResult {}
}
