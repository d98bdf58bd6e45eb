package org.moshpit.agent.punch.strategy;

import java.net.InetAddress;
import java.util.Optional;

/** This process' part of what all of an agent's processes share: one punch, and what it takes. */
final class SharedTurn {
  private final OtherProcesses others;
  private boolean begun;
  private int sent;
  private NotNow refused;

  SharedTurn(OtherProcesses others) {
    this.others = others;
  }

  /** What stood against it the last time, as long as that is so; nobody is asked. */
  Optional<NotNow> against(long now) {
    return Optional.ofNullable(refused).filter(wait -> wait.until() - now > 0);
  }

  /** As {@link OtherProcesses#begin}. */
  Optional<NotNow> begin(long now, InetAddress ip, int checks) {
    Optional<NotNow> against = others.begin(now, ip, checks);
    refused = against.orElse(null);
    begun = against.isEmpty();
    sent = 0;
    return against;
  }

  /** A check left. */
  void sent() {
    sent++;
  }

  /** The turn that was begun is over. */
  void end() {
    if (begun) {
      begun = false;
      others.end(sent);
    }
  }
}
