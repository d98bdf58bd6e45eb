package org.moshpit.agent.punch;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.moshpit.agent.candidates.IceCredentials;
import org.moshpit.common.sansio.TransportAddress;
import org.moshpit.common.stun.ErrorCode;
import org.moshpit.common.stun.IceControlled;
import org.moshpit.common.stun.IceControlling;
import org.moshpit.common.stun.Priority;
import org.moshpit.common.stun.StunAttribute;
import org.moshpit.common.stun.StunClass;
import org.moshpit.common.stun.StunEncoder;
import org.moshpit.common.stun.StunMessage;
import org.moshpit.common.stun.StunParse.Parsed;
import org.moshpit.common.stun.TransactionId;
import org.moshpit.common.stun.UnknownAttribute;
import org.moshpit.common.stun.UnknownAttributes;
import org.moshpit.common.stun.UseCandidate;
import org.moshpit.common.stun.Username;
import org.moshpit.common.stun.XorMappedAddress;

/**
 * Writes checks and answers and tells authentic ones (RFC 8445 §7.1.1, §7.2.2; RFC 8489 §9.1):
 * requests carry the password of who receives them, answers that of who sends them.
 */
final class CheckCodec {
  /** PORT-NOTE, Moshpit's own, comprehension optional. */
  private static final int PORT_NOTE = 0xED10;

  /** RELAY-ECHO, likewise. */
  private static final int RELAY_ECHO = 0xED11;

  /** PUNCH-WAIT, likewise; only ever beside a PORT-NOTE. */
  private static final int PUNCH_WAIT = 0xED12;

  /** SESSION-END, likewise. */
  private static final int SESSION_END = 0xED13;

  private final String localUfrag;
  private final byte[] localPwd;
  private String remoteUfrag;
  private byte[] remotePwd;

  CheckCodec(IceCredentials local) {
    localUfrag = local.ufrag();
    localPwd = local.pwd().getBytes(StandardCharsets.US_ASCII);
  }

  void remote(IceCredentials remote) {
    remoteUfrag = remote.ufrag();
    remotePwd = remote.pwd().getBytes(StandardCharsets.US_ASCII);
  }

  boolean knowsRemote() {
    return remotePwd != null;
  }

  byte[] request(TransactionId id, Roles roles, long priority, boolean useCandidate) {
    List<StunAttribute> attributes = new ArrayList<>(4);
    attributes.add(new Username(remoteUfrag + ":" + localUfrag));
    attributes.add(new Priority(priority));
    attributes.add(
        roles.isControlling()
            ? new IceControlling(roles.tieBreaker())
            : new IceControlled(roles.tieBreaker()));
    if (useCandidate) {
      attributes.add(new UseCandidate());
    }
    StunMessage request = new StunMessage(StunClass.REQUEST, StunMessage.BINDING, id, attributes);
    return StunEncoder.encode(request, remotePwd);
  }

  byte[] success(TransactionId id, TransportAddress mapped) {
    return StunEncoder.encode(StunMessage.success(id, new XorMappedAddress(mapped)), localPwd);
  }

  byte[] roleConflict(TransactionId id) {
    return StunEncoder.encode(
        StunMessage.error(id, new ErrorCode(ErrorCode.ROLE_CONFLICT, "Role Conflict")), localPwd);
  }

  byte[] unknownAttributes(TransactionId id, List<Integer> types) {
    return StunEncoder.encode(
        StunMessage.error(
            id,
            new ErrorCode(ErrorCode.UNKNOWN_ATTRIBUTE, "Unknown Attribute"),
            new UnknownAttributes(types)),
        localPwd);
  }

  /**
   * An indication for the relay: docs/protocol.md.
   *
   * @param wait what stands beside the note; null: nothing
   */
  byte[] note(TransactionId id, byte[] text, byte[] wait) {
    UnknownAttribute note = new UnknownAttribute(PORT_NOTE, text);
    return wait == null
        ? indication(id, note)
        : indication(id, note, new UnknownAttribute(PUNCH_WAIT, wait));
  }

  /** What an authentic note of the peer says; empty for anything else. */
  Optional<byte[]> readNote(Parsed parsed) {
    return readIndication(parsed, PORT_NOTE);
  }

  /** What an authentic note says of a wait; empty if it says nothing, or is none. */
  Optional<byte[]> readWait(Parsed parsed) {
    return readIndication(parsed, PUNCH_WAIT);
  }

  /** A question or an answer over the relay: docs/protocol.md. */
  byte[] echo(TransactionId id, byte[] text) {
    return indication(id, new UnknownAttribute(RELAY_ECHO, text));
  }

  /** What an authentic one of the peer says; empty for anything else. */
  Optional<byte[]> readEcho(Parsed parsed) {
    return readIndication(parsed, RELAY_ECHO);
  }

  /** The word that the session is over: docs/protocol.md. */
  byte[] end(TransactionId id, byte[] text) {
    return indication(id, new UnknownAttribute(SESSION_END, text));
  }

  /** The reason in an authentic one of the peer; empty for anything else. */
  Optional<byte[]> readEnd(Parsed parsed) {
    return readIndication(parsed, SESSION_END);
  }

  private byte[] indication(TransactionId id, StunAttribute... text) {
    List<StunAttribute> attributes = new ArrayList<>(3);
    attributes.add(new Username(remoteUfrag + ":" + localUfrag));
    attributes.addAll(List.of(text));
    StunMessage message =
        new StunMessage(StunClass.INDICATION, StunMessage.BINDING, id, attributes);
    return StunEncoder.encode(message, remotePwd);
  }

  private Optional<byte[]> readIndication(Parsed parsed, int type) {
    StunMessage message = parsed.message();
    // the attribute before the HMAC: it costs nothing to look
    Optional<byte[]> text =
        message.attributes().stream()
            .filter(attribute -> attribute.type() == type)
            .findFirst()
            .map(attribute -> attribute.value(message.transactionId()));
    return text.isPresent()
            && message.isBinding(StunClass.INDICATION)
            && knowsRemote()
            && isAuthenticRequest(parsed)
        ? text
        : Optional.empty();
  }

  /**
   * Whether a request is for us, from the peer we know if we know one, and proves our password. The
   * names are compared first: they cost nothing, the HMAC does.
   */
  boolean isAuthenticRequest(Parsed parsed) {
    return parsed.hasFingerprint()
        && isNamed(parsed.message())
        && (remoteUfrag == null || remoteUfrag(parsed.message()).equals(remoteUfrag))
        && parsed.verifies(localPwd);
  }

  /** Whether a request bears our name, the first half of USERNAME. */
  boolean isNamed(StunMessage request) {
    return request
        .first(Username.class)
        .map(name -> name.text().startsWith(localUfrag + ":"))
        .orElse(false);
  }

  /** Whether an answer proves the peer's password. */
  boolean isAuthenticResponse(Parsed parsed) {
    return remotePwd != null && parsed.verifies(remotePwd);
  }

  /** The peer's part of an authentic request's name. */
  static String remoteUfrag(StunMessage request) {
    String name = request.first(Username.class).map(Username::text).orElse("");
    return name.substring(name.indexOf(':') + 1);
  }
}
