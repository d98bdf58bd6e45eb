package org.moshpit.rendezvous.core;

/** Why a link is ended; the same words as in {@code link.proto}. */
public enum RefusalCode {
  /** No protocol version in common. */
  VERSION,
  /** This key is not enrolled under this name. */
  NOT_ENROLLED,
  /** The proof does not hold. */
  BAD_SIGNATURE,
  /** This key has been revoked. */
  REVOKED,
  /** The name is another agent's. */
  NAME_TAKEN,
  /** No name, or one that cannot be. */
  NAME_INVALID,
  /** No such invite. */
  TOKEN_UNKNOWN,
  /** The invite's time is over. */
  TOKEN_EXPIRED,
  /** The invite's uses are used up. */
  TOKEN_USED,
  /** The invite is for another name. */
  TOKEN_NAME,
  /** The agent's role does not allow that. */
  ROLE,
  /** A newer login of this name took over. */
  SUPERSEDED,
  /** The frame broke the protocol. */
  MALFORMED,
  /** No login in time. */
  TIMEOUT,
  /** Too many links. */
  BUSY,
  /** The rendezvous stops. */
  SHUTTING_DOWN
}
