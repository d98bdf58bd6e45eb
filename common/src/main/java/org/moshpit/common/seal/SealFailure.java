package org.moshpit.common.seal;

/** Why a sealed message was not opened. */
public enum SealFailure {
  /** Shorter than its public key and tag. */
  TOO_SHORT,
  /** Longer than {@link SealedLimits#MESSAGE}. */
  TOO_LONG,
  /** A public key that makes the shared secret predictable, or is not in its canonical form. */
  WEAK_KEY,
  /** Altered on the way, sealed to another key, or for another realm or name. */
  NOT_AUTHENTIC,
  /** Not expected now: nothing was sent, it was opened before, or an earlier one failed. */
  OUT_OF_ORDER
}
