/**
 * Ways to meet where a NAT maps each destination to another port, one small class each: a strategy
 * opens sockets, asks where they are seen, sends checks that nobody waits for, and tells the other
 * end what ports to expect. Whether two ends met is not its business: a check that arrives is one
 * like any other, and the checklist goes on from there. Pure; single-threaded.
 *
 * <p>{@link org.moshpit.agent.punch.strategy.Strategies} chooses by what both ends' NATs do; to add
 * one is to add its class and a line there.
 */
package org.moshpit.agent.punch.strategy;
