package org.moshpit.agent.auth;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.ZoneId;
import java.util.List;
import java.util.Optional;
import org.moshpit.common.identity.SshPublicKey;

/**
 * The door of an agent that runs as an ordinary user: it serves that user alone, by {@code
 * ~/.ssh/authorized_keys} and {@code authorized_keys2}, with sshd's StrictModes.
 */
public final class OwnUserAuthorizer implements Authorizer {
  private final Account self;
  private final Clock clock;
  private final KeyFiles files;

  /**
   * For the user this process runs as.
   *
   * @param clock with the time zone in which expiry times are meant
   */
  public OwnUserAuthorizer(Account self, Clock clock) {
    this.self = self;
    this.clock = clock;
    this.files = new KeyFiles(self);
  }

  /** For the user this process runs as. */
  public static OwnUserAuthorizer create() throws IOException {
    return new OwnUserAuthorizer(Account.self(), Clock.system(ZoneId.systemDefault()));
  }

  /** What somebody finds who wants to be this user. */
  public DoorReport report() {
    return DoorReport.of(
        self,
        SshdPolicy.ABSENT.keyFiles(self),
        (paths, skipped) -> files.read(paths, self, true, Deadline.in(LISTING), skipped),
        clock);
  }

  @Override
  public Listing look(String user, List<SshPublicKey> keys) {
    if (!user.equals(self.name())) {
      return Authorizer.nothing();
    }
    List<Path> paths = SshdPolicy.ABSENT.keyFiles(self);
    AuthorizedKeys listed =
        AuthorizedKeys.parse(files.read(paths, self, true, Deadline.in(LISTING)));
    return new Listing() {
      @Override
      public List<SshPublicKey> keys() {
        return keys.stream().filter(listed::lists).toList();
      }

      @Override
      public Decision policy(SshPublicKey key, boolean userVerified) {
        Optional<KeyPolicy> policy = listed.policy(key, clock.instant(), clock.getZone());
        return Decisions.of(policy, self, key, userVerified);
      }
    };
  }
}
