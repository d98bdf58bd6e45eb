/**
 * The agent's connection to its rendezvous.
 *
 * <p>{@link org.moshpit.agent.link.LinkClient} is one TLS connection: every address of the
 * rendezvous raced ({@link org.moshpit.agent.link.RaceMachine}), its key checked, a login or an
 * enrollment, frames either way. {@link org.moshpit.agent.link.PersistentLink} keeps one up ({@link
 * org.moshpit.agent.link.ReconnectMachine}). Everything runs on the agent's one event loop; only
 * names are resolved, and the TLS context is built, on threads of their own.
 *
 * <p>A frame handed over before the login is done leaves in the same write as the login: the
 * rendezvous takes frames in order, so waiting for its Welcome would cost a round trip for nothing.
 */
package org.moshpit.agent.link;
