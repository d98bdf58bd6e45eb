package org.moshpit.rendezvous.core;

import java.util.Collections;
import java.util.SortedSet;
import java.util.TreeSet;

/**
 * An invitation to enroll. Only the hash of its token is kept.
 *
 * @param tokenHash SHA-256 of the 16-byte token
 * @param name the name it is for; empty: any
 * @param role the role it gives
 * @param sees the boxes it shows
 * @param usesLeft how many enrollments are left; 0: used up, kept so that this can be said
 * @param expiresMillis until when, Unix milliseconds
 */
public record Invite(
    Bytes tokenHash,
    String name,
    Role role,
    SortedSet<String> sees,
    int usesLeft,
    long expiresMillis) {
  /** Copies the set. */
  public Invite {
    sees = Collections.unmodifiableSortedSet(new TreeSet<>(sees));
  }

  /** After one more enrollment. */
  Invite used() {
    return new Invite(tokenHash, name, role, sees, usesLeft - 1, expiresMillis);
  }
}
