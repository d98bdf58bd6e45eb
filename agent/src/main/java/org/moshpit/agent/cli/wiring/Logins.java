package org.moshpit.agent.cli.wiring;

import java.nio.file.Path;
import org.moshpit.agent.auth.Account;
import org.moshpit.agent.mosh.LoginAccount;

/** An account as the door knows it, for those who start something in its name. */
public final class Logins {
  private Logins() {}

  /** The same account. */
  public static LoginAccount of(Account account) {
    return new LoginAccount(
        account.name(),
        Math.toIntExact(account.uid()),
        Math.toIntExact(account.gid()),
        account.home(),
        Path.of(account.shell()));
  }
}
