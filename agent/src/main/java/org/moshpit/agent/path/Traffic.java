package org.moshpit.agent.path;

import java.util.concurrent.TimeUnit;
import org.moshpit.common.sansio.SocketId;
import org.moshpit.common.sansio.TransportAddress;

/** What a session's path has carried, and from where it was heard last. */
final class Traffic {
  /** A peer heard over the relay alone for so long has not switched, or has switched back. */
  static final long ONE_SIDED = TimeUnit.SECONDS.toNanos(2);

  /** A relay silent for so long is not used by the peer: two of mosh's heartbeats, and some. */
  static final long RELAY_SILENT = TimeUnit.SECONDS.toNanos(8);

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
  private boolean relayAlone;
  private long relayAloneSince;
  private long lastFromRelay;

  void sentDirect(byte[] bytes) {
    directSent += bytes.length;
  }

  void sentOverRelay(byte[] bytes) {
    relaySent += bytes.length;
  }

  void receivedDirect(byte[] bytes) {
    directReceived += bytes.length;
    relayAlone = false;
  }

  void receivedOverRelay(long now, byte[] bytes) {
    relayReceived += bytes.length;
    relayAloneSince = relayAlone ? relayAloneSince : now;
    relayAlone = true;
    lastFromRelay = now;
  }

  /** A direct path begins; what came over the relay before says nothing about it. */
  void switchedTo(long now, DirectPath path) {
    boolean another =
        lastRemote != null && !(lastRemote.equals(path.remote) && lastSocket.equals(path.socket));
    roams += another ? 1 : 0;
    lastRemote = path.remote;
    lastSocket = path.socket;
    relayAlone = false;
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
    if (relayAlone && relaySilentAt() - now <= 0) {
      relayAlone = false;
    }
  }

  /** Whether the relay, and nothing else, was heard lately. */
  boolean isRelayAlone() {
    return relayAlone;
  }

  /** When the relay counts as silent if nothing more comes over it. */
  long relaySilentAt() {
    return lastFromRelay + RELAY_SILENT;
  }

  /** Whether the peer has been heard over the relay alone for long enough to mean something. */
  boolean isPeerOneSided(long now) {
    return relayAlone && now - relayAloneSince >= ONE_SIDED;
  }

  PathSnapshot snapshot(
      long now,
      PathKind kind,
      TransportAddress remote,
      long rttMillis,
      String reason,
      String relayReason) {
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
        reason,
        relayReason);
  }
}
