package org.moshpit.rendezvous.core;

import java.util.Collection;
import java.util.Collections;
import java.util.HashMap;
import java.util.Map;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;

/** What is remembered across restarts; every change goes out as a {@link RegistryChange}. */
final class Directory {
  private final Out out;
  private final Bytes realm;
  private final Map<String, AgentEntry> agents = new TreeMap<>();
  private final Map<Bytes, String> nameByKey = new HashMap<>();
  private final Map<Bytes, String> revoked;
  private final Map<Bytes, Invite> invites = new HashMap<>();
  private final Map<String, SortedSet<String>> admittedBy = new HashMap<>();
  private final Map<String, PublishedRecord> records;
  private final Map<String, Long> lastSeen;

  Directory(Out out, RegistrySnapshot snapshot) {
    this.out = out;
    realm = snapshot.realm();
    revoked = new HashMap<>(snapshot.revoked());
    records = new HashMap<>(snapshot.records());
    lastSeen = new HashMap<>(snapshot.lastSeen());
    snapshot.invites().forEach(invite -> invites.put(invite.tokenHash(), invite));
    snapshot.admissions().keySet().forEach(this::remember);
    snapshot.agents().forEach(this::index);
  }

  private void index(AgentEntry agent) {
    agents.put(agent.name(), agent);
    nameByKey.put(agent.linkKey(), agent.name());
    out.add(new CoreCommand.KnowStunKey(agent.agentId(), agent.stunKey()));
  }

  private void remember(Admission admission) {
    admittedBy.computeIfAbsent(admission.agent(), a -> new TreeSet<>()).add(admission.box());
  }

  Bytes realm() {
    return realm;
  }

  /** The agent of this name, or null. */
  AgentEntry agent(String name) {
    return agents.get(name);
  }

  /** All, by name. */
  Collection<AgentEntry> agents() {
    return Collections.unmodifiableCollection(agents.values());
  }

  /** The agent with this link key, or null. */
  AgentEntry agentOf(Bytes linkKey) {
    String name = nameByKey.get(linkKey);
    return name == null ? null : agents.get(name);
  }

  boolean hasAgentId(Bytes agentId) {
    return agents.values().stream().anyMatch(agent -> agent.agentId().equals(agentId));
  }

  boolean isRevoked(Bytes linkKey) {
    return revoked.containsKey(linkKey);
  }

  void add(AgentEntry agent) {
    out.persist(new RegistryChange.PutAgent(agent));
    index(agent);
  }

  void revoke(AgentEntry agent, long wallMillis) {
    String name = agent.name();
    out.persist(new RegistryChange.RevokeAgent(name, agent.linkKey(), wallMillis));
    out.add(new CoreCommand.ForgetStunKey(agent.agentId()));
    agents.remove(name);
    nameByKey.remove(agent.linkKey());
    revoked.put(agent.linkKey(), name);
    records.remove(name);
    lastSeen.remove(name);
    admittedBy.remove(name);
    admittedBy.values().forEach(boxes -> boxes.remove(name));
  }

  /** The invite this token belongs to, or null. */
  Invite invite(Bytes token) {
    return invites.get(token.sha256());
  }

  int inviteCount() {
    return invites.size();
  }

  void put(Invite invite) {
    out.persist(new RegistryChange.PutInvite(invite));
    invites.put(invite.tokenHash(), invite);
  }

  /** Forgets invites that ended before this. */
  void forgetInvites(long beforeMillis) {
    invites
        .values()
        .removeIf(
            invite -> {
              boolean old = invite.expiresMillis() < beforeMillis;
              if (old) {
                out.persist(new RegistryChange.DropInvite(invite.tokenHash()));
              }
              return old;
            });
  }

  boolean hasAdmitted(String box, String agent) {
    return admittedBy.getOrDefault(agent, Collections.emptySortedSet()).contains(box);
  }

  /** Remembers an admission; false if it was known. */
  boolean admit(String box, String agent, long wallMillis) {
    if (hasAdmitted(box, agent)) {
      return false;
    }
    Admission admission = new Admission(box, agent);
    out.persist(new RegistryChange.PutAdmission(admission, wallMillis));
    remember(admission);
    return true;
  }

  /** The boxes this agent may see: those that admitted it, and those its invite named. */
  SortedSet<String> visibleTo(AgentEntry agent) {
    SortedSet<String> names = new TreeSet<>(agent.sees());
    names.addAll(admittedBy.getOrDefault(agent.name(), Collections.emptySortedSet()));
    names.removeIf(name -> !agents.containsKey(name) || !agents.get(name).role().mayBeBox());
    names.remove(agent.name());
    return names;
  }

  /** The record of this box, or null. */
  PublishedRecord record(String box) {
    return records.get(box);
  }

  void put(String box, PublishedRecord record) {
    out.persist(new RegistryChange.PutRecord(box, record));
    records.put(box, record);
  }

  /** When this agent was last here, Unix milliseconds; 0: unknown. */
  long lastSeen(String name) {
    return lastSeen.getOrDefault(name, 0L);
  }

  void seen(String name, long wallMillis) {
    if (agents.containsKey(name)) {
      out.persist(new RegistryChange.PutLastSeen(name, wallMillis));
      lastSeen.put(name, wallMillis);
    }
  }
}
