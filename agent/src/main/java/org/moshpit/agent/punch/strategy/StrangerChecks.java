package org.moshpit.agent.punch.strategy;

import org.moshpit.common.sansio.TransportAddress;

/**
 * How many plain checks all of an agent's sessions together may send to hosts of which not both the
 * peer and the rendezvous say that the peer is there: a stranger's, for all this end knows. As one
 * of the peers has it; {@link BulkLimits#of} gives another its view. For one thread.
 */
public final class StrangerChecks {
  /**
   * Checks a minute to one host, over all its ports and over all sessions and their generations. A
   * generation sends ten from each local address to one that does not answer, but no more than the
   * address itself may have: with one local address three candidates of one host have two attempts
   * within a minute, with two of them one.
   */
  public static final int PER_HOST_PER_MINUTE = 60;

  /** Hosts remembered; beyond that nothing new is tried. */
  static final int MAX_HOSTS = 1024;

  /** The most of them that one account's peers bring in, so that they leave room for others. */
  static final int HOSTS_PER_ACCOUNT = MAX_HOSTS / 4;

  private final HostLedger hosts;
  private final Object account;

  private StrangerChecks(HostLedger hosts, Object account) {
    this.hosts = hosts;
    this.account = account;
  }

  /** None sent yet. */
  StrangerChecks(Object account) {
    this(new HostLedger(MAX_HOSTS, HOSTS_PER_ACCOUNT), account);
  }

  /** The same, as another account's peers have it. */
  StrangerChecks of(Object other) {
    return new StrangerChecks(hosts, other);
  }

  /**
   * Whether one more may go there at {@code now} (nanoseconds, monotonic).
   *
   * @param perAddress the most within a minute to that very address
   */
  public boolean has(long now, TransportAddress to, int perAddress) {
    return hosts.has(now, account, to, perAddress, PER_HOST_PER_MINUTE);
  }

  /** Counts one for which {@link #has} has just been true. */
  public void add(long now, TransportAddress to) {
    hosts.add(now, account, to);
  }

  /** It answered a check, so it is no stranger's; what went to other ports there still counts. */
  public void proven(TransportAddress address) {
    hosts.forget(address);
  }

  /** Hosts remembered; for tests of the bounds. */
  int held() {
    return hosts.held();
  }
}
