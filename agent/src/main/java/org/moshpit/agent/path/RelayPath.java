package org.moshpit.agent.path;

import org.moshpit.agent.punch.RelayEcho;
import org.moshpit.agent.punch.SealedPairs;
import org.moshpit.common.stun.StunParse;

/**
 * The relay as a session's path: whether it is up and may be used, the datagrams over it, and the
 * round trip over it. For the path machine's thread; times are monotonic nanoseconds.
 */
final class RelayPath {
  private final RelayPolicy policy;
  private final RelayEcho echo;
  private final Outbox outbox;
  private final Traffic traffic;
  private boolean up;

  /**
   * Down so far.
   *
   * @param sealed prove what is said of the round trip
   */
  RelayPath(RelayPolicy policy, SealedPairs sealed, Outbox outbox, Traffic traffic) {
    this.policy = policy;
    this.echo = new RelayEcho(sealed);
    this.outbox = outbox;
    this.traffic = traffic;
  }

  /** Whether it may be used when it is up. */
  boolean isAllowed() {
    return policy != RelayPolicy.NEVER;
  }

  /** Whether a datagram would reach the peer over it now. */
  boolean isUsable() {
    return up && isAllowed();
  }

  /** It is up; says whether that is news. */
  boolean up() {
    boolean news = !up;
    up = true;
    return news;
  }

  void down() {
    up = false;
  }

  /** A datagram of the application's. It must be usable. */
  void send(byte[] bytes) {
    outbox.say(new PathOut.ToRelay(bytes));
    traffic.sentOverRelay(bytes);
  }

  /** Measures a round trip, once the peer is known; its answer comes out under that number. */
  void ping(long now, int number) {
    echo.ask(now, number).ifPresent(bytes -> outbox.say(new PathOut.ToRelay(bytes)));
  }

  /**
   * Whether what came over it is a question or an answer about the round trip; then that is done.
   */
  boolean isEcho(long now, StunParse.Parsed parsed) {
    RelayEcho.Heard heard = echo.heard(now, parsed);
    if (heard instanceof RelayEcho.Heard.Question question) {
      if (isUsable()) {
        outbox.say(new PathOut.ToRelay(question.answer()));
        outbox.say(new PathOut.PingAnswered());
      }
      return true;
    }
    if (heard instanceof RelayEcho.Heard.Answer answer) {
      outbox.say(new PathOut.RoundTrip(answer.number(), PathKind.RELAY, null, answer.rttNanos()));
      return true;
    }
    return false;
  }
}
