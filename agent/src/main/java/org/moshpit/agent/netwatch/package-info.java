/**
 * When the network or the clock changed under us: interfaces, default routes, sleep.
 *
 * <p>{@link org.moshpit.agent.netwatch.NetWatch} delivers whole {@link
 * org.moshpit.agent.netwatch.NetworkSnapshot}s, never differences, so that a missed event costs
 * nothing. {@link org.moshpit.agent.netwatch.SuspendDetector} knows that time was lost.
 */
package org.moshpit.agent.netwatch;
