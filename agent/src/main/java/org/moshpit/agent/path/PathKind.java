package org.moshpit.agent.path;

import java.util.Locale;

/** What carries datagrams, as a person is told. */
public enum PathKind {
  /** Nothing does. */
  NONE,
  /** The rendezvous. */
  RELAY,
  /** Socket to socket. */
  DIRECT;

  /** As logs and JSON have it. */
  public String word() {
    return name().toLowerCase(Locale.ROOT);
  }
}
