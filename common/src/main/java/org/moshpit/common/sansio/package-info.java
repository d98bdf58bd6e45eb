/**
 * The contract of every protocol machine: no clock, no randomness of its own, no thread, no socket.
 *
 * <p>A machine is driven by five verbs (see {@link org.moshpit.common.sansio.Machine}); time is a
 * value passed in, output is polled. {@link org.moshpit.common.sansio.Transmit} is a datagram to
 * send, {@link org.moshpit.common.sansio.TransportAddress} an IP address and port (RFC 8445 §4).
 */
package org.moshpit.common.sansio;
