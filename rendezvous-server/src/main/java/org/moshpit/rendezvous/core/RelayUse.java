package org.moshpit.rendezvous.core;

/**
 * What one relay has carried.
 *
 * @param bytes of payload passed on in both directions since the relay was opened
 * @param silentNanos since the latest of them; {@link Long#MAX_VALUE}: there was none
 */
public record RelayUse(long bytes, long silentNanos) {
  /** Nothing yet. */
  public static final RelayUse NONE = new RelayUse(0, Long.MAX_VALUE);
}
