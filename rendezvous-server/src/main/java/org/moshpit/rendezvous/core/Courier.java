package org.moshpit.rendezvous.core;

import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.random.RandomGenerator;
import org.moshpit.rendezvous.core.CoreCommand.Event;
import org.moshpit.rendezvous.core.Presence.Here;
import org.moshpit.rendezvous.core.Presence.Link;
import org.moshpit.rendezvous.core.RendezvousFrame.Answered;
import org.moshpit.rendezvous.core.RendezvousFrame.NotDelivered;
import org.moshpit.rendezvous.core.RendezvousFrame.NotDeliveredReason;
import org.moshpit.rendezvous.core.RendezvousFrame.Offered;

/**
 * Passes sealed offers to boxes and sealed answers back.
 *
 * <p>What a sender is told never depends on whether a box that has not admitted it is here: a name
 * that does not exist, a laptop's name and an absent box are all met with silence, and a record
 * newer than the one the offer is sealed to is handed out whether the box is here or not. So an
 * offer for which a box has no room is lost in silence too, if the box has not admitted its sender.
 */
final class Courier {
  private static final int EXCHANGE_ID = 16;

  private final CoreLimits limits;
  private final Directory directory;
  private final Presence presence;
  private final Relays relays;
  private final Out out;
  private final RandomGenerator random;
  private final Awaited awaited;
  private final Map<Bytes, Exchange> exchanges = new HashMap<>();
  private final Map<Bytes, Long> deadlines = new LinkedHashMap<>();
  private final Map<String, Pending> pending = new HashMap<>();

  Courier(
      CoreLimits limits,
      Directory directory,
      Presence presence,
      Relays relays,
      Out out,
      RandomGenerator random) {
    this.limits = limits;
    this.directory = directory;
    this.presence = presence;
    this.relays = relays;
    this.out = out;
    this.random = random;
    awaited = new Awaited(presence, out);
  }

  /** A box logged in. */
  void boxHere(Link box) {
    awaited.boxHere(box.name());
  }

  /** The offers one box has to answer yet. */
  private static final class Pending {
    final Map<String, Integer> bySender = new HashMap<>();
    int all;
    int ofStrangers;
  }

  /** An offer on its way. */
  private static final class Exchange {
    final Link laptop;
    final long number;
    final String box;
    final Bytes session;
    final int relay;
    final List<Bytes> laptopSockets;
    final Set<Observed> told;
    final boolean stranger;
    int answers;
    boolean open;

    Exchange(
        Link laptop, AgentFrame.Offer offer, int relay, List<Observed> told, boolean stranger) {
      this.stranger = stranger;
      this.laptop = laptop;
      this.number = offer.exchange();
      this.box = offer.name();
      this.session = offer.session();
      this.relay = relay;
      this.laptopSockets = offer.sockets();
      this.told = new LinkedHashSet<>(told);
    }
  }

  /** Passes an offer on, or does what {@code link.proto} says of one that cannot be. */
  void offer(long now, Link laptop, AgentFrame.Offer offer) {
    Here sender = presence.of(laptop.name(), now);
    if (!sender.offers.take(now, 1)) {
      refuse(now, laptop, offer, "offers of the sender");
      return;
    }
    AgentEntry target = directory.agent(offer.name());
    if (target == null || !target.role().mayBeBox()) {
      out.note(Event.IGNORED, laptop.name(), "offer to an unknown name");
      return;
    }
    Link box = presence.box(offer.name());
    boolean admitted = directory.hasAdmitted(offer.name(), laptop.name());
    if (box == null && admitted) {
      Here gone = presence.find(offer.name());
      long since =
          gone == null || gone.boxSinceMillis == 0
              ? directory.lastSeen(offer.name())
              : gone.boxSinceMillis;
      out.send(laptop.id, new NotDelivered(offer.exchange(), NotDeliveredReason.OFFLINE, since));
      if (!offer.session().isEmpty()) {
        awaited.add(offer.name(), offer.session(), laptop);
      }
      return;
    }
    PublishedRecord record = directory.record(offer.name());
    if (record != null && Long.compareUnsigned(offer.recordSerial(), record.serial()) < 0) {
      out.send(
          laptop.id, new Answered(offer.exchange(), Bytes.EMPTY, List.of(), 0, record.bytes()));
      return;
    }
    if (box == null) {
      out.note(Event.IGNORED, laptop.name(), "offer to a box that is away");
      return;
    }
    if (!hasRoom(offer.name(), laptop.name(), admitted)) {
      if (admitted) {
        refuse(now, laptop, offer, "offers pending at the box");
      } else {
        presence.noteQuota(now, out, laptop.name(), "offers pending at the box");
      }
      return;
    }
    deliver(now, laptop, box, offer, sender.observed(offer.sockets()), !admitted);
    if (admitted && !offer.session().isEmpty()) {
      awaited.add(offer.name(), offer.session(), laptop);
    }
  }

  private boolean hasRoom(String box, String sender, boolean admitted) {
    Pending at = pending.get(box);
    if (at == null) {
      return true;
    }
    int own = at.bySender.getOrDefault(sender, 0);
    return at.all < limits.offersPendingPerBox()
        && (admitted
            ? own < limits.offersPendingOfAdmitted()
            : own < limits.offersPendingOfStranger()
                && at.ofStrangers < limits.offersPendingPerBox() / 2);
  }

