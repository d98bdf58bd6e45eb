package org.moshpit.rendezvous.io;

import org.moshpit.rendezvous.core.CoreCommand;

/**
 * Hears what is to be counted, on the core's loop, and {@link #dropped} on others too; does nothing
 * unless somebody wants metrics.
 */
public interface Meter {
  /** Counts nothing. */
  Meter NONE = new Meter() {};

  /** Why a relayed datagram went nowhere. */
  enum RelayDrop {
    /** The other end is away, or the relay is not known here. */
    AWAY,
    /** The end sends more than it may. */
    QUOTA_OF_END,
    /** The agent's relays together carry more than they may. */
    QUOTA_OF_AGENT,
    /** All relays together do. */
    QUOTA_OF_ALL,
    /** The core's loop has no time for it. */
    BUSY,
    /** The receiving link does not take it fast enough, and it was the oldest. */
    OLDEST
  }

  /** Why a connection was closed before it could say anything. */
  enum Rejection {
    /** Its source, or all sources together, have too many. */
    SOURCE,
    /** It had not logged in, and a newer one wanted the place. */
    STRANGER
  }

  /** The core wants this done. */
  default void command(CoreCommand command) {}

  /** A relayed datagram is passed on, having come by UDP or over a link. */
  default void relayed(boolean byUdp, int bytes) {}

  /** So many were dropped. */
  default void dropped(RelayDrop reason, int datagrams) {}

  /** A connection was closed. */
  default void rejected(Rejection reason) {}
}
