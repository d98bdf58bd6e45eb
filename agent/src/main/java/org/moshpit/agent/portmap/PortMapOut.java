package org.moshpit.agent.portmap;

import org.moshpit.common.sansio.SocketId;
import org.moshpit.common.sansio.TransportAddress;

/** What a {@link PortMapMachine} says. */
public sealed interface PortMapOut {
  /** The socket is reached at that address from now on; the address may be another than before. */
  record Mapped(SocketId socket, TransportAddress outer, PortMappingProtocol by)
      implements PortMapOut {}

  /** It is not any more. */
  record Lost(SocketId socket, String reason) implements PortMapOut {}

  /** Please ask, where that may block, and tell {@link PortMapIn.UpnpAnswered}; one at a time. */
  record AskUpnp(long call, UpnpRequest request) implements PortMapOut {}

  /** What is known of the router's protocol changed, for the log. */
  record KnowledgeChanged(PortMappingProtocol protocol, Knowledge knowledge, String reason)
      implements PortMapOut {}

  /** After {@link PortMapIn.Close}: everything that can be given back has been. */
  record Closed() implements PortMapOut {}
}
