package org.moshpit.rendezvous.page;

/**
 * One minute, as it stood at its end.
 *
 * @param known false: nobody looked, and the rest is 0
 * @param online agents with a link
 * @param relay sessions of each {@link Carrier}
 * @param direct those that were not on the relay
 * @param away those with an end away
 * @param bytes relayed within it, payload
 */
public record Minute(boolean known, int online, int relay, int direct, int away, long bytes) {
  /** Nobody looked. */
  public static final Minute UNKNOWN = new Minute(false, 0, 0, 0, 0, 0);

  /** Sessions of all kinds. */
  public int sessions() {
    return relay + direct + away;
  }
}
