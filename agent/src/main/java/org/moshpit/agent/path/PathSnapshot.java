package org.moshpit.agent.path;

import org.moshpit.common.sansio.TransportAddress;

/**
 * A session's path at one moment, for status.
 *
 * @param path what carries datagrams
 * @param remote where a direct path leads, else null
 * @param rttMillis smoothed round trip of the direct path, or −1
 * @param roams how often a direct path was replaced by one with other addresses
 * @param directSent bytes of the application sent directly
 * @param directReceived bytes for it received directly
 * @param relaySent bytes of the application sent over the relay
 * @param relayReceived bytes for it received over the relay
 * @param directNanos how long the path has been direct in all
 * @param reason why the path is what it is, one phrase
 * @param relayReason why the relay carries, or did the last time, one phrase; an outage is none
 */
public record PathSnapshot(
    PathKind path,
    TransportAddress remote,
    long rttMillis,
    int roams,
    long directSent,
    long directReceived,
    long relaySent,
    long relayReceived,
    long directNanos,
    String reason,
    String relayReason) {}
