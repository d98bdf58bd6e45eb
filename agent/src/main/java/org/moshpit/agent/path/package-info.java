/**
 * Which path carries a session's datagrams now: the relay first, a direct path once it is proven,
 * the relay again while a dead one is repaired.
 *
 * <p>{@link org.moshpit.agent.path.PathMachine} is the facade that a session drives. Datagrams of
 * mosh travel as they are; on a direct path they share the socket with the checks, told apart by
 * magic cookie and FINGERPRINT, and are believed only from the remote address of a valid pair.
 */
package org.moshpit.agent.path;
