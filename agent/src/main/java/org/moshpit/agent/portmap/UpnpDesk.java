package org.moshpit.agent.portmap;

import java.util.ArrayDeque;
import java.util.Queue;
import java.util.concurrent.TimeUnit;
import org.moshpit.common.sansio.Deadlines;
import org.moshpit.common.sansio.Machine;

/** UPnP is asked over HTTP, by somebody who may block: one call after the other. */
final class UpnpDesk {
  /** A call that took that long has failed, whatever became of it. */
  static final long LIMIT = TimeUnit.SECONDS.toNanos(8);

  /** Releases that wait; more are left to their leases. */
  private static final int MAX_WAITING = 64;

  /**
   * A call under way.
   *
   * @param watched for whom, or null: the release of one that is gone
   */
  record Call(long id, Watched watched, UpnpRequest request) {}

  private final Queue<UpnpRequest> releases = new ArrayDeque<>();
  private Call call;
  private long deadline = Machine.NO_DEADLINE;
  private long lastId;

  boolean isBusy() {
    return call != null;
  }

  Call begin(long now, Watched watched, UpnpRequest request) {
    call = new Call(++lastId, watched, request);
    deadline = now + LIMIT;
    return call;
  }

  void release(UpnpRequest request) {
    if (releases.size() < MAX_WAITING) {
      releases.add(request);
    }
  }

  UpnpRequest nextRelease() {
    return releases.poll();
  }

  /** Ends the call with that number; null if it is not the one under way. */
  Call end(long id) {
    if (call == null || call.id() != id) {
      return null;
    }
    Call ended = call;
    call = null;
    deadline = Machine.NO_DEADLINE;
    return ended;
  }

  /** The number of the call that took too long, or 0. */
  long overdue(long now) {
    return Deadlines.isDue(deadline, now) ? call.id() : 0;
  }

  long deadline() {
    return deadline;
  }
}
