package org.moshpit.agent.cli.box;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.moshpit.common.seal.SessionId;

/** The daemon's sessions, from their admission to their end. For the event loop's thread. */
final class SessionBook {
  private final Map<SessionId, BoxSession> sessions = new HashMap<>();
  private final Runnable changed;

  /**
   * Empty.
   *
   * @param changed is run when there is one more, or one less
   */
  SessionBook(Runnable changed) {
    this.changed = changed;
  }

  void add(BoxSession session) {
    sessions.put(session.id(), session);
    changed.run();
  }

  /** Nothing happens if it is not here any more. */
  void remove(BoxSession session) {
    if (sessions.remove(session.id()) != null) {
      changed.run();
    }
  }

  Optional<BoxSession> get(SessionId id) {
    return Optional.ofNullable(sessions.get(id));
  }

  /**
   * The session whose datagrams go over that relay.
   *
   * @param relay its number on the link; 0 is nobody's
   */
  Optional<BoxSession> byRelay(int relay) {
    return relay == 0
        ? Optional.empty()
        : sessions.values().stream().filter(session -> session.path().relay() == relay).findFirst();
  }

  /** All of them as they are now: one that ends while they are told something may leave. */
  List<BoxSession> all() {
    return List.copyOf(sessions.values());
  }

  /** The daemon goes; their mosh-servers stay. */
  void leave() {
    all().forEach(BoxSession::leave);
    sessions.clear();
  }
}
