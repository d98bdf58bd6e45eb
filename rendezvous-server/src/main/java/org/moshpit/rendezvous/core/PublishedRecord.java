package org.moshpit.rendezvous.core;

/**
 * A box record as the box published it.
 *
 * @param serial grows with every record of this box
 * @param bytes verbatim, signed by the box's host key
 */
public record PublishedRecord(long serial, Bytes bytes) {}
