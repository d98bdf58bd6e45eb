package org.moshpit.common.wire;

import com.google.protobuf.ByteString;
import java.util.List;
import org.moshpit.common.identity.BoxName;
import org.moshpit.common.identity.LinkKey;
import org.moshpit.common.identity.PlainText;
import org.moshpit.common.identity.SignedBoxRecord;
import org.moshpit.common.wire.proto.Answer;
import org.moshpit.common.wire.proto.Answered;
import org.moshpit.common.wire.proto.Box;
import org.moshpit.common.wire.proto.Claim;
import org.moshpit.common.wire.proto.ClientFrame;
import org.moshpit.common.wire.proto.Datagram;
import org.moshpit.common.wire.proto.Enroll;
import org.moshpit.common.wire.proto.Login;
import org.moshpit.common.wire.proto.NatReport;
import org.moshpit.common.wire.proto.Observed;
import org.moshpit.common.wire.proto.Offer;
import org.moshpit.common.wire.proto.Offered;
import org.moshpit.common.wire.proto.Registration;
import org.moshpit.common.wire.proto.ServerFrame;
import org.moshpit.common.wire.proto.StunServer;

/**
 * The sizes every field of a frame must keep to. Sizes are bytes unless said otherwise; a field
 * with a fixed size has exactly that. Whatever a later stage would index, allocate or compare by is
 * checked here, once, so that the core never sees a field of a wrong size.
 */
public final class LinkLimits {
  /** A box record. */
  public static final int MAX_RECORD = SignedBoxRecord.MAX_LENGTH;

  /** A sealed offer or answer; Noise itself ends at 65535. */
  public static final int MAX_SEALED = 57_344;

  /** Sockets, and observed addresses, in one message. */
  public static final int MAX_SOCKETS = 32;

  /** A datagram of the relay. */
  public static final int MAX_DATAGRAM = 1500;

  /** Boxes in one list. */
  public static final int MAX_BOXES = 256;

  /** STUN servers in a registration. */
  public static final int MAX_STUN_SERVERS = 16;

  /** The nonce of a STUN answer (RFC 8489 §14.10 allows 763). */
  public static final int MAX_STUN_NONCE = 256;

  /** Characters of a sentence meant for a person. */
  public static final int MAX_SENTENCE = 500;

  /** A socket id. */
  public static final int SOCKET = 8;

  /** A session id, and the rendezvous' number of an exchange. */
  public static final int SESSION = 16;

  /** An agent id. */
  public static final int AGENT_ID = 8;

  /** A relay's cookie. */
  public static final int COOKIE = 8;

  /** A STUN key, a relay's key, and a realm. */
  public static final int KEY = 32;

  /** Characters of an agent's name. */
  public static final int MAX_NAME = 63;

  private static final int MAX_WORD = 40;
  private static final int MAX_HOST = 255;

  private LinkLimits() {}

  /** What breaks a limit in this frame, in a few words; null if nothing does. */
  public static String violation(ClientFrame frame) {
    return switch (frame.getBodyCase()) {
      case LOGIN -> login(frame.getLogin());
      case ENROLL -> enroll(frame.getEnroll());
      case PING -> null;
      case PUBLISH -> within(frame.getPublish().getRecord(), 1, MAX_RECORD, "record");
      case CLAIM -> claim(frame.getClaim());
      case NAT -> nat(frame.getNat());
      case LOOKUP -> name(frame.getLookup().getName());
      case LIST -> null;
      case OFFER -> offer(frame.getOffer());
      case ANSWER -> answer(frame.getAnswer());
      case DATAGRAM -> datagram(frame.getDatagram());
      case CLOSE_RELAY -> relay(frame.getCloseRelay().getRelay());
      case HINT ->
          first(
              relay(frame.getHint().getRelay()),
              exactly(frame.getHint().getSession(), SESSION, "session"));
      case BODY_NOT_SET -> "empty or unknown frame";
    };
  }

