package org.moshpit.agent.session;

import java.util.List;
import org.moshpit.agent.candidates.IceDescription;
import org.moshpit.common.seal.OfferedKey;

/** What a {@link ConnectMachine} is told, in any order. Arrays are handed over. */
public sealed interface ConnectInput {
  /** The wall clock, Unix milliseconds; wanted at the start and when it was seen to jump. */
  record Clock(long wallMillis) implements ConnectInput {}

  /**
   * Keys to try, in this order, after those already given.
   *
   * @param more whether {@link ConnectOutput.FindKeys} can bring further ones, which nobody looks
   *     for as long as these do
   */
  record KeysFound(List<KeyBatch> batches, boolean more) implements ConnectInput {
    /** Copies the list. */
    public KeysFound {
      batches = List.copyOf(batches);
    }

    /** These and no others. */
    public KeysFound(List<KeyBatch> batches) {
      this(batches, false);
    }
  }

  /**
   * How this laptop can be reached; the newest one goes into the next offer.
   *
   * @param sockets the numbers of its sockets, for the rendezvous to tell where it saw them
   */
  record IceReady(IceDescription ice, List<Long> sockets) implements ConnectInput {
    /** Copies the list. */
    public IceReady {
      sockets = List.copyOf(sockets);
    }
  }

  /**
   * Frames can be sent (right after the login's own).
   *
   * @param rttMillis to the rendezvous and back, 0 if unknown
   */
  record LinkUp(int rttMillis) implements ConnectInput {}

  /** The link is gone; what was asked over it is not answered any more. */
  record LinkDown() implements ConnectInput {}

  /** Answers {@link ConnectOutput.SendLookup}; empty if the rendezvous has none for this agent. */
  record RecordArrived(long request, byte[] record) implements ConnectInput {}

  /** Answers {@link ConnectOutput.AskFingerprint}. */
  record FingerprintAnswered(boolean trusted) implements ConnectInput {}

  /**
   * Answers {@link ConnectOutput.Sign}.
   *
   * @param keys those that did sign
   * @param problems a sentence for each that did not
   */
  record Signed(long id, List<OfferedKey> keys, List<String> problems) implements ConnectInput {
    /** Copies the lists. */
    public Signed {
      keys = List.copyOf(keys);
      problems = List.copyOf(problems);
    }
  }

  /**
   * The box's answer, or, with a record and nothing sealed, the rendezvous' word that the offer was
   * sealed to a record since replaced.
   *
   * @param observed where the rendezvous saw the box's sockets
   * @param relay number of the relay on this link, 0 if there is none
   */
  record Answered(
      long exchange, byte[] sealed, List<ObservedSocket> observed, int relay, byte[] record)
      implements ConnectInput {
    /** Copies the list. */
    public Answered {
      observed = List.copyOf(observed);
    }
  }

  /**
   * The rendezvous could not deliver the offer to a box that has admitted this agent before.
   *
   * @param sinceMillis since when it is offline, Unix milliseconds; 0 if unknown
   */
  record Offline(long exchange, long sinceMillis) implements ConnectInput {}

  /** The rendezvous takes no more offers of this agent for now. */
  record QuotaExceeded(long exchange) implements ConnectInput {}
}
