package org.moshpit.common.wire;

/**
 * What a decoder hands up in place of a frame that breaks the protocol; it is the last thing it
 * hands up. The rendezvous answers {@code Refused(MALFORMED)} and closes; an agent closes.
 *
 * @param reason what was wrong, in a few words, holding nothing of the peer's bytes
 */
public record Malformed(String reason) {}
