package org.moshpit.agent.cli.netcheck;

import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.moshpit.agent.cli.wiring.AgentLoop;
import org.moshpit.agent.cli.wiring.SocketBook;

/** Finds out which port-mapping protocols this network's router answers to. */
@FunctionalInterface
public interface PortMappingProbe {
  /**
   * Asks; called on the loop.
   *
   * @return the protocols' names as people know them, completing on the loop within a few seconds
   */
  CompletableFuture<List<String>> answering(AgentLoop loop, SocketBook sockets);
}
