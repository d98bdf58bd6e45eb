package org.moshpit.agent.punch.strategy;

/**
 * Whom an agent's limits are shared out to: each account its part, and within it each of its keys.
 *
 * @param account for whose use sessions are, by any name that equals itself alone
 * @param key what opened them, in the same way
 */
record Peer(Object account, Object key) {}
