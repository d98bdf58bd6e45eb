package org.moshpit.agent.control;

import java.time.Instant;
import java.util.Objects;

/**
 * One mosh session as {@code agent sessions} lists it.
 *
 * @param id in hex
 * @param user whose shell
 * @param peer the laptop's agent name
 * @param key fingerprint of the person's key
 * @param path direct, relay or none
 * @param since when it began
 * @param heard when something last came from the laptop; null: nothing has, or it is not known
 * @param ends when it ends if nothing more comes; null: not known
 * @param port mosh-server's UDP port
 * @param pid mosh-server's; null: unknown
 */
public record SessionEntry(
    String id,
    String user,
    String peer,
    String key,
    String path,
    Instant since,
    Instant heard,
    Instant ends,
    int port,
    Long pid) {
  /** Checks for nulls where there is always a value. */
  public SessionEntry {
    Objects.requireNonNull(id);
    Objects.requireNonNull(user);
    Objects.requireNonNull(peer);
    Objects.requireNonNull(key);
    Objects.requireNonNull(path);
    Objects.requireNonNull(since);
  }

  void write(JsonLine json) {
    json.object()
        .member("id", id)
        .member("user", user)
        .member("peer", peer)
        .member("key", key)
        .member("path", path)
        .member("since", since)
        .member("heard", heard)
        .member("ends", ends)
        .member("port", port)
        .member("pid", pid)
        .endObject();
  }
}
