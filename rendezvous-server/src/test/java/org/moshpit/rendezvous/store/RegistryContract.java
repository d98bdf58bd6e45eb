package org.moshpit.rendezvous.store;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.moshpit.rendezvous.core.Admission;
import org.moshpit.rendezvous.core.AgentEntry;
import org.moshpit.rendezvous.core.Bytes;
import org.moshpit.rendezvous.core.Invite;
import org.moshpit.rendezvous.core.PublishedRecord;
import org.moshpit.rendezvous.core.RegistryChange.DropInvite;
import org.moshpit.rendezvous.core.RegistryChange.PutAdmission;
import org.moshpit.rendezvous.core.RegistryChange.PutAgent;
import org.moshpit.rendezvous.core.RegistryChange.PutInvite;
import org.moshpit.rendezvous.core.RegistryChange.PutLastSeen;
import org.moshpit.rendezvous.core.RegistryChange.PutRecord;
import org.moshpit.rendezvous.core.RegistryChange.RevokeAgent;
import org.moshpit.rendezvous.core.RegistrySnapshot;
import org.moshpit.rendezvous.core.Role;

/** What every {@link Registry} does; one small subclass per implementation. */
abstract class RegistryContract {
  static final Bytes REALM = Bytes.of(new byte[32]);

  /** Opens the registry of this test, as it was left. */
  abstract Registry open() throws Exception;

  static AgentEntry agent(String name, int key) {
    return new AgentEntry(
        name,
        Bytes.ofHex("%064x".formatted(key)),
        Bytes.ofHex("%016x".formatted(key)),
        Bytes.ofHex("%064x".formatted(~key)),
        Role.BOX,
        new TreeSet<>(List.of("attic", "den")),
        1234);
  }

  static Invite invite(int token, int uses) {
    return new Invite(
        Bytes.ofHex("%064x".formatted(token)), "", Role.LAPTOP, new TreeSet<>(), uses, 99);
  }

  @Test
  void emptyAtFirstAndTheRealmStays() throws Exception {
    try (Registry registry = open()) {
      RegistrySnapshot first = registry.snapshot();
      assertThat(first.realm()).isEqualTo(REALM);
      assertThat(first.agents()).isEmpty();
      assertThat(first.boot()).isEqualTo(1);
    }
    try (Registry registry = open()) {
      assertThat(registry.snapshot().boot()).isEqualTo(2);
    }
  }

  @Test
  void everyChangeIsFoundAgain() throws Exception {
    PublishedRecord record = new PublishedRecord(7, Bytes.ofHex("abcd"));
    try (Registry registry = open()) {
      registry.apply(
          List.of(
              new PutAgent(agent("box", 1)),
              new PutAgent(agent("lap", 2)),
              new PutInvite(invite(5, 3)),
              new PutInvite(invite(6, 1)),
              new DropInvite(invite(6, 1).tokenHash()),
              new PutAdmission(new Admission("box", "lap"), 55),
              new PutRecord("box", record),
              new PutLastSeen("lap", 77)));
    }
    try (Registry registry = open()) {
      RegistrySnapshot found = registry.snapshot();
      assertThat(found.agents()).containsExactlyInAnyOrder(agent("box", 1), agent("lap", 2));
      assertThat(found.invites()).containsExactly(invite(5, 3));
      assertThat(found.admissions()).isEqualTo(Map.of(new Admission("box", "lap"), 55L));
      assertThat(found.records()).isEqualTo(Map.of("box", record));
      assertThat(found.lastSeen()).isEqualTo(Map.of("lap", 77L));
      assertThat(found.revoked()).isEmpty();
    }
  }

  @Test
  void revokingForgetsAllButTheKey() throws Exception {
    try (Registry registry = open()) {
      registry.apply(
          List.of(
              new PutAgent(agent("box", 1)),
              new PutAgent(agent("lap", 2)),
              new PutAdmission(new Admission("box", "lap"), 55),
              new PutAdmission(new Admission("den", "lap"), 56),
              new PutAdmission(new Admission("lap", "box"), 57),
              new PutRecord("box", new PublishedRecord(7, Bytes.ofHex("ab"))),
              new PutLastSeen("box", 77)));
      registry.apply(List.of(new RevokeAgent("box", agent("box", 1).linkKey(), 100)));
    }
    try (Registry registry = open()) {
      RegistrySnapshot found = registry.snapshot();
      assertThat(found.agents()).containsExactly(agent("lap", 2));
      assertThat(found.revoked()).isEqualTo(Map.of(agent("box", 1).linkKey(), "box"));
      assertThat(found.admissions()).containsOnlyKeys(new Admission("den", "lap"));
      assertThat(found.records()).isEmpty();
      assertThat(found.lastSeen()).isEmpty();
    }
  }

  @Test
  void theLatestOfAKeyWins() throws Exception {
    try (Registry registry = open()) {
      registry.apply(List.of(new PutInvite(invite(5, 3)), new PutInvite(invite(5, 2))));
      registry.apply(List.of(new PutInvite(invite(5, 1))));
    }
    try (Registry registry = open()) {
      assertThat(registry.snapshot().invites()).containsExactly(invite(5, 1));
    }
  }

  @Test
  void whatMayWaitIsThereAfterAFlush() throws Exception {
    try (Registry registry = open()) {
      registry.apply(List.of(new PutLastSeen("box", 77)));
      registry.flush();
    }
    try (Registry registry = open()) {
      assertThat(registry.snapshot().lastSeen()).isEqualTo(Map.of("box", 77L));
    }
  }
}
