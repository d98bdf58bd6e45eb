/**
 * mosh-server and mosh-client, the stock binaries, run as people expect them.
 *
 * <p>Box: {@link org.moshpit.agent.mosh.MoshServerLauncher} starts a mosh-server for a user in a
 * login environment made from nothing, {@link org.moshpit.agent.mosh.ServerWatch} knows when it has
 * ended and ends it. Laptop: {@link org.moshpit.agent.mosh.MoshClientRunner} runs mosh-client on
 * this terminal, and {@link org.moshpit.agent.mosh.TerminalGuard} leaves the terminal usable
 * whatever dies first.
 */
package org.moshpit.agent.mosh;
