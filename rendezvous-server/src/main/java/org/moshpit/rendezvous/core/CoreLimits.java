package org.moshpit.rendezvous.core;

import java.time.Duration;

/**
 * Quotas and times of the core.
 *
 * @param loginTimeout from the connection to a login
 * @param exchangeTimeout from an offer, or its latest answer, to forgetting it
 * @param relayGrace how long a relay waits for an end whose link is gone
 * @param hintInterval the least time between two hints on one relay
 * @param visitorsPerAgent links of one agent beside its box link
 * @param socketsPerAgent observed addresses remembered of one agent
 * @param offerBurstPerSender offers one agent may send at once
 * @param offerSecondsPerSender seconds until one more
 * @param offersPendingPerBox exchanges one box may have open
 * @param answersPerExchange messages a box may answer one offer with
 * @param relaysPerAgent relays one agent may be an end of
 * @param relaysInTotal relays of this rendezvous
 * @param lookupBurst lookups and lists one agent may ask at once; two a second more
 * @param inviteMemory how long an expired or used invite is remembered, so that this can be said
 */
public record CoreLimits(
    Duration loginTimeout,
    Duration exchangeTimeout,
    Duration relayGrace,
    Duration hintInterval,
    int visitorsPerAgent,
    int socketsPerAgent,
    int offerBurstPerSender,
    double offerSecondsPerSender,
    int offersPendingPerBox,
    int answersPerExchange,
    int relaysPerAgent,
    int relaysInTotal,
    int lookupBurst,
    Duration inviteMemory) {
  /** What a rendezvous for a few thousand agents wants. */
  public static final CoreLimits DEFAULT =
      new CoreLimits(
          Duration.ofSeconds(10),
          Duration.ofSeconds(30),
          Duration.ofMinutes(2),
          Duration.ofSeconds(2),
          256,
          1024,
          150,
          0.5,
          512,
          8,
          512,
          20_000,
          100,
          Duration.ofDays(7));
}
