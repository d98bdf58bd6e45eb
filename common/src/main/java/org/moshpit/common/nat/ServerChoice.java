package org.moshpit.common.nat;

/** Which STUN server to ask where a socket is seen (RFC 5780 §4.3). */
public enum ServerChoice {
  /** The first one. */
  FIRST,
  /** The first one's address, another port: with a mapping by port, another mapping. */
  OTHER_PORT,
  /** Another address: with a mapping by address, another mapping. */
  OTHER_ADDRESS
}
