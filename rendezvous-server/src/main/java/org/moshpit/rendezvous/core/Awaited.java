package org.moshpit.rendezvous.core;

import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.moshpit.rendezvous.core.Presence.Link;

/**
 * Laptops that were told that the box of a session of theirs is offline, or have asked something of
 * it that is not answered yet, and want to know when it is back: they are hinted then, as if by the
 * box. A box that lost its network without a word is here until its link is given up, so what goes
 * there meanwhile is lost in silence. Only whom the box has admitted learns of it.
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

  /** The box has answered: the laptop need not be told that it is here. */
  void remove(String box, Bytes session, String laptop) {
    byBox.computeIfPresent(
        box,
        (name, wishes) -> {
          wishes.remove(new Wish(laptop, session));
          return wishes.isEmpty() ? null : wishes;
        });
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
