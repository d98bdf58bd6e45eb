package org.moshpit.agent.path;

import org.moshpit.agent.candidates.IceDescription;

/**
 * What the two ends say to each other, sealed, over the rendezvous: how the wiring runs the control
 * exchanges that the path machines want.
 */
interface DaysExchanges {
  /** The laptop's latest description. */
  void laptopDescribed(IceDescription ice);

  /** The laptop's path wants an exchange. */
  void laptopWants(String reason);

  /** The box hinted. */
  void laptopHinted();

  void laptopLinkUp();

  void laptopLinkDown();

  /** A description of the box's; an answer if one is owed. */
  void boxDescribed(IceDescription ice);

  /** The box's path wants an exchange: it can only hint. */
  void boxWants();

  /** An end stands still. */
  default void pause(DaysEnd end) {}

  /** It goes on, after a sleep or after having been stopped. */
  default void resume(DaysEnd end, boolean slept) {}

  /** How often the laptop has asked so far. */
  int count();
}
