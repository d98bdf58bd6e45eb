package org.moshpit.testkit;

import java.time.Duration;

/**
 * How the core of a simulated internet treats datagrams.
 *
 * @param latency one way through the core
 * @param jitter added at random, up to this; more than the gap between two datagrams reorders them
 * @param loss probability that a datagram is lost, 0–1
 * @param duplication probability that it arrives twice, 0–1
 * @param coreHops routers between any two ends of the core, each taking one from the time to live
 */
public record NetworkConditions(
    Duration latency, Duration jitter, double loss, double duplication, int coreHops) {
  /** 100 ms round trip, 1 % loss, 2 ms jitter, four core routers. */
  public static NetworkConditions ordinary() {
    return new NetworkConditions(Duration.ofMillis(50), Duration.ofMillis(2), 0.01, 0, 4);
  }

  /** The same without loss. */
  public static NetworkConditions lossless() {
    return ordinary().withLoss(0);
  }

  /** The same with this loss. */
  public NetworkConditions withLoss(double probability) {
    return new NetworkConditions(latency, jitter, probability, duplication, coreHops);
  }

  /** The same with datagrams overtaking each other by up to {@code by}, a few arriving twice. */
  public NetworkConditions reordering(Duration by) {
    return new NetworkConditions(latency, by, loss, 0.01, coreHops);
  }

  /** The same with this one-way latency. */
  public NetworkConditions withLatency(Duration oneWay) {
    return new NetworkConditions(oneWay, jitter, loss, duplication, coreHops);
  }
}
