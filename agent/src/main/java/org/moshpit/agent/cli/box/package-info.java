/**
 * {@code agent run}, wired: link, warm sockets, admission, sessions with their mosh-servers and the
 * control socket on one event loop.
 */
package org.moshpit.agent.cli.box;
