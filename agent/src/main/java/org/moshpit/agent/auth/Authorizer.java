package org.moshpit.agent.auth;

import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.moshpit.common.identity.SshPublicKey;

/**
 * Decides whom a box lets in. Two steps, because nothing but silence answers a key that is not
 * listed, and policy is told only to those who proved a listed one. Blocks for tens of
 * milliseconds, a few seconds at most; any thread. Never throws for what a peer sent or a user
 * wrote: when in doubt, it refuses.
 */
public interface Authorizer {
  /** All that {@link #look} may take; whatever has not answered by then says nothing. */
  Duration LISTING = Duration.ofSeconds(3);

  /** What was found for one user at one moment; for one admission, then to be dropped. */
  interface Listing {
    /** The offered keys that are listed, in the order offered. */
    List<SshPublicKey> keys();

    /**
     * What policy says, once a signature by this key was verified.
     *
     * @param key one of {@link #keys}, or {@link Decision.NotListed} comes back
     * @param userVerified whether that signature says that a security key checked its PIN
     */
    Decision policy(SshPublicKey key, boolean userVerified);
  }

  /** The answer. */
  sealed interface Decision {
    /** Say nothing. */
    record NotListed() implements Decision {}

    /**
     * Tell them no.
     *
     * @param reason one sentence
     */
    record Refused(String reason) implements Decision {
      /** Without a null. */
      public Refused {
        Objects.requireNonNull(reason);
      }
    }

    /**
     * Let them in.
     *
     * @param account who they are here
     * @param forcedCommand the only command there is for them
     */
    record Allowed(Account account, Optional<String> forcedCommand) implements Decision {
      /** Without nulls. */
      public Allowed {
        Objects.requireNonNull(account);
        Objects.requireNonNull(forcedCommand);
      }
    }
  }

  /** Looks which of these keys (at most {@link UserKeys#MAX_KEYS}) are listed for the user. */
  Listing look(String user, List<SshPublicKey> keys);

  /** The keys among these that are listed for the user. */
  default List<SshPublicKey> listed(String user, List<SshPublicKey> keys) {
    return look(user, keys).keys();
  }

  /** {@link #look} and {@link Listing#policy} in one, for callers that kept nothing. */
  default Decision policy(String user, SshPublicKey key, boolean userVerified) {
    return look(user, List.of(key)).policy(key, userVerified);
  }

  /** For users that are not there. */
  static Listing nothing() {
    return new Listing() {
      @Override
      public List<SshPublicKey> keys() {
        return List.of();
      }

      @Override
      public Decision policy(SshPublicKey key, boolean userVerified) {
        return new Decision.NotListed();
      }
    };
  }
}
