package org.moshpit.agent.session;

import java.util.List;
import org.moshpit.agent.candidates.IceDescription;
import org.moshpit.common.identity.SignedBoxRecord;
import org.moshpit.common.seal.SessionId;

/** What a {@link ControlMachine} wants done, or tells. */
public sealed interface ControlOutput {
  /** Put the counter on the disk before it is used → {@link ControlInput.CounterPersisted}. */
  record PersistCounter(SessionId session, long counter) implements ControlOutput {}

  /**
   * Send over the link, as an offer that names its session → {@link ControlInput.Answered}, or
   * silence.
   */
  record SendControl(
      long exchange,
      String name,
      byte[] sealed,
      List<Long> sockets,
      long recordSerial,
      SessionId session)
      implements ControlOutput {}

  /**
   * The box has started its checks again.
   *
   * @param peer its description
   * @param observed its addresses the rendezvous vouches for
   * @param relay number of the relay on this link, 0 if there is none
   * @param startDelayMillis when to begin normal checks, counted from now
   * @param answers the generation of ours that the box was told; there may be a newer one by now
   */
  record PeerRestarted(
      IceDescription peer,
      List<ObservedSocket> observed,
      int relay,
      int startDelayMillis,
      int answers)
      implements ControlOutput {}

  /**
   * The box hinted. Mostly it has lost the path, so the path may want to begin anew and then wants
   * an exchange; without that one follows by itself, for what else the box may have to say.
   */
  record PathHinted() implements ControlOutput {}

  /** The session is no more at the box, which proved to be it. Nothing follows. */
  record Gone(String reason) implements ControlOutput {}

  /**
   * The end, as wanted. Nothing follows.
   *
   * @param acknowledged whether the box said so; if not, it ends by mosh's own time-out
   */
  record Ended(boolean acknowledged) implements ControlOutput {}

  /**
   * No answer, once more; it is tried again by itself.
   *
   * @param times in a row
   */
  record Silent(int times) implements ControlOutput {}

  /** The box is offline; it is tried again by itself. */
  record BoxOffline(long sinceMillis) implements ControlOutput {}

  /** The box has a newer record, and proved to hold its key: put it on the disk. */
  record Remember(SignedBoxRecord record) implements ControlOutput {}

  /** Something the person should be told: an answer or a record that cannot be believed. */
  record Notice(String sentence) implements ControlOutput {}

  /** A transition, for the log. */
  record Moved(ControlStep step, String reason) implements ControlOutput {}
}
