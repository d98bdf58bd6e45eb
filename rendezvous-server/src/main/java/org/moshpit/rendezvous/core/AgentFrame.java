package org.moshpit.rendezvous.core;

import java.util.List;
import org.moshpit.common.sansio.TransportAddress;

/** What an agent says on its link; {@code link.proto} tells what each means. */
public sealed interface AgentFrame {
  /** Whether a link is a box's or a visitor's. */
  enum Mode {
    /** Any number at once. */
    VISITOR,
    /** One: the newest login wins. */
    BOX
  }

  /** Proves the link key; {@code relayCookies}: the agent knows what to do with them. */
  record Login(
      int version,
      String name,
      Bytes linkKey,
      Bytes signature,
      Mode mode,
      Bytes returnNonce,
      boolean relayCookies)
      implements AgentFrame {}

  /** Proves a new link key and spends a token. */
  record Enroll(int version, String name, Bytes linkKey, Bytes signature, Bytes token)
      implements AgentFrame {
    @Override
    public String toString() {
      return "Enroll[" + name + "]";
    }
  }

  /** Asks for a sign of life. */
  record Ping(long cookie) implements AgentFrame {}

  /** A box's signed record. */
  record Publish(Bytes record) implements AgentFrame {}

  /** Returns the nonce of a STUN answer. */
  record Claim(Bytes socket, Bytes nonce, boolean registered, TransportAddress observed)
      implements AgentFrame {}

  /** The agent's NAT. */
  record NatReport(NatWords nat) implements AgentFrame {}

  /** Asks for a box's record. */
  record Lookup(long request, String name) implements AgentFrame {}

  /** Asks for the boxes this agent may see. */
  record ListBoxes(long request) implements AgentFrame {}

  /** Laptop to box. */
  record Offer(
      long exchange,
      String name,
      Bytes sealed,
      List<Bytes> sockets,
      long recordSerial,
      Bytes session)
      implements AgentFrame {
    /** Copies the list. */
    public Offer {
      sockets = List.copyOf(sockets);
    }
  }

  /** Box to laptop. */
  record Answer(Bytes exchange, Bytes sealed, List<Bytes> sockets, boolean admitted, Bytes session)
      implements AgentFrame {
    /** Copies the list. */
    public Answer {
      sockets = List.copyOf(sockets);
    }
  }

  /** Ends a relay, and with it what the rendezvous knows of the session. */
  record CloseRelay(int relay) implements AgentFrame {}

  /** Asks the other end to start a control exchange. */
  record Hint(int relay, Bytes session) implements AgentFrame {}
}
