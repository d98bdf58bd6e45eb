package org.moshpit.rendezvous.io;

import com.google.protobuf.ByteString;
import java.util.ArrayList;
import java.util.List;
import org.moshpit.common.sansio.TransportAddress;
import org.moshpit.common.wire.proto.Answer;
import org.moshpit.common.wire.proto.Claim;
import org.moshpit.common.wire.proto.ClientFrame;
import org.moshpit.common.wire.proto.Enroll;
import org.moshpit.common.wire.proto.Login;
import org.moshpit.common.wire.proto.Mode;
import org.moshpit.common.wire.proto.NatReport;
import org.moshpit.common.wire.proto.Offer;
import org.moshpit.rendezvous.core.AgentFrame;
import org.moshpit.rendezvous.core.Bytes;
import org.moshpit.rendezvous.core.NatWords;

/** {@code ClientFrame} → the core's {@link AgentFrame}. Sizes have been checked by the codec. */
final class FrameMapper {
  private FrameMapper() {}

  /** The core's words for any frame but a datagram, which never reaches the core. */
  static AgentFrame toCore(ClientFrame frame) {
    return switch (frame.getBodyCase()) {
      case LOGIN -> login(frame.getLogin());
      case ENROLL -> enroll(frame.getEnroll());
      case PING -> new AgentFrame.Ping(frame.getPing().getCookie());
      case PUBLISH -> new AgentFrame.Publish(bytes(frame.getPublish().getRecord()));
      case CLAIM -> claim(frame.getClaim());
      case NAT -> nat(frame.getNat());
      case LOOKUP ->
          new AgentFrame.Lookup(frame.getLookup().getRequest(), frame.getLookup().getName());
      case LIST -> new AgentFrame.ListBoxes(frame.getList().getRequest());
      case OFFER -> offer(frame.getOffer());
      case ANSWER -> answer(frame.getAnswer());
      case CLOSE_RELAY -> new AgentFrame.CloseRelay(frame.getCloseRelay().getRelay());
      case HINT ->
          new AgentFrame.Hint(frame.getHint().getRelay(), bytes(frame.getHint().getSession()));
      case DATAGRAM, BODY_NOT_SET ->
          throw new IllegalArgumentException("no frame of the core: " + frame.getBodyCase());
    };
  }

  private static AgentFrame login(Login login) {
    return new AgentFrame.Login(
        login.getVersion(),
        login.getName(),
        bytes(login.getLinkKey()),
        bytes(login.getSignature()),
        login.getMode() == Mode.BOX ? AgentFrame.Mode.BOX : AgentFrame.Mode.VISITOR,
        bytes(login.getReturnNonce()),
        login.getRelayCookies());
  }

  private static AgentFrame enroll(Enroll enroll) {
    return new AgentFrame.Enroll(
        enroll.getVersion(),
        enroll.getName(),
        bytes(enroll.getLinkKey()),
        bytes(enroll.getSignature()),
        bytes(enroll.getToken()));
  }

  private static AgentFrame claim(Claim claim) {
    return new AgentFrame.Claim(
        bytes(claim.getSocket()),
        bytes(claim.getNonce()),
        claim.getRegistered(),
        TransportAddress.of(claim.getIp().toByteArray(), claim.getPort()));
  }

  private static AgentFrame nat(NatReport nat) {
    return new AgentFrame.NatReport(
        new NatWords(nat.getMapping(), nat.getFiltering(), nat.getAllocation()));
  }

  private static AgentFrame offer(Offer offer) {
    return new AgentFrame.Offer(
        offer.getExchange(),
        offer.getName(),
        bytes(offer.getSealed()),
        list(offer.getSocketList()),
        offer.getRecordSerial(),
        bytes(offer.getSession()));
  }

  private static AgentFrame answer(Answer answer) {
    return new AgentFrame.Answer(
        bytes(answer.getExchange()),
        bytes(answer.getSealed()),
        list(answer.getSocketList()),
        answer.getAdmitted(),
        bytes(answer.getSession()));
  }

  private static List<Bytes> list(List<ByteString> strings) {
    List<Bytes> all = new ArrayList<>(strings.size());
    strings.forEach(string -> all.add(bytes(string)));
    return all;
  }

  private static Bytes bytes(ByteString string) {
    return Bytes.of(string.toByteArray());
  }
}
