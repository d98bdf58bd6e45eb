package org.moshpit.rendezvous.core;

import java.util.List;
import java.util.Map;

/**
 * Everything the registry remembers, as it was when the core started.
 *
 * @param realm SHA-256 of the rendezvous' public key at its very first start, 32 bytes
 * @param boot grows with every start, so that epochs grow across restarts
 * @param agents the enrolled agents
 * @param revoked banned link keys, and the names they had
 * @param invites invites not yet forgotten
 * @param admissions who admitted whom, and when first, Unix milliseconds
 * @param records each box's record, by name
 * @param lastSeen when agents were last here, by name, Unix milliseconds
 */
public record RegistrySnapshot(
    Bytes realm,
    long boot,
    List<AgentEntry> agents,
    Map<Bytes, String> revoked,
    List<Invite> invites,
    Map<Admission, Long> admissions,
    Map<String, PublishedRecord> records,
    Map<String, Long> lastSeen) {
  /** Copies all of it. */
  public RegistrySnapshot {
    agents = List.copyOf(agents);
    revoked = Map.copyOf(revoked);
    invites = List.copyOf(invites);
    admissions = Map.copyOf(admissions);
    records = Map.copyOf(records);
    lastSeen = Map.copyOf(lastSeen);
  }

  /** A registry at its first start. */
  public static RegistrySnapshot empty(Bytes realm) {
    return new RegistrySnapshot(
        realm, 1, List.of(), Map.of(), List.of(), Map.of(), Map.of(), Map.of());
  }
}
