package org.moshpit.agent.forward;

/**
 * What passed a loopback socket since it was opened, and what did not.
 *
 * @param received datagrams from the loopback side, handed on
 * @param receivedBytes their payload
 * @param sent datagrams to the loopback side
 * @param sentBytes their payload
 * @param dropped datagrams of either direction not passed on: too long, no room, nobody to send to
 * @param foreign datagrams from a source that is not this user's
 */
public record DatagramCounters(
    long received, long receivedBytes, long sent, long sentBytes, long dropped, long foreign) {}