  /** What breaks a limit in this frame, in a few words; null if nothing does. */
  public static String violation(ServerFrame frame) {
    return switch (frame.getBodyCase()) {
      case HELLO -> exactly(frame.getHello().getNonce(), LinkProof.NONCE_LENGTH, "nonce");
      case WELCOME ->
          first(
              agent(frame.getWelcome().getName()),
              returnNonce(frame.getWelcome().getReturnNonce()),
              registration(frame.getWelcome().getRegistration()));
      case REFUSED -> text(frame.getRefused().getDetail(), MAX_SENTENCE, "detail");
      case ENROLLED ->
          first(
              agent(frame.getEnrolled().getName()),
              registration(frame.getEnrolled().getRegistration()));
      case PONG -> null;
      case RECORD -> within(frame.getRecord().getRecord(), 0, MAX_RECORD, "record");
      case BOXES -> boxes(frame.getBoxes().getBoxList());
      case OFFERED -> offered(frame.getOffered());
      case ANSWERED -> answered(frame.getAnswered());
      case NOT_DELIVERED -> null;
      case PEER_OBSERVED ->
          first(
              relay(frame.getPeerObserved().getRelay()),
              observed(frame.getPeerObserved().getObserved()));
      case DATAGRAM -> datagram(frame.getDatagram());
      case RELAY_CLOSED ->
          first(
              relay(frame.getRelayClosed().getRelay()),
              text(frame.getRelayClosed().getReason(), MAX_SENTENCE, "reason"));
      case HINTED -> exactly(frame.getHinted().getSession(), SESSION, "session");
      case CLAIMED -> exactly(frame.getClaimed().getSocket(), SOCKET, "socket");
      case LOGIN_AGAIN -> null;
      case RELAY_COOKIE ->
          first(
              relay(frame.getRelayCookie().getRelay()),
              exactly(frame.getRelayCookie().getCookie(), COOKIE, "cookie"),
              exactly(frame.getRelayCookie().getKey(), KEY, "key"));
      case BODY_NOT_SET -> "empty or unknown frame";
    };
  }

  private static String returnNonce(ByteString nonce) {
    return nonce.isEmpty() ? null : exactly(nonce, LinkProof.NONCE_LENGTH, "return nonce");
  }

  private static String login(Login login) {
    return first(
        name(login.getName()),
        returnNonce(login.getReturnNonce()),
        exactly(login.getLinkKey(), LinkKey.PUBLIC_LENGTH, "link key"),
        exactly(login.getSignature(), LinkKey.SIGNATURE_LENGTH, "signature"));
  }

  private static String enroll(Enroll enroll) {
    return first(
        name(enroll.getName()),
        exactly(enroll.getLinkKey(), LinkKey.PUBLIC_LENGTH, "link key"),
        exactly(enroll.getSignature(), LinkKey.SIGNATURE_LENGTH, "signature"),
        exactly(enroll.getToken(), JoinUrl.Token.LENGTH, "token"));
  }

  private static String claim(Claim claim) {
    return first(
        exactly(claim.getSocket(), SOCKET, "socket"),
        within(claim.getNonce(), 1, MAX_STUN_NONCE, "nonce"),
        address(claim.getIp(), claim.getPort()));
  }

  private static String nat(NatReport nat) {
    return first(
        text(nat.getMapping(), MAX_WORD, "mapping"),
        text(nat.getFiltering(), MAX_WORD, "filtering"),
        text(nat.getAllocation(), MAX_WORD, "allocation"));
  }

  private static String offer(Offer offer) {
    return first(
        name(offer.getName()),
        within(offer.getSealed(), 1, MAX_SEALED, "sealed"),
        sockets(offer.getSocketList()),
        session(offer.getSession(), false));
  }

  private static String answer(Answer answer) {
    return first(
        exactly(answer.getExchange(), SESSION, "exchange"),
        within(answer.getSealed(), 1, MAX_SEALED, "sealed"),
        sockets(answer.getSocketList()),
        session(answer.getSession(), answer.getAdmitted()));
  }

