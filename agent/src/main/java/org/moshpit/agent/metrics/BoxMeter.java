package org.moshpit.agent.metrics;

import org.moshpit.agent.path.PathKind;
import org.moshpit.agent.path.PathSnapshot;
import org.moshpit.agent.session.DropReason;
import org.moshpit.common.seal.Refusal;

/** Hears what is to be counted, on the event loop; counts nothing unless somebody wants metrics. */
public interface BoxMeter {
  /** Counts nothing. */
  BoxMeter NONE = new BoxMeter() {};

  /** An offer that wants a session came; {@code exchange} is the rendezvous' name for it. */
  default void offered(String exchange) {}

  /** It, or another exchange, is answered; with a session, or with the reason why not. */
  default void answered(String exchange, boolean admitted) {}

  /** Somebody was let in. */
  default void admitted() {}

  /** Somebody with a listed key was not. */
  default void refused(Refusal kind) {}

  /** A message was met with silence. */
  default void dropped(DropReason reason) {}

  /**
   * What carries a session's datagrams changed.
   *
   * @param change which, and why
   */
  default void pathChanged(PathChange change) {}

  /** A session's sockets are closed; nothing more is added to these figures. */
  default void closed(PathSnapshot last) {}

  /**
   * A change of what carries a session's datagrams.
   *
   * @param from what did before
   * @param to what does now
   * @param reason as the path says it, for a person
   * @param roamed how many more direct paths with other addresses there have been
   * @param nanos since the session began, if it is direct for the first time, else −1
   * @param mapping of the NAT here, in the words of the JSON contract
   * @param ipv6 whether the direct path is of IPv6
   * @param asObserved whether the laptop is reached where the rendezvous saw it
   */
  record PathChange(
      PathKind from,
      PathKind to,
      String reason,
      int roamed,
      long nanos,
      String mapping,
      boolean ipv6,
      boolean asObserved) {}
}
