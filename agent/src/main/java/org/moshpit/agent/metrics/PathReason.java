package org.moshpit.agent.metrics;

import org.moshpit.agent.path.PathKind;

/** The few kinds of reasons a path changes for; the phrases for people are without number. */
enum PathReason {
  /** Connectivity checks found a direct path. */
  CHECKS,
  /** Another pair, kept warm, took over. */
  WARM_PAIR,
  /** The direct path stopped answering. */
  NO_ANSWER,
  /** The address it began at is gone. */
  ADDRESS_GONE,
  /** The relay came. */
  RELAY,
  /** The relay, or the link to the rendezvous, went. */
  RELAY_GONE,
  /** The session ended. */
  CLOSED;

  static PathReason of(PathKind from, PathKind to, String phrase) {
    if (phrase.equals("closed")) {
      return CLOSED;
    }
    if (to == PathKind.DIRECT) {
      return phrase.equals("checks answered") ? CHECKS : WARM_PAIR;
    }
    if (from == PathKind.DIRECT) {
      return phrase.startsWith("this computer is no longer") ? ADDRESS_GONE : NO_ANSWER;
    }
    return to == PathKind.RELAY ? RELAY : RELAY_GONE;
  }
}