  private static String offered(Offered offered) {
    return first(
        exactly(offered.getExchange(), SESSION, "exchange"),
        agent(offered.getFrom()),
        exactly(offered.getFromKey(), LinkKey.PUBLIC_LENGTH, "link key"),
        within(offered.getSealed(), 1, MAX_SEALED, "sealed"),
        observed(offered.getObservedList()),
        session(offered.getSession(), false));
  }

  private static String answered(Answered answered) {
    return first(
        within(answered.getSealed(), 0, MAX_SEALED, "sealed"),
        observed(answered.getObservedList()),
        within(answered.getRecord(), 0, MAX_RECORD, "record"));
  }

  private static String datagram(Datagram datagram) {
    return first(
        relay(datagram.getRelay()), within(datagram.getPayload(), 1, MAX_DATAGRAM, "payload"));
  }

  private static String registration(Registration registration) {
    if (registration.getStunCount() > MAX_STUN_SERVERS) {
      return "too many STUN servers";
    }
    for (StunServer server : registration.getStunList()) {
      String violation =
          server.getIp().isEmpty()
              ? port(server.getPort())
              : address(server.getIp(), server.getPort());
      if (violation != null) {
        return violation;
      }
    }
    return first(
        exactly(registration.getAgentId(), AGENT_ID, "agent id"),
        exactly(registration.getStunKey(), KEY, "STUN key"),
        exactly(registration.getRealm(), KEY, "realm"),
        text(registration.getPublicHost(), MAX_HOST, "public host"));
  }

  private static String boxes(List<Box> boxes) {
    if (boxes.size() > MAX_BOXES) {
      return "too many boxes";
    }
    for (Box box : boxes) {
      String violation =
          first(
              agent(box.getName()),
              box.hasObserved() ? observed(box.getObserved()) : null,
              nat(box.getNat()));
      if (violation != null) {
        return violation;
      }
    }
    return null;
  }

  private static String observed(List<Observed> observed) {
    if (observed.size() > MAX_SOCKETS) {
      return "too many observed addresses";
    }
    for (Observed one : observed) {
      String violation = observed(one);
      if (violation != null) {
        return violation;
      }
    }
    return null;
  }

  private static String observed(Observed observed) {
    return first(
        exactly(observed.getSocket(), SOCKET, "socket"),
        address(observed.getIp(), observed.getPort()));
  }

  private static String sockets(List<ByteString> sockets) {
    if (sockets.size() > MAX_SOCKETS) {
      return "too many sockets";
    }
    for (ByteString socket : sockets) {
      if (socket.size() != SOCKET) {
        return "socket size";
      }
    }
    return null;
  }

  private static String session(ByteString session, boolean required) {
    return session.isEmpty() && !required ? null : exactly(session, SESSION, "session");
  }

  private static String address(ByteString ip, int port) {
    return ip.size() == 4 || ip.size() == 16 ? port(port) : "IP address size";
  }

  private static String port(int port) {
    return port >= 1 && port <= 65535 ? null : "port out of range";
  }

  private static String relay(int relay) {
    return relay != 0 ? null : "relay 0";
  }

  /** A name an agent has, as the rendezvous tells it: it ends in files and on screens. */
  private static String agent(String name) {
    return BoxName.isValid(name) ? null : "not a name";
  }

  /** A name somebody wants: for the rendezvous to say whether it is one. */
  private static String name(String name) {
    return text(name, MAX_NAME, "name");
  }

  private static String text(String text, int max, String what) {
    if (text.length() > max) {
      return what + " too long";
    }
    return PlainText.isPlain(text) ? null : what + " with control characters";
  }

  private static String within(ByteString bytes, int min, int max, String what) {
    return bytes.size() >= min && bytes.size() <= max ? null : what + " size";
  }

  private static String exactly(ByteString bytes, int size, String what) {
    return bytes.size() == size ? null : what + " size";
  }

  private static String first(String... violations) {
    for (String violation : violations) {
      if (violation != null) {
        return violation;
      }
    }
    return null;
  }
}
