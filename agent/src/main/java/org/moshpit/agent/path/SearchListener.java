package org.moshpit.agent.path;

import org.moshpit.agent.candidates.IceCredentials;
import org.moshpit.agent.punch.strategy.Shortcoming;

/** What a {@link Search} finds. */
interface SearchListener {
  /** The pair is proven; the generation now belongs to the listener. */
  void proven(long now, Generation generation);

  /**
   * An attempt failed.
   *
   * @param nat what the NATs have to do with it, as far as it is known
   */
  void failed(long now, String reason, Shortcoming nat, Evidence evidence);

  /** The same of one that goes on, but will hardly come to anything. */
  void doubted(long now, Shortcoming nat, Evidence evidence);

  /** Both ends of a generation have told each other their credentials. */
  void introduced(IceCredentials local, IceCredentials peer);
}
