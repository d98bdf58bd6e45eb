package org.moshpit.rendezvous.core;

import java.util.List;

/** What the rendezvous says on a link; {@code link.proto} tells what each means. */
public sealed interface RendezvousFrame {
  /** Why an offer was not delivered. */
  enum NotDeliveredReason {
    /** The box is not here. */
    OFFLINE,
    /** Too many offers. */
    OFFER_QUOTA
  }

  /** The first frame of every link. */
  record Hello(Bytes nonce, int versionMin, int versionMax, long timeMillis)
      implements RendezvousFrame {}

  /** Logged in; {@code returnNonce} is for the next time, empty if there is none. */
  record Welcome(Registration registration, long epoch, String name, Bytes returnNonce)
      implements RendezvousFrame {}

  /** The return nonce of a login is not known; what came with it was not heard. */
  record LoginAgain() implements RendezvousFrame {}

  /** Ends the link. */
  record Refused(RefusalCode code, String detail) implements RendezvousFrame {}

  /** Enrolled. */
  record Enrolled(String name, Registration registration) implements RendezvousFrame {}

  /** A sign of life. */
  record Pong(long cookie) implements RendezvousFrame {}

  /** A box's record; empty: no such box. */
  record Record(long request, Bytes record) implements RendezvousFrame {}

  /** The boxes an agent may see. */
  record Boxes(long request, List<Box> boxes) implements RendezvousFrame {
    /** Copies the list. */
    public Boxes {
      boxes = List.copyOf(boxes);
    }
  }

  /** One of them; {@code observed} is null if unknown. */
  record Box(String name, boolean online, Observed observed, NatWords nat, long sinceMillis) {}

  /** An offer, at the box. */
  record Offered(
      Bytes exchange,
      String from,
      Bytes fromKey,
      Bytes sealed,
      List<Observed> observed,
      Bytes session,
      int relay)
      implements RendezvousFrame {
    /** Copies the list. */
    public Offered {
      observed = List.copyOf(observed);
    }
  }

  /** An answer, at the laptop. */
  record Answered(long exchange, Bytes sealed, List<Observed> observed, int relay, Bytes record)
      implements RendezvousFrame {
    /** Copies the list. */
    public Answered {
      observed = List.copyOf(observed);
    }
  }

  /** An offer that found no box. */
  record NotDelivered(long exchange, NotDeliveredReason reason, long sinceMillis)
      implements RendezvousFrame {}

  /** A socket of the other end was seen at an address. */
  record PeerObserved(int relay, Observed observed) implements RendezvousFrame {}

  /** A relay is gone. */
  record RelayClosed(int relay, String reason) implements RendezvousFrame {}

  /** Datagrams of a relay may come by UDP under this cookie. */
  record RelayCookie(int relay, Bytes cookie, Bytes key) implements RendezvousFrame {
    @Override
    public String toString() {
      return "RelayCookie[" + relay + "]";
    }
  }

  /** The other end asks for a control exchange. */
  record Hinted(int relay, Bytes session) implements RendezvousFrame {}

  /** Whether a claim was adopted. */
  record Claimed(Bytes socket, boolean adopted) implements RendezvousFrame {}
}
