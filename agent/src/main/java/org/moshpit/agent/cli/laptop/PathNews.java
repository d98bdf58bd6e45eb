package org.moshpit.agent.cli.laptop;

import org.moshpit.agent.path.PathKind;
import org.moshpit.agent.path.PathOut;

/**
 * What was last heard of the path that carries datagrams, and what the events file says of it. For
 * the loop's thread.
 */
final class PathNews {
  private final EventsFile events;
  private PathKind last = PathKind.NONE;
  private int roams;

  /** Nothing carries them yet. */
  PathNews(EventsFile events) {
    this.events = events;
  }

  boolean isDirect() {
    return last == PathKind.DIRECT;
  }

  /** It changes. */
  void heard(PathOut.PathChanged changed) {
    last = changed.path();
  }

  /** The direct path that carries them is the last of so many. */
  void roamed(PathOut.PathChanged changed, int count) {
    if (count > roams) {
      roams = count;
      events.append("roam", line -> line.member("remote", changed.remote()));
    }
  }

  /** Puts it on file. */
  void write(PathOut.PathChanged changed) {
    events.append(
        "path",
        line ->
            line.member("path", changed.path().word())
                .member("remote", changed.remote())
                .member("rttMillis", changed.rttMillis() < 0 ? null : changed.rttMillis())
                .member("reason", changed.reason()));
  }
}
