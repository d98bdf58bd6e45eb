package org.moshpit.rendezvous.responder;

import java.net.InetAddress;

/**
 * How often one rendezvous answers Binding requests from one network, on whichever of its loops
 * they arrive: the kernel spreads the ports of one source over all of them. Any thread.
 */
public final class AnswerQuotas {
  private static final int BUCKETS = 1 << 14;
  private static final int STRANGERS_PER_SECOND = 20;
  private static final int STRANGERS_BURST = 60;

  /**
   * An agent's answers to one network: a hundred sessions ask four servers at once when the network
   * changes, perhaps twice in a moment; after that each socket asks every 22 s.
   */
  private static final int AGENTS_BURST = 1_000;

  private static final int AGENTS_PER_SECOND = 50;

  private final SourceLimiter strangers;
  private final SourceLimiter agents;

  /**
   * None used up.
   *
   * @param seed random, so that nobody can choose with whom to share a bucket
   */
  public AnswerQuotas(long seed) {
    strangers = new SourceLimiter(seed, BUCKETS, STRANGERS_PER_SECOND, STRANGERS_BURST);
    agents = new SourceLimiter(~seed, BUCKETS, AGENTS_PER_SECOND, AGENTS_BURST);
  }

  /** Takes one answer of the network's, if it has one left: to a request of nobody known. */
  boolean admitStranger(InetAddress source, long nowMillis) {
    return strangers.admit(source, nowMillis);
  }

  /** Takes one answer of that agent's at that network, if it has one left. */
  boolean admitAgent(long agentId, InetAddress source, long nowMillis) {
    return agents.admit(agentId, source, nowMillis);
  }
}
