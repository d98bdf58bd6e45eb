package org.moshpit.common.nat;

/**
 * What came of asking one server address, from a socket that had sent nowhere else, to answer from
 * elsewhere (RFC 5780 §4.4). Null means not asked, or not known.
 *
 * @param fromOtherAddress whether an answer from an address never sent to came in
 * @param fromOtherPort whether an answer from the known address and another port came in
 */
public record FilteringProbe(Boolean fromOtherAddress, Boolean fromOtherPort) {
  /** Nothing was asked. */
  public static final FilteringProbe NONE = new FilteringProbe(null, null);
}
