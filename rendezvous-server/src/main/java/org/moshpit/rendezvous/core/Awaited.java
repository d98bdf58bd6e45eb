package org.moshpit.rendezvous.core;

import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.moshpit.rendezvous.core.Presence.Link;

/**
 * Laptops that were told that the box of a session of theirs is offline, and want to know when it
 * is back: they are hinted then, as if by the box. Only who has been told learns of it.
 */
final class Awaited {
  /** Of one box; the oldest makes room. */
  static final int PER_BOX = 64;

  /** Of one laptop for one box; its own oldest makes room. */
  static final int PER_LAPTOP = 8;

  private record Wish(String laptop, Bytes session) {}

  private final Presence presence;
  private final Out out;
  private final Map<String, Map<Wish, Link>> byBox = new HashMap<>();

  Awaited(Presence presence, Out out) {
    this.presence = presence;
    this.out = out;
  }

  void add(String box, Bytes session, Link laptop) {
    Map<Wish, Link> wishes = byBox.computeIfAbsent(box, name -> new LinkedHashMap<>());
    Wish wish = new Wish(laptop.name(), session);
    wishes.remove(wish);
    List<Wish> own =
        wishes.keySet().stream().filter(one -> one.laptop.equals(wish.laptop)).toList();
    if (own.size() >= PER_LAPTOP) {
      wishes.remove(own.get(0));
    } else if (wishes.size() >= PER_BOX) {
      wishes.remove(wishes.keySet().iterator().next());
    }
    wishes.put(wish, laptop);
  }

  /** The box is back. */
  void boxHere(String box) {
    Map<Wish, Link> wishes = byBox.remove(box);
    if (wishes != null) {
      wishes.forEach(
          (wish, laptop) -> {
            if (presence.link(laptop.id) == laptop) {
              out.send(laptop.id, new RendezvousFrame.Hinted(0, wish.session));
            }
          });
    }
  }
}
