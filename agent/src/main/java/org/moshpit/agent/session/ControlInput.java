package org.moshpit.agent.session;

import java.util.List;
import org.moshpit.agent.candidates.IceDescription;

/** What a {@link ControlMachine} is told. Arrays are handed over. */
public sealed interface ControlInput {
  /** How this laptop can be reached now; replaces what was said before. */
  record Described(IceDescription ice, List<Long> sockets) implements ControlInput {
    /** Copies the list. */
    public Described {
      sockets = List.copyOf(sockets);
    }
  }

  /** The path wants the checks to start again, with the description last given. */
  record ExchangeWanted(String reason) implements ControlInput {}

  /** The box, or the rendezvous in its name, asks for an exchange. It proves nothing. */
  record Hinted() implements ControlInput {}

  /** The session is over on this side. */
  record EndWanted() implements ControlInput {}

  /**
   * The link can send. After a break the relay has to be bound anew, so that an exchange follows.
   *
   * @param rttMillis to the rendezvous and back, 0 if unknown
   */
  record LinkUp(int rttMillis) implements ControlInput {}

  /** The link is gone. */
  record LinkDown() implements ControlInput {}

  /**
   * The wall clock, Unix milliseconds; only the expiry of a newer box record is held against it.
   */
  record Clock(long wallMillis) implements ControlInput {}

  /** Answers {@link ControlOutput.PersistCounter}. */
  record CounterPersisted(long counter) implements ControlInput {}

  /** As {@link ConnectInput.Answered}. */
  record Answered(
      long exchange, byte[] sealed, List<ObservedSocket> observed, int relay, byte[] record)
      implements ControlInput {
    /** Copies the list. */
    public Answered {
      observed = List.copyOf(observed);
    }
  }

  /** As {@link ConnectInput.Offline}. */
  record Offline(long exchange, long sinceMillis) implements ControlInput {}
}
