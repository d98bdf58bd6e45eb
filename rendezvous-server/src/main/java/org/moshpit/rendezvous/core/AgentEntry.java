package org.moshpit.rendezvous.core;

import java.util.Collections;
import java.util.SortedSet;
import java.util.TreeSet;

/**
 * An enrolled agent.
 *
 * @param name its name here
 * @param linkKey its raw Ed25519 public key, 32 bytes
 * @param agentId USERNAME of its STUN requests, 8 bytes
 * @param stunKey MESSAGE-INTEGRITY key of its STUN requests, 32 bytes, a secret
 * @param role what it may do
 * @param sees boxes its invite named, shown to it before any admitted it
 * @param enrolledMillis when, Unix milliseconds
 */
public record AgentEntry(
    String name,
    Bytes linkKey,
    Bytes agentId,
    Bytes stunKey,
    Role role,
    SortedSet<String> sees,
    long enrolledMillis) {
  /** Copies the set. */
  public AgentEntry {
    sees = Collections.unmodifiableSortedSet(new TreeSet<>(sees));
  }

  @Override
  public String toString() {
    return "agent " + name;
  }
}