  private void deliver(
      long now,
      Link laptop,
      Link box,
      AgentFrame.Offer offer,
      List<Observed> observed,
      boolean stranger) {
    Relays.Relay going =
        offer.session().isEmpty()
            ? null
            : relays.find(offer.session(), laptop.name(), offer.name());
    int relay = going == null ? newRelayNumber() : going.number;
    Bytes id = newId();
    exchanges.put(id, new Exchange(laptop, offer, relay, observed, stranger));
    Pending at = pending.computeIfAbsent(offer.name(), name -> new Pending());
    at.bySender.merge(laptop.name(), 1, Integer::sum);
    at.all++;
    at.ofStrangers += stranger ? 1 : 0;
    prolong(now, id);
    out.send(
        box.id,
        new Offered(
            id,
            laptop.name(),
            laptop.agent.linkKey(),
            offer.sealed(),
            observed,
            offer.session(),
            relay));
  }

  /** Passes an answer back, and opens the relay if it says admitted. */
  void answer(long now, long wall, Link box, AgentFrame.Answer answer) {
    Exchange exchange = exchanges.get(answer.exchange());
    if (exchange == null
        || !exchange.box.equals(box.name())
        || exchange.answers >= limits.answersPerExchange()) {
      out.note(Event.IGNORED, box.name(), "answer to no open offer");
      return;
    }
    if (exchange.answers++ == 0) {
      noLongerPending(exchange);
      awaited.remove(exchange.box, exchange.session, exchange.laptop.name());
    }
    prolong(now, answer.exchange());
    boolean here = presence.link(exchange.laptop.id) == exchange.laptop;
    if (answer.admitted()) {
      // Were the laptop revoked meanwhile, its name might become another's with this admission.
      AgentEntry entry = directory.agent(exchange.laptop.name());
      boolean enrolled = entry != null && entry.linkKey().equals(exchange.laptop.agent.linkKey());
      if (enrolled && directory.admit(box.name(), exchange.laptop.name(), wall)) {
        out.note(Event.ADMITTED, box.name(), exchange.laptop.name());
      }
      if (here && !exchange.open) {
        open(now, wall, box, exchange, answer);
      }
    }
    if (here) {
      out.send(
          exchange.laptop.id,
          new Answered(
              exchange.number,
              answer.sealed(),
              presence.of(box.name(), now).observed(answer.sockets()),
              exchange.open ? exchange.relay : 0,
              Bytes.EMPTY));
    }
  }

  private void open(long now, long wall, Link box, Exchange exchange, AgentFrame.Answer answer) {
    if (relays.isFree(exchange.relay) && relays.full(exchange.laptop.name(), box.name())) {
      presence.countQuota("relays");
      out.note(Event.QUOTA, box.name(), "relays");
      out.send(box.id, new RendezvousFrame.RelayClosed(exchange.relay, "too many relays are open"));
      return;
    }
    exchange.open = true;
    relays.open(
        wall,
        exchange.relay,
        answer.session(),
        exchange.laptop,
        box,
        exchange.laptopSockets,
        answer.sockets());
    // What was seen of the laptop between the offer and this answer, the box has not been told.
    for (Observed late :
        presence.of(exchange.laptop.name(), now).observed(exchange.laptopSockets)) {
      if (!exchange.told.contains(late)) {
        out.send(box.id, new RendezvousFrame.PeerObserved(exchange.relay, late));
      }
    }
  }

  private void refuse(long now, Link laptop, AgentFrame.Offer offer, String quota) {
    presence.noteQuota(now, out, laptop.name(), quota);
    out.send(laptop.id, new NotDelivered(offer.exchange(), NotDeliveredReason.OFFER_QUOTA, 0));
  }

  /** Forgets the exchanges whose time is over. */
  void handleTimeout(long now) {
    while (Presence.due(deadlines, now)) {
      Exchange exchange = exchanges.remove(Presence.pop(deadlines));
      if (exchange.answers == 0) {
        noLongerPending(exchange);
      }
    }
  }

  private void noLongerPending(Exchange exchange) {
    Pending at = pending.get(exchange.box);
    at.all--;
    at.ofStrangers -= exchange.stranger ? 1 : 0;
    at.bySender.computeIfPresent(
        exchange.laptop.name(), (sender, count) -> count == 1 ? null : count - 1);
    if (at.all == 0) {
      pending.remove(exchange.box);
    }
  }

  long nextDeadline() {
    return Presence.first(deadlines);
  }

  private void prolong(long now, Bytes id) {
    deadlines.remove(id);
    deadlines.put(id, now + limits.exchangeTimeout().toNanos());
  }

  private Bytes newId() {
    byte[] id = new byte[EXCHANGE_ID];
    random.nextBytes(id);
    return Bytes.of(id);
  }

  /** Random, so that after a restart a number of before does not name another pair's relay. */
  private int newRelayNumber() {
    int number = random.nextInt();
    while (!relays.isFree(number)) {
      number = random.nextInt();
    }
    return number;
  }
}
