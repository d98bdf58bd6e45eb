/**
 * Asks the router for a port: PCP (RFC 6887), NAT-PMP (RFC 6886) and UPnP-IGD, all at once, for
 * sockets that are to be reached from outside.
 *
 * <p>{@link org.moshpit.agent.portmap.PortMapMachine} is pure, and so is everything in this
 * package; {@code io} under it reads the routing table, speaks HTTP and opens sockets. PCP and
 * NAT-PMP are datagrams to port 5351 of the default gateway:
 *
 * <pre>
 * PCP request:  2 | opcode | 0 0 | lifetime 4 | client address 16 | MAP
 * PCP answer:   2 | 0x80 + opcode | 0 | result | lifetime 4 | epoch 4 | 0 × 12 | MAP
 *     MAP (opcode 1):      nonce 12 | protocol 17 | 0 0 0 | inner port 2 | outer port 2 | outer address 16
 *     ANNOUNCE (opcode 0): nothing
 *
 * NAT-PMP, the address:  0 | 0       →  0 | 128 | result 2 | epoch 4 | outer address 4
 * NAT-PMP, a UDP port:   0 | 1 | 0 0 | inner port 2 | outer port 2 | lifetime 4
 *                                    →  0 | 129 | result 2 | epoch 4 | inner 2 | outer 2 | lifetime 4
 * </pre>
 *
 * Ports, lifetimes and epochs (seconds) are big-endian. An IPv4 address in a PCP message is written
 * as ::ffff:a.b.c.d. A UPnP router is found by an SSDP search, one datagram of text, and then asked
 * over HTTP.
 */
package org.moshpit.agent.portmap;
