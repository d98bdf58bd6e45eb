package org.moshpit.deploy.nat;

import java.net.InetAddress;
import java.time.Duration;
import java.util.Optional;
import org.moshpit.common.sansio.TransportAddress;

/**
 * NATs of one kind with two addresses behind them and two before them, simulated or the kernel's.
 */
interface NatGround extends AutoCloseable {
  /** On which side of the NATs. */
  enum Side {
    INSIDE,
    OUTSIDE
  }

  /** How many NATs stand in series. */
  int nats();

  /** Where the world sees who is inside; of no NAT, the first address inside. */
  InetAddress publicAddress();

  /** One of the two addresses of a side, 0 or 1. */
  InetAddress address(Side side, int which);

  /** The first of some five hundred ports outside that are this ground's own. */
  int firstPort();

  /** Binds a UDP socket. */
  void open(Side side, TransportAddress at);

  /**
   * Sends a datagram from a socket that was opened.
   *
   * @param ttl its time to live, 1–255
   * @param word tells it from others; without spaces
   */
  void send(Side side, TransportAddress from, TransportAddress to, int ttl, String word);

  /**
   * Where the datagram with that word came from when it arrived at a socket; empty if it did not,
   * once everything sent before has either arrived or been dropped.
   */
  Optional<TransportAddress> heard(Side side, TransportAddress at, String word);

  /** For how long the NATs keep what is not used. */
  Duration lifetime();

  /** Begins to count time, for {@link #at}. */
  void startClock();

  /** Lets time pass until so much has since {@link #startClock}; what is due is done at once. */
  void at(Duration time);

  /** Time since {@link #startClock}. */
  Duration clock();

  /**
   * From now on a flow that has gone both ways for two seconds lives so long; without effect where
   * there is no such distinction.
   */
  void streamLifetime(Duration lifetime);

  /** The NATs forget all mappings, as by a restart. */
  void reboot();

  @Override
  void close();
}
