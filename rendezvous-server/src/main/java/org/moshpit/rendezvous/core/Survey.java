package org.moshpit.rendezvous.core;

import java.util.List;
import java.util.Map;

/**
 * Who is here and who is connected to whom, at one moment.
 *
 * @param agents the enrolled agents, by name
 * @param sessions those whose relay is open
 * @param use what their relays have carried, by the relay's number
 * @param relayedBytes payload passed on by all relays since the process started
 */
public record Survey(
    List<AgentView> agents,
    List<SessionView> sessions,
    Map<Integer, RelayUse> use,
    long relayedBytes) {
  /** Copies all of it. */
  public Survey {
    agents = List.copyOf(agents);
    sessions = List.copyOf(sessions);
    use = Map.copyOf(use);
  }
}
