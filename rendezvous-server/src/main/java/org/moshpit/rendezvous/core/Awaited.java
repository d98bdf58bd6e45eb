package org.moshpit.rendezvous.core;

import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import org.moshpit.rendezvous.core.Presence.Link;

/**
 * Laptops that were told that the box of a session of theirs is offline, and want to know when it
 * is back: they are hinted then, as if by the box. Only who has been told learns of it.
 */
final class Awaited {
  /** Of one box; the oldest makes room. */
  static final int PER_BOX = 64;

  private final Presence presence;
  private final Out out;
  private final Map<String, Map<Bytes, Link>> byBox = new HashMap<>();

  Awaited(Presence presence, Out out) {
    this.presence = presence;
    this.out = out;
  }

  void add(String box, Bytes session, Link laptop) {
    Map<Bytes, Link> sessions = byBox.computeIfAbsent(box, name -> new LinkedHashMap<>());
    sessions.remove(session);
    sessions.put(session, laptop);
    Iterator<Link> oldest = sessions.values().iterator();
    while (sessions.size() > PER_BOX) {
      oldest.next();
      oldest.remove();
    }
  }

  /** The box is back. */
  void boxHere(String box) {
    Map<Bytes, Link> sessions = byBox.remove(box);
    if (sessions != null) {
      sessions.forEach(
          (session, laptop) -> {
            if (presence.link(laptop.id) == laptop) {
              out.send(laptop.id, new RendezvousFrame.Hinted(0, session));
            }
          });
    }
  }
}
