package org.moshpit.rendezvous.io;

import java.util.Map;
import org.moshpit.rendezvous.core.Census;
import org.moshpit.rendezvous.responder.Outcome;

/**
 * A running rendezvous in figures.
 *
 * @param census of the core
 * @param links that are open, strangers' among them
 * @param relays that are open
 * @param stun datagrams since the start by what became of them
 */
public record Figures(Census census, int links, int relays, Map<Outcome, Long> stun) {
  /** Copies the map. */
  public Figures {
    stun = Map.copyOf(stun);
  }
}
