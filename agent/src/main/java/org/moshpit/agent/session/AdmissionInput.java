package org.moshpit.agent.session;

import java.util.List;
import java.util.Optional;
import org.moshpit.agent.candidates.IceDescription;
import org.moshpit.common.identity.SshPublicKey;
import org.moshpit.common.sansio.TransportAddress;
import org.moshpit.common.seal.Refusal;
import org.moshpit.common.seal.SessionId;
import org.moshpit.common.seal.SessionSecret;

/** What an {@link AdmissionMachine} is told. Arrays and secrets are handed over. */
public sealed interface AdmissionInput {
  /**
   * A sealed message came over the link.
   *
   * @param exchange the rendezvous' name for it, to be given back with the answer; in hex
   * @param from the laptop's name at the rendezvous
   * @param fromKey the laptop's link key, in hex
   * @param sealed Noise message 1
   * @param observed where the rendezvous saw the laptop's sockets
   * @param session the session it claims to speak of, if it is a control message
   * @param relay number of the relay on this link
   */
  record Offered(
      String exchange,
      String from,
      String fromKey,
      byte[] sealed,
      List<ObservedSocket> observed,
      Optional<SessionId> session,
      int relay)
      implements AdmissionInput {
    /** Copies the list. */
    public Offered {
      observed = List.copyOf(observed);
    }
  }

  /** There is a new link to the rendezvous: hints of before may have been lost with the old. */
  record LinkUp() implements AdmissionInput {}

  /**
   * Answers {@link AdmissionOutput.CheckListed}.
   *
   * @param listed those of the keys that stand in the user's authorized_keys; empty also if there
   *     is no such user
   */
  record KeysListed(long id, List<SshPublicKey> listed) implements AdmissionInput {
    /** Copies the list. */
    public KeysListed {
      listed = List.copyOf(listed);
    }
  }

  /** Answers {@link AdmissionOutput.DecidePolicy}: nothing stands against it. */
  record PolicyAllowed(long id) implements AdmissionInput {}

  /** Answers {@link AdmissionOutput.DecidePolicy}: the key was taken out of the file meanwhile. */
  record PolicyNotListed(long id) implements AdmissionInput {}

  /**
   * Answers {@link AdmissionOutput.DecidePolicy}: it may not be.
   *
   * @param reason one sentence for the person
   */
  record PolicyRefused(long id, Refusal kind, String reason) implements AdmissionInput {}

  /**
   * Half of the answer to {@link AdmissionOutput.OpenSession}: the session's socket is there.
   *
   * @param ice how it can be reached
   * @param port its local port, 1–65535
   * @param sockets the numbers of the box's sockets, for the rendezvous to tell where it saw them
   * @param startDelayMillis when the laptop begins its normal checks, counted from the answer's
   *     arrival; 0–10000
   */
  record SocketReady(
      long id, IceDescription ice, int port, List<Long> sockets, int startDelayMillis)
      implements AdmissionInput {
    /** Copies the list. */
    public SocketReady {
      sockets = List.copyOf(sockets);
    }
  }

  /**
   * The other half: mosh-server runs. Never comes for a ping; with handover it comes after the
   * answer, once the port has changed hands.
   *
   * @param moshKey 22 characters of base64
   * @param warning for the person, or empty
   * @param handedOver with handover, where mosh-server can be reached
   */
  record ServerStarted(
      long id, String moshKey, String warning, Optional<TransportAddress> handedOver)
      implements AdmissionInput {
    /** Without the key. */
    @Override
    public String toString() {
      return "ServerStarted[" + id + "]";
    }
  }

  /**
   * Or: it went wrong, and whatever was made for it is gone again.
   *
   * @param reason one sentence for the person
   */
  record OpenFailed(long id, Refusal kind, String reason) implements AdmissionInput {}

  /**
   * The wall clock, Unix milliseconds. Wanted at the start, about every minute, and when it was
   * seen to jump. Until the first, every offer is challenged.
   */
  record Clock(long wallMillis) implements AdmissionInput {}

  /**
   * A session that outlived the agent's last run.
   *
   * @param counter of the last control message carried out
   */
  record SessionRestored(SessionId session, String user, SessionSecret secret, long counter)
      implements AdmissionInput {}

  /**
   * A session is over, or as good as: a ping too. Only then is its place free again. The second
   * time it is said, nothing happens.
   *
   * @param reason one sentence, for a laptop that asks for it later
   * @param relay number of the relay on this link, over which the laptop is told to ask; 0: none
   */
  record SessionEnded(SessionId session, String reason, int relay) implements AdmissionInput {
    /** Of one whose laptop cannot be told to ask. */
    public SessionEnded(SessionId session, String reason) {
      this(session, reason, 0);
    }
  }

  /**
   * The first datagram for this session's mosh-server is here, and is passed on after this; or
   * something was heard of a ping, which goes on then. Not with handover.
   */
  record SessionUsed(SessionId session) implements AdmissionInput {}

  /** Answers {@link AdmissionOutput.PersistCounter}: it is on the disk. */
  record CounterPersisted(long id) implements AdmissionInput {}

  /**
   * Answers {@link AdmissionOutput.ControlRequested}.
   *
   * @param ice the box's, if the checks start again
   * @param sockets as in {@link SocketReady}
   * @param startDelayMillis as in {@link SocketReady}
   * @param ended whether the session is over now
   */
  record ControlDone(
      long id,
      Optional<IceDescription> ice,
      List<Long> sockets,
      int startDelayMillis,
      boolean ended)
      implements AdmissionInput {
    /** Copies the list. */
    public ControlDone {
      sockets = List.copyOf(sockets);
    }
  }

  /** The box's path wants the laptop to run a control exchange. */
  record HintWanted(SessionId session, int relay) implements AdmissionInput {}
}
