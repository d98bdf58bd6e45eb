/**
 * A small internet on fake time, for tests of machines.
 *
 * <p>{@link org.moshpit.testkit.Simulation} owns the clock, the randomness and the queue of what
 * happens next, and drives machines as the real driver would, sockets included. {@link
 * org.moshpit.testkit.SimulatedNetwork} carries datagrams between hosts: latency, loss, reordering,
 * hops and the time to live. {@link org.moshpit.testkit.SimulatedNat} stands between two segments
 * and behaves as its {@link org.moshpit.testkit.NatBehaviour} says; NATs stand in series by
 * standing in each other's inside. One seed reproduces a run, datagram for datagram.
 *
 * <p>For tests on loopback there are {@link org.moshpit.testkit.FreePort} and {@link
 * org.moshpit.testkit.TestCa}.
 */
package org.moshpit.testkit;
