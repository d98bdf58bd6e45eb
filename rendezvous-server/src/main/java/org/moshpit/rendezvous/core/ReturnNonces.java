package org.moshpit.rendezvous.core;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.Map;

/**
 * The nonces with which agents may log in without waiting for Hello: each was given to one agent
 * over its own link and is good for one login. In memory only: after a restart agents wait for
 * Hello, as at their first login. At most {@value #PER_AGENT} per agent, the oldest are forgotten
 * first.
 */
final class ReturnNonces {
  /** As many connects of one agent at a time save a round trip. */
  static final int PER_AGENT = 4;

  private final Map<String, Deque<Bytes>> waiting = new HashMap<>();

  void issue(String agent, Bytes nonce) {
    Deque<Bytes> nonces = waiting.computeIfAbsent(agent, name -> new ArrayDeque<>(PER_AGENT));
    if (nonces.size() == PER_AGENT) {
      nonces.removeFirst();
    }
    nonces.addLast(nonce);
  }

  /** Whether it was this agent's and unused; it is used now. */
  boolean spend(String agent, Bytes nonce) {
    Deque<Bytes> nonces = waiting.get(agent);
    return nonces != null && nonces.remove(nonce);
  }

  /** The agent is no more. */
  void forget(String agent) {
    waiting.remove(agent);
  }
}
