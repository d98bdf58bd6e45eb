package org.moshpit.rendezvous.core;

import java.time.Duration;

/**
 * Quotas and times of the core.
 *
 * @param loginTimeout from the connection to a login
 * @param exchangeTimeout from an offer, or its latest answer, to forgetting it
 * @param relayGrace how long a relay waits for an end whose link is gone
 * @param hints rate of the hints on one relay: a restart of the box takes two, and one that its
 *     session is over may follow at once
 * @param visitorsPerAgent links of one agent beside its box link
 * @param socketsPerAgent observed addresses remembered of one agent
 * @param offerBurstPerSender offers one agent may send at once
 * @param offerSecondsPerSender seconds until one more
 * @param offersPendingPerBox offers one box may have to answer yet; at most half of them are of
 *     senders it has not admitted
 * @param offersPendingOfAdmitted those of one sender that the box has admitted before
 * @param offersPendingOfStranger those of any other sender
 * @param answersPerExchange messages a box may answer one offer with
 * @param relaysPerAgent relays one agent may be an end of
 * @param relaysInTotal relays of this rendezvous
 * @param lookupBurst lookups and lists one agent may ask at once; two a second more
 * @param publishBurst differing records one box may publish at once; the latest beyond them waits
 * @param publishInterval until one more
 * @param frames rate of the frames of one agent, over all its links
 * @param strangerFrames rate of the frames of one link before its login
 * @param strayDatagrams rate of one agent's datagrams on relays that are not routed from it
 * @param inviteMemory how long an expired or used invite is remembered, so that this can be said
 */
public record CoreLimits(
    Duration loginTimeout,
    Duration exchangeTimeout,
    Duration relayGrace,
    Rate hints,
    int visitorsPerAgent,
    int socketsPerAgent,
    int offerBurstPerSender,
    double offerSecondsPerSender,
    int offersPendingPerBox,
    int offersPendingOfAdmitted,
    int offersPendingOfStranger,
    int answersPerExchange,
    int relaysPerAgent,
    int relaysInTotal,
    int lookupBurst,
    int publishBurst,
    Duration publishInterval,
    Rate frames,
    Rate strangerFrames,
    Rate strayDatagrams,
    Duration inviteMemory) {
  /**
   * So many at once, then so many a second.
   *
   * @param burst at least 1
   * @param perSecond above 0
   */
  public record Rate(int burst, double perSecond) {
    /** A full bucket of this rate. */
    TokenBucket bucket(long now) {
      return new TokenBucket(burst, perSecond, now);
    }
  }

  /** What a rendezvous for a few thousand agents wants. */
  public static final CoreLimits DEFAULT =
      new CoreLimits(
          Duration.ofSeconds(10),
          Duration.ofSeconds(30),
          Duration.ofMinutes(2),
          new Rate(4, 0.5),
          256,
          1024,
          150,
          0.5,
          512,
          // a hundred sessions at once
          128,
          8,
          8,
          512,
          20_000,
          100,
          5,
          Duration.ofMinutes(1),
          // A hundred sessions that begin at once are a few frames per socket each.
          new Rate(4000, 200),
          new Rate(256, 32),
          new Rate(1000, 100),
          Duration.ofDays(7));
}
