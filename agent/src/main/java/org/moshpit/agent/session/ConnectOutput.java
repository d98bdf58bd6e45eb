package org.moshpit.agent.session;

import java.util.List;
import java.util.Optional;
import org.moshpit.agent.candidates.IceDescription;
import org.moshpit.agent.config.ExitCode;
import org.moshpit.common.identity.SignedBoxRecord;
import org.moshpit.common.identity.SshPublicKey;
import org.moshpit.common.sansio.TransportAddress;
import org.moshpit.common.seal.SessionId;

/** What a {@link ConnectMachine} wants done, or tells. */
public sealed interface ConnectOutput {
  /** Ask the rendezvous for the box's record → {@link ConnectInput.RecordArrived}. */
  record SendLookup(long request, String name) implements ConnectOutput {}

  /**
   * Show the fingerprint of the record's host key, as ssh does → {@link
   * ConnectInput.FingerprintAnswered}.
   */
  record AskFingerprint(SignedBoxRecord record) implements ConnectOutput {}

  /** The person trusts this box, or a known one has proven a newer record: put it on the disk. */
  record Remember(SignedBoxRecord record) implements ConnectOutput {}

  /**
   * Have the keys sign the statement (namespace {@link
   * org.moshpit.common.seal.OfferStatement#NAMESPACE}) → {@link ConnectInput.Signed}. A newer
   * request makes an older one void.
   *
   * @param statement the exact bytes
   * @param batch which keys, and whether the person may be asked for something
   */
  record Sign(long id, byte[] statement, KeyBatch batch) implements ConnectOutput {}

  /** The keys so far were not enough: look for more → {@link ConnectInput.KeysFound}. */
  record FindKeys() implements ConnectOutput {}

  /** Send an offer over the link → {@link ConnectInput.Answered}, or silence. */
  record SendOffer(long exchange, String name, byte[] sealed, List<Long> sockets, long recordSerial)
      implements ConnectOutput {}

  /**
   * The box has opened a session.
   *
   * @param secret 32 bytes, for the session's record and its {@link ControlMachine}
   * @param moshKey empty for a ping, and with handover until {@link HandedOver}
   * @param port the negotiated port
   * @param warning for the person, or empty
   * @param peer the box's description
   * @param observed the box's addresses the rendezvous vouches for
   * @param relay number of the relay on this link, 0 if there is none
   * @param startDelayMillis when to begin normal checks, counted from now
   * @param key the person's key the box accepted
   * @param box the record it was sealed to
   */
  record Admitted(
      SessionId session,
      byte[] secret,
      String moshKey,
      int port,
      String warning,
      IceDescription peer,
      List<ObservedSocket> observed,
      int relay,
      int startDelayMillis,
      Optional<SshPublicKey> key,
      SignedBoxRecord box)
      implements ConnectOutput {
    /** Without the secrets. */
    @Override
    public String toString() {
      return "Admitted[" + session + ", port " + port + ", relay " + relay + "]";
    }
  }

  /** Handover: mosh-server itself owns the port now. */
  record HandedOver(String moshKey, TransportAddress address) implements ConnectOutput {
    /** Without the key. */
    @Override
    public String toString() {
      return "HandedOver[" + address + "]";
    }
  }

  /** Worth a line with {@code -v}, and on the screen if nothing else helps. */
  record Notice(String sentence) implements ConnectOutput {}

  /** It ends here: print the sentence, exit with the code. Nothing follows. */
  record Failed(ExitCode exit, String sentence) implements ConnectOutput {}

  /** A transition, for the log. */
  record Moved(ConnectStep step, String reason) implements ConnectOutput {}
}
