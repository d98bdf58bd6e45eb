package org.moshpit.agent.auth;

import java.nio.file.Path;
import java.util.Objects;
import java.util.Optional;
import org.moshpit.common.identity.SshPublicKey;

/**
 * A key a person can sign with. Immutable.
 *
 * @param key the public key
 * @param file what to give to {@code ssh-keygen -f}: a private key, or the public half of one that
 *     an agent holds; empty if only an agent knows it
 * @param agent the agent's socket if it is not the one of SSH_AUTH_SOCK; {@code none} for no agent
 * @param interaction what signing asks of the person
 */
public record UserKey(
    SshPublicKey key, Optional<Path> file, Optional<String> agent, Interaction interaction) {
  /** What signing asks of the person. */
  public enum Interaction {
    /** Nothing. */
    NONE,
    /** Its passphrase. */
    PASSPHRASE,
    /** A touch of the security key. */
    TOUCH
  }

  /** Without nulls. */
  public UserKey {
    Objects.requireNonNull(key);
    Objects.requireNonNull(file);
    Objects.requireNonNull(agent);
    Objects.requireNonNull(interaction);
  }

  /** Whether signing asks nothing of the person. */
  public boolean isSilent() {
    return interaction == Interaction.NONE;
  }

  /** What a person is about to be asked, in a sentence. */
  public String wish() {
    return describe()
        + (interaction == Interaction.TOUCH
            ? " wants to be touched (or its PIN)."
            : " asks for its passphrase.");
  }

  /** For sentences: the file's name if it has one, and the fingerprint. */
  public String describe() {
    return file.map(path -> path + " (" + key.fingerprint() + ")")
        .orElseGet(() -> key.type().sshName() + " " + key.fingerprint());
  }

  // By hand, and so is hashCode: see docs/decisions/2026-11-24-the-first-screen.md
  @Override
  public boolean equals(Object other) {
    return other instanceof UserKey that
        && key.equals(that.key)
        && file.equals(that.file)
        && agent.equals(that.agent)
        && interaction == that.interaction;
  }

  @Override
  public int hashCode() {
    return 31 * (31 * (31 * key.hashCode() + file.hashCode()) + agent.hashCode())
        + interaction.hashCode();
  }
}
