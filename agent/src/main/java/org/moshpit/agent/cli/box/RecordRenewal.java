package org.moshpit.agent.cli.box;

import io.netty.util.concurrent.EventExecutor;
import io.netty.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;

/**
 * Publishes the box's record with each link and once a day while that lasts: a link may outlive a
 * record, and the one at the rendezvous must never run out. The rendezvous takes no notice of a
 * record that it has. For the executor's thread.
 */
final class RecordRenewal {
  private static final long EVERY_HOURS = 24;

  private final EventExecutor loop;
  private final Runnable publish;
  private ScheduledFuture<?> timer;

  /**
   * At rest until {@link #linkUp}.
   *
   * @param publish signs the record anew if it is due, and sends it
   */
  RecordRenewal(EventExecutor loop, Runnable publish) {
    this.loop = loop;
    this.publish = publish;
  }

  /** There is a new link: now, and from now on. */
  void linkUp() {
    linkDown();
    publish.run();
    timer = loop.scheduleWithFixedDelay(publish, EVERY_HOURS, EVERY_HOURS, TimeUnit.HOURS);
  }

  /** There is none any more. */
  void linkDown() {
    if (timer != null) {
      timer.cancel(false);
      timer = null;
    }
  }
}
