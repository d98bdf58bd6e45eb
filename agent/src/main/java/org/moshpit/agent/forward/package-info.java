/**
 * Datagrams between the path and loopback, as they are: no framing, no copy kept.
 *
 * <p>Laptop: {@link org.moshpit.agent.forward.ClientLoopback} is the server mosh-client believes it
 * talks to. Box: {@link org.moshpit.agent.forward.ServerLoopback} is the client mosh-server
 * believes it serves. Neither marks its datagrams ECN-capable: a congestion mark could not be
 * carried on.
 */
package org.moshpit.agent.forward;
