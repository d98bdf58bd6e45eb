package org.moshpit.rendezvous.core;

/** One change of what is remembered across restarts. */
public sealed interface RegistryChange {
  /** Whether it must be on the disk before anything it caused is said to anyone. */
  default boolean durable() {
    return true;
  }

  /** Adds or replaces an agent. */
  record PutAgent(AgentEntry agent) implements RegistryChange {}

  /** Removes an agent, bans its key, and forgets its record and every admission it stands in. */
  record RevokeAgent(String name, Bytes linkKey, long atMillis) implements RegistryChange {}

  /** Adds or replaces an invite. */
  record PutInvite(Invite invite) implements RegistryChange {}

  /** Forgets an invite. */
  record DropInvite(Bytes tokenHash) implements RegistryChange {}

  /** Remembers that a box has admitted an agent. */
  record PutAdmission(Admission admission, long atMillis) implements RegistryChange {}

  /** Remembers a box's record. */
  record PutRecord(String box, PublishedRecord record) implements RegistryChange {}

  /** Remembers when an agent was last here; worth no wait for the disk. */
  record PutLastSeen(String name, long atMillis) implements RegistryChange {
    @Override
    public boolean durable() {
      return false;
    }
  }
}
