package org.moshpit.agent.session;

import java.util.ArrayDeque;
import java.util.Deque;
import org.moshpit.common.identity.SshPublicKey;
import org.moshpit.common.seal.InitiatorContent;
import org.moshpit.common.seal.SealResponder;
import org.moshpit.common.seal.SessionId;

/** One sealed message at the box, from its opening to its answer. */
final class Exchange {
  final long id;

  /** As it came, without the ciphertext. */
  final AdmissionInput.Offered frame;

  /** How long the ciphertext was: what this exchange holds is about as large. */
  final int bytes;

  final SealResponder responder;

  /** An offer, or null. */
  final InitiatorContent.Offer offer;

  /** A control message, or null. */
  final InitiatorContent.Control control;

  AdmissionStep step = AdmissionStep.DONE;
  long deadline;

  /** Listed keys whose signature has not been looked at yet, in the order offered. */
  final Deque<ListedKey> untried = new ArrayDeque<>();

  /** The key whose signature verified. */
  SshPublicKey key;

  /** Whether that signature says that a security key checked its PIN. */
  boolean userVerified;

  /** Why policy refused an earlier key. */
  AdmissionInput.PolicyRefused refusal;

  SessionId session;
  byte[] secret;
  AdmissionInput.SocketReady socket;
  AdmissionInput.ServerStarted server;

  /** A key and what it claims to have signed. */
  record ListedKey(SshPublicKey key, byte[] signature) {}

  Exchange(
      long id,
      AdmissionInput.Offered frame,
      SealResponder responder,
      InitiatorContent.Offer offer,
      InitiatorContent.Control control) {
    this.id = id;
    this.frame =
        new AdmissionInput.Offered(
            frame.exchange(),
            frame.from(),
            frame.fromKey(),
            new byte[0],
            frame.observed(),
            frame.session(),
            frame.relay());
    this.bytes = frame.sealed().length;
    this.responder = responder;
    this.offer = offer;
    this.control = control;
  }

  boolean needsServerFirst() {
    return !offer.asked().ping() && !offer.asked().handover();
  }
}
