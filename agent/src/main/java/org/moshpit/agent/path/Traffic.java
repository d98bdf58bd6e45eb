package org.moshpit.agent.path;

import java.util.concurrent.TimeUnit;
import org.moshpit.common.sansio.SocketId;
import org.moshpit.common.sansio.TransportAddress;

/** What a session's path has carried, and from where it was heard last. */
final class Traffic {
  /** A peer heard only over the relay for so long does not reach us, or not believe in it. */
  static final long ONE_SIDED = TimeUnit.SECONDS.toNanos(2);

  private long directSent;
  private long directReceived;
  private long relaySent;
  private long relayReceived;
  private int roams;
  private SocketId lastSocket;
  private TransportAddress lastRemote;
  private boolean isDirect;
  private long directSince;
  private long directNanos;
  private boolean heardOverRelay;
  private long lastFromRelay;
  private long lastFromDirect;

  void sentDirect(byte[] bytes) {
    directSent += bytes.length;
  }

  void sentOverRelay(byte[] bytes) {
    relaySent += bytes.length;
  }

  void receivedDirect(long now, byte[] bytes) {
    directReceived += bytes.length;
    lastFromDirect = now;
  }

  void receivedOverRelay(long now, byte[] bytes) {
    relayReceived += bytes.length;
    heardOverRelay = true;
    lastFromRelay = now;
  }

  /** A direct path begins; it counts as heard. */
  void switchedTo(long now, DirectPath path) {
    boolean another =
        lastRemote != null && !(lastRemote.equals(path.remote) && lastSocket.equals(path.socket));
    roams += another ? 1 : 0;
    lastRemote = path.remote;
    lastSocket = path.socket;
    lastFromDirect = now;
    if (!isDirect) {
      isDirect = true;
      directSince = now;
    }
  }

  /** The direct path ends without another. */
  void leftDirect(long now) {
    directNanos = directNanos(now);
    isDirect = false;
  }

  private long directNanos(long now) {
    return directNanos + (isDirect ? now - directSince : 0);
  }

  /** Forgets the relay once it has been silent for long. */
  void advance(long now) {
    if (heardOverRelay && relaySilentAt() - now <= 0) {
      heardOverRelay = false;
    }
  }

  boolean isHeardOverRelay() {
    return heardOverRelay;
  }

  /** When the relay counts as silent if nothing more comes over it. */
  long relaySilentAt() {
    return lastFromRelay + ONE_SIDED;
  }

  /** Whether the peer was lately heard over the relay, and not directly. */
  boolean isPeerOneSided(long now) {
    return heardOverRelay && now - lastFromDirect >= ONE_SIDED;
  }

  PathSnapshot snapshot(
      long now, PathKind kind, TransportAddress remote, long rttMillis, String reason) {
    return new PathSnapshot(
        kind,
        remote,
        rttMillis,
        roams,
        directSent,
        directReceived,
        relaySent,
        relayReceived,
        directNanos(now),
        reason);
  }
}
