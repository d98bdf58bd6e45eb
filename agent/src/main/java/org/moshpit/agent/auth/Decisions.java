package org.moshpit.agent.auth;

import java.util.Optional;
import org.moshpit.common.identity.SshPublicKey;

/** From a key's own policy to the answer. */
final class Decisions {
  private Decisions() {}

  static Authorizer.Decision of(
      Optional<KeyPolicy> policy, Account account, SshPublicKey key, boolean userVerified) {
    if (policy.isEmpty()) {
      return new Authorizer.Decision.NotListed();
    }
    if (policy.get() instanceof KeyPolicy.Refused refused) {
      return new Authorizer.Decision.Refused(refused.reason());
    }
    KeyPolicy.Allowed allowed = (KeyPolicy.Allowed) policy.get();
    if (allowed.verifyRequired() && key.type().isSecurityKey() && !userVerified) {
      return new Authorizer.Decision.Refused(
          AuthorizedKeys.sentence(
              "has the option verify-required, and your security key asked for no PIN"));
    }
    return new Authorizer.Decision.Allowed(account, allowed.forcedCommand());
  }
}
