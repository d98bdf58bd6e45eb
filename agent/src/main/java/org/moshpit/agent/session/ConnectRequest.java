package org.moshpit.agent.session;

import java.util.Objects;
import java.util.Optional;
import org.moshpit.common.identity.Fingerprint;
import org.moshpit.common.seal.OfferStatement;
import org.moshpit.common.seal.SessionRequest;

/**
 * What a person typed, and what this laptop knows.
 *
 * @param realm 32 bytes, handed over
 * @param name the box
 * @param user on the box; must be {@link OfferStatement#isUser}
 * @param request must have no {@link SessionRequest#problem}
 * @param known the box, if this laptop knows it
 * @param expected {@code --host-key}
 */
public record ConnectRequest(
    byte[] realm,
    String name,
    String user,
    SessionRequest request,
    Optional<KnownBox> known,
    Optional<Fingerprint> expected) {
  /** No nulls. */
  public ConnectRequest {
    Objects.requireNonNull(realm);
    Objects.requireNonNull(name);
    Objects.requireNonNull(user);
    Objects.requireNonNull(request);
    Objects.requireNonNull(known);
    Objects.requireNonNull(expected);
  }
}
