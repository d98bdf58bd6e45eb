/**
 * The one driver: UDP sockets and timers on a Netty event loop ↔ a pure machine.
 *
 * <p>{@link org.moshpit.common.netty.UdpSocket} is a bound datagram channel that can send one
 * datagram with a time to live of its own; {@link org.moshpit.common.netty.MachineDriver} feeds a
 * {@link org.moshpit.common.sansio.Machine} and carries out what it says. Everything here runs on
 * the event loop given to it.
 */
package org.moshpit.common.netty;
