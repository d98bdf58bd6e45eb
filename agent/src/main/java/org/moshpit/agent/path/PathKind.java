package org.moshpit.agent.path;

/** What carries datagrams, as a person is told. */
public enum PathKind {
  /** Nothing does. */
  NONE,
  /** The rendezvous. */
  RELAY,
  /** Socket to socket. */
  DIRECT
}
