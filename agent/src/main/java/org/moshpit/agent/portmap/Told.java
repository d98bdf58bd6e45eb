package org.moshpit.agent.portmap;

import java.util.ArrayDeque;
import java.util.Queue;
import org.moshpit.common.sansio.TransportAddress;

/** What the machine says, once for each change. */
final class Told {
  private final Queue<PortMapOut> events = new ArrayDeque<>();

  PortMapOut poll() {
    return events.poll();
  }

  void say(PortMapOut event) {
    events.add(event);
  }

  /** What is known of a router and a protocol from now on. */
  void know(Router router, PortMappingProtocol protocol, Knowledge now, String reason) {
    if (router.knows(protocol) != now) {
      router.knows(protocol, now);
      events.add(new PortMapOut.KnowledgeChanged(protocol, now, reason));
    }
  }

  /** Tells the address of the best grant if it is another than was told. */
  void review(Watched watched, String reason) {
    PortMappingProtocol best = watched.best();
    TransportAddress outer = best == null ? null : watched.grants.get(best).outer;
    if (outer == null && watched.told != null) {
      events.add(new PortMapOut.Lost(watched.socket, reason));
    } else if (outer != null && !outer.equals(watched.told)) {
      events.add(new PortMapOut.Mapped(watched.socket, outer, best));
    }
    watched.told = outer;
  }
}
