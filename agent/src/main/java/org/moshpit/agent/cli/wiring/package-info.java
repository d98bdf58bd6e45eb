/**
 * What {@code agent run} and {@code agent connect} have in common: the loop, the sockets, the
 * observation of their addresses, and one session's transport.
 */
package org.moshpit.agent.cli.wiring;
