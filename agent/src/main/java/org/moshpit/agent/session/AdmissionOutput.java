package org.moshpit.agent.session;

import java.util.List;
import java.util.Optional;
import org.moshpit.agent.candidates.IceDescription;
import org.moshpit.common.identity.SshPublicKey;
import org.moshpit.common.seal.Refusal;
import org.moshpit.common.seal.SessionId;
import org.moshpit.common.seal.SessionRequest;

/** What an {@link AdmissionMachine} wants done, or tells. */
public sealed interface AdmissionOutput {
  /**
   * Read the user's authorized_keys: which of these stand in it? → {@link
   * AdmissionInput.KeysListed}.
   *
   * @param fromKey the laptop's link key, in hex: nobody has proved anything else yet
   */
  record CheckListed(long id, String user, List<SshPublicKey> keys, String fromKey)
      implements AdmissionOutput {}

  /**
   * A listed key has signed: do its options, sshd's policy and the account allow this? → {@link
   * AdmissionInput.PolicyAllowed}, {@link AdmissionInput.PolicyRefused} or {@link
   * AdmissionInput.PolicyNotListed}.
   *
   * @param userVerified whether the signature says that a security key checked its PIN
   * @param from the laptop's name
   */
  record DecidePolicy(
      long id,
      String user,
      SshPublicKey key,
      boolean userVerified,
      SessionRequest request,
      String from)
      implements AdmissionOutput {}

  /**
   * Make the session: its socket and, unless it is a ping, mosh-server → {@link
   * AdmissionInput.SocketReady} and {@link AdmissionInput.ServerStarted}, or {@link
   * AdmissionInput.OpenFailed}.
   *
   * @param secret 32 bytes, for the session's record
   * @param peer the laptop's description
   * @param observed the laptop's addresses the rendezvous vouches for
   * @param relay number of the relay on this link
   * @param fromKey the laptop's link key, in hex
   * @param rttMillis laptop to rendezvous and back, 0 if unknown
   */
  record OpenSession(
      long id,
      SessionId session,
      byte[] secret,
      String user,
      SshPublicKey key,
      SessionRequest request,
      IceDescription peer,
      List<ObservedSocket> observed,
      int relay,
      String from,
      String fromKey,
      int rttMillis)
      implements AdmissionOutput {
    /** Without the secret. */
    @Override
    public String toString() {
      return "OpenSession[" + id + ", " + session + ", " + user + ", " + key + ", " + from + "]";
    }
  }

  /**
   * Answer over the link.
   *
   * @param exchange as it came
   * @param sockets the box's sockets it speaks of
   * @param admitted whether the relay may open
   * @param session with admitted
   */
  record SendAnswer(
      String exchange,
      byte[] sealed,
      List<Long> sockets,
      boolean admitted,
      Optional<SessionId> session)
      implements AdmissionOutput {}

  /** The session is open and the answer on its way: the line in the auth log. */
  record Admitted(SessionId session, String user, SshPublicKey key, String from)
      implements AdmissionOutput {}

  /** Somebody with a listed key was refused: another such line. */
  record Rejected(String user, SshPublicKey key, String from, Refusal kind, String reason)
      implements AdmissionOutput {}

  /** Silence, and why. */
  record Dropped(DropReason reason, String from) implements AdmissionOutput {}

  /** Nobody waits for this session any more: close its socket, end its mosh-server. */
  record AbandonSession(SessionId session, String reason) implements AdmissionOutput {}

  /**
   * Put the counter on the disk before anything follows from it → {@link
   * AdmissionInput.CounterPersisted}.
   */
  record PersistCounter(long id, SessionId session, long counter) implements AdmissionOutput {}

  /**
   * An authentic control message, or an offer made again: restart the checks, or end the session →
   * {@link AdmissionInput.ControlDone}.
   *
   * @param peer the laptop's new description, if the checks start again
   * @param end whether to end
   */
  record ControlRequested(
      long id,
      SessionId session,
      Optional<IceDescription> peer,
      boolean end,
      List<ObservedSocket> observed,
      int relay,
      String from,
      String fromKey,
      int rttMillis)
      implements AdmissionOutput {}

  /** A session's laptop asked, and was told that it is over; behind the {@link SendAnswer}. */
  record ToldEnd(SessionId session) implements AdmissionOutput {}

  /** Ask the laptop for a control exchange. */
  record SendHint(SessionId session, int relay) implements AdmissionOutput {}

  /**
   * A transition, for the log.
   *
   * @param id of the exchange
   */
  record Moved(long id, AdmissionStep step, String reason) implements AdmissionOutput {}
}
