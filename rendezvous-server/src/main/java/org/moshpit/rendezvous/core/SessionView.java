package org.moshpit.rendezvous.core;

/**
 * A session as the rendezvous knows it: two agents that exchanged offer and answer, and the relay
 * that stands ready between them. Whether it also has a direct path is not told here.
 *
 * @param relay the relay's number
 * @param laptop the name of the end that made the offer
 * @param box the name of the end that answered
 * @param laptopHere whether a link of the laptop carries this relay
 * @param boxHere whether a link of the box does
 * @param sinceMillis when the relay was opened, Unix milliseconds
 */
public record SessionView(
    int relay, String laptop, String box, boolean laptopHere, boolean boxHere, long sinceMillis) {}
