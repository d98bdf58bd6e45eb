/**
 * {@code agent connect}, wired: link, observation, sealed offer, path and mosh-client on one event
 * loop, with what the person sees of it.
 */
package org.moshpit.agent.cli.laptop;
