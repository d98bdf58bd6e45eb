package org.moshpit.rendezvous.page;

import java.util.concurrent.TimeUnit;
import org.moshpit.rendezvous.core.RelayUse;
import org.moshpit.rendezvous.core.SessionView;

/**
 * By what a session's datagrams go, as far as a rendezvous can tell. A direct path passes it by, so
 * it sees one only as silence on a relay.
 */
public enum Carrier {
  /** The relay carried something within the last minute; mosh says something every 3 s. */
  RELAY("relay", "on the relay"),
  /** Both ends are here, and the relay is silent: a direct path, or nobody says anything. */
  NOT_RELAY("direct", "not on the relay"),
  /** The relay is silent, and an end has no link here. */
  AWAY("away", "an end is away");

  /** So long is a relay that carries a session never silent. */
  static final long SILENT_NANOS = TimeUnit.MINUTES.toNanos(1);

  private final String styleClass;
  private final String words;

  Carrier(String styleClass, String words) {
    this.styleClass = styleClass;
    this.words = words;
  }

  /** Its class in the style sheet. */
  String styleClass() {
    return styleClass;
  }

  /** For a person. */
  String words() {
    return words;
  }

  /** What carries this session, by what its relay has carried. */
  public static Carrier of(SessionView session, RelayUse use) {
    if (use.silentNanos() < SILENT_NANOS) {
      return RELAY;
    }
    return session.laptopHere() && session.boxHere() ? NOT_RELAY : AWAY;
  }
}
