package org.moshpit.agent.punch.strategy;

import java.net.InetAddress;
import java.util.Optional;

/** This process' part of what all of an agent's processes share: one punch, and what it takes. */
final class SharedTurn {
  private final OtherProcesses others;
  private boolean begun;
  private int sent;
  private Refusal refused;

  /** What stood against a punch of so many checks to that address. */
  private record Refusal(NotNow why, InetAddress ip, int checks) {
    /** An address' hour is no other's, and one that is used up for many has room for few. */
    boolean concerns(InetAddress other, int wanted) {
      return why.cause() != NotNow.Cause.HOUR
          || other != null && other.equals(ip) && wanted >= checks;
    }
  }

  SharedTurn(OtherProcesses others) {
    this.others = others;
  }

  /**
   * What stood against it the last time, as long as that is so; nobody is asked.
   *
   * @param ip where it would go; null if that is not known yet
   * @param checks what it may take
   */
  Optional<NotNow> against(long now, InetAddress ip, int checks) {
    return Optional.ofNullable(refused)
        .filter(refusal -> refusal.concerns(ip, checks))
        .map(Refusal::why)
        .filter(wait -> wait.until() - now > 0);
  }

  /** As {@link OtherProcesses#begin}. */
  Optional<NotNow> begin(long now, InetAddress ip, int checks) {
    Optional<NotNow> against = others.begin(now, ip, checks);
    refused = against.map(why -> new Refusal(why, ip, checks)).orElse(null);
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
