package org.moshpit.agent.control;

import java.util.List;
import java.util.Objects;
import java.util.Optional;

/**
 * Which sessions {@code agent kill} means: one by the beginning of its name, or all of a key.
 *
 * @param session the beginning of a name in hex; null: a key is meant
 * @param key a fingerprint, {@code SHA256:…}; null: a session is meant
 */
public record KillTarget(String session, String key) {
  /** Checks that it is one of both. */
  public KillTarget {
    if ((session == null) == (key == null)) {
      throw new IllegalArgumentException("one of session and key");
    }
  }

  /** One session. */
  public static KillTarget session(String beginning) {
    return new KillTarget(Objects.requireNonNull(beginning), null);
  }

  /** All that a key opened. */
  public static KillTarget key(String fingerprint) {
    return new KillTarget(null, Objects.requireNonNull(fingerprint));
  }

  /** Those of them that are meant. */
  List<SessionEntry> among(List<SessionEntry> sessions) {
    return sessions.stream()
        .filter(entry -> key == null ? entry.id().startsWith(session) : entry.key().equals(key))
        .toList();
  }

  /** Whether it is only the beginning of what it found. */
  boolean isBeginningOf(List<SessionEntry> found) {
    return key == null && found.stream().noneMatch(entry -> entry.id().equals(session));
  }

  /** Why these are not what is meant: a sentence without its full stop. */
  Optional<String> refusal(List<SessionEntry> found) {
    if (found.isEmpty()) {
      return Optional.of(
          (key == null
                  ? "there is no session " + session
                  : "there is no session that the key " + key + " opened")
              + "; agent sessions lists those there are");
    }
    return key == null && found.size() > 1
        ? Optional.of(
            session + " is the beginning of " + found.size() + " sessions' names; give more of it")
        : Optional.empty();
  }
}
