package org.moshpit.agent.session;

/** Why an offer or control message was met with silence. Counted; told to nobody but the log. */
public enum DropReason {
  /** This link key sends too many. */
  RATE_OF_KEY,
  /** All together send too many. */
  RATE_OF_ALL,
  /** Too many are being worked on. */
  BUSY,
  /** Not sealed to this box, or altered. */
  NOT_AUTHENTIC,
  /** Opened, and outside its bounds. */
  MALFORMED,
  /** Signed for another box, key, realm or exchange than the one it came in. */
  WRONG_BOX,
  /** Taken before. */
  REPLAYED,
  /** None of its keys is in the user's authorized_keys. */
  NOT_LISTED,
  /** A listed key, but not its signature. */
  BAD_SIGNATURE,
  /** Control of a session that is unknown here. */
  UNKNOWN_SESSION,
  /** Control without the session's secret. */
  BAD_MAC,
  /** Control that was carried out before. */
  OLD_COUNTER,
  /** Reading authorized_keys took too long. */
  TIMED_OUT
}
