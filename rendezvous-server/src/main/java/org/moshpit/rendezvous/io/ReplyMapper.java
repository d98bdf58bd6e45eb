package org.moshpit.rendezvous.io;

import com.google.protobuf.ByteString;
import java.util.ArrayList;
import java.util.List;
import org.moshpit.common.wire.proto.Answered;
import org.moshpit.common.wire.proto.Box;
import org.moshpit.common.wire.proto.Boxes;
import org.moshpit.common.wire.proto.Claimed;
import org.moshpit.common.wire.proto.Enrolled;
import org.moshpit.common.wire.proto.Hello;
import org.moshpit.common.wire.proto.Hinted;
import org.moshpit.common.wire.proto.LoginAgain;
import org.moshpit.common.wire.proto.NatReport;
import org.moshpit.common.wire.proto.NotDelivered;
import org.moshpit.common.wire.proto.NotDeliveredReason;
import org.moshpit.common.wire.proto.Observed;
import org.moshpit.common.wire.proto.Offered;
import org.moshpit.common.wire.proto.PeerObserved;
import org.moshpit.common.wire.proto.Pong;
import org.moshpit.common.wire.proto.Record;
import org.moshpit.common.wire.proto.RefusalCode;
import org.moshpit.common.wire.proto.Refused;
import org.moshpit.common.wire.proto.Registration;
import org.moshpit.common.wire.proto.RelayClosed;
import org.moshpit.common.wire.proto.RelayCookie;
import org.moshpit.common.wire.proto.Role;
import org.moshpit.common.wire.proto.ServerFrame;
import org.moshpit.common.wire.proto.StunServer;
import org.moshpit.common.wire.proto.Welcome;
import org.moshpit.rendezvous.core.Bytes;
import org.moshpit.rendezvous.core.NatWords;
import org.moshpit.rendezvous.core.RendezvousFrame;

/** The core's {@link RendezvousFrame} → {@code ServerFrame}. */
final class ReplyMapper {
  private ReplyMapper() {}

  static ServerFrame toWire(RendezvousFrame frame) {
    ServerFrame.Builder out = ServerFrame.newBuilder();
    if (frame instanceof RendezvousFrame.Hello hello) {
      out.setHello(
          Hello.newBuilder()
              .setNonce(bytes(hello.nonce()))
              .setVersionMin(hello.versionMin())
              .setVersionMax(hello.versionMax())
              .setTimeMillis(hello.timeMillis()));
    } else if (frame instanceof RendezvousFrame.Welcome welcome) {
      out.setWelcome(
          Welcome.newBuilder()
              .setRegistration(registration(welcome.registration()))
              .setEpoch(welcome.epoch())
              .setName(welcome.name())
              .setReturnNonce(bytes(welcome.returnNonce())));
    } else if (frame instanceof RendezvousFrame.LoginAgain) {
      out.setLoginAgain(LoginAgain.getDefaultInstance());
    } else if (frame instanceof RendezvousFrame.Refused refused) {
      out.setRefused(
          Refused.newBuilder()
              .setCode(RefusalCode.valueOf(refused.code().name()))
              .setDetail(refused.detail()));
    } else if (frame instanceof RendezvousFrame.Enrolled enrolled) {
      out.setEnrolled(
          Enrolled.newBuilder()
              .setName(enrolled.name())
              .setRegistration(registration(enrolled.registration())));
    } else if (frame instanceof RendezvousFrame.Pong pong) {
      out.setPong(Pong.newBuilder().setCookie(pong.cookie()));
    } else if (frame instanceof RendezvousFrame.Claimed claimed) {
      out.setClaimed(
          Claimed.newBuilder().setSocket(bytes(claimed.socket())).setAdopted(claimed.adopted()));
    } else if (frame instanceof RendezvousFrame.Record record) {
      out.setRecord(
          Record.newBuilder().setRequest(record.request()).setRecord(bytes(record.record())));
    } else if (frame instanceof RendezvousFrame.Boxes boxes) {
      out.setBoxes(boxes(boxes));
    } else {
      exchange(frame, out);
    }
    return out.build();
  }

  private static void exchange(RendezvousFrame frame, ServerFrame.Builder out) {
    if (frame instanceof RendezvousFrame.Offered offered) {
      out.setOffered(
          Offered.newBuilder()
              .setExchange(bytes(offered.exchange()))
              .setFrom(offered.from())
              .setFromKey(bytes(offered.fromKey()))
              .setSealed(bytes(offered.sealed()))
              .addAllObserved(observed(offered.observed()))
              .setSession(bytes(offered.session()))
              .setRelay(offered.relay()));
    } else if (frame instanceof RendezvousFrame.Answered answered) {
      out.setAnswered(
          Answered.newBuilder()
              .setExchange(answered.exchange())
              .setSealed(bytes(answered.sealed()))
              .addAllObserved(observed(answered.observed()))
              .setRelay(answered.relay())
              .setRecord(bytes(answered.record())));
    } else if (frame instanceof RendezvousFrame.NotDelivered not) {
      out.setNotDelivered(
          NotDelivered.newBuilder()
              .setExchange(not.exchange())
              .setReason(NotDeliveredReason.valueOf(not.reason().name()))
              .setSinceMillis(not.sinceMillis()));
    } else if (frame instanceof RendezvousFrame.PeerObserved peer) {
      out.setPeerObserved(
          PeerObserved.newBuilder().setRelay(peer.relay()).setObserved(observed(peer.observed())));
    } else if (frame instanceof RendezvousFrame.RelayClosed closed) {
      out.setRelayClosed(
          RelayClosed.newBuilder().setRelay(closed.relay()).setReason(closed.reason()));
    } else if (frame instanceof RendezvousFrame.RelayCookie cookie) {
      out.setRelayCookie(
          RelayCookie.newBuilder()
              .setRelay(cookie.relay())
              .setCookie(bytes(cookie.cookie()))
              .setKey(bytes(cookie.key())));
    } else if (frame instanceof RendezvousFrame.Hinted hinted) {
      out.setHinted(
          Hinted.newBuilder().setRelay(hinted.relay()).setSession(bytes(hinted.session())));
    } else {
      throw new IllegalStateException("no frame of the wire: " + frame);
    }
  }

  private static Registration registration(org.moshpit.rendezvous.core.Registration from) {
    Registration.Builder out =
        Registration.newBuilder()
            .setAgentId(bytes(from.agentId()))
            .setStunKey(bytes(from.stunKey()))
            .setRealm(bytes(from.realm()))
            .setRole(role(from.role()))
            .setPublicHost(from.publicHost());
    from.stun()
        .forEach(
            server ->
                out.addStun(
                    StunServer.newBuilder().setIp(bytes(server.ip())).setPort(server.port())));
    return out.build();
  }

  private static Role role(org.moshpit.rendezvous.core.Role role) {
    return switch (role) {
      case BOTH -> Role.BOTH;
      case BOX -> Role.BOX_ONLY;
      case LAPTOP -> Role.LAPTOP_ONLY;
    };
  }

  private static Boxes boxes(RendezvousFrame.Boxes boxes) {
    Boxes.Builder out = Boxes.newBuilder().setRequest(boxes.request());
    for (RendezvousFrame.Box box : boxes.boxes()) {
      Box.Builder one =
          Box.newBuilder()
              .setName(box.name())
              .setOnline(box.online())
              .setNat(nat(box.nat()))
              .setSinceMillis(box.sinceMillis());
      if (box.observed() != null) {
        one.setObserved(observed(box.observed()));
      }
      out.addBox(one);
    }
    return out.build();
  }

  private static NatReport nat(NatWords nat) {
    return NatReport.newBuilder()
        .setMapping(nat.mapping())
        .setFiltering(nat.filtering())
        .setAllocation(nat.allocation())
        .build();
  }

  private static List<Observed> observed(List<org.moshpit.rendezvous.core.Observed> all) {
    List<Observed> out = new ArrayList<>(all.size());
    all.forEach(one -> out.add(observed(one)));
    return out;
  }

  private static Observed observed(org.moshpit.rendezvous.core.Observed one) {
    return Observed.newBuilder()
        .setSocket(bytes(one.socket()))
        .setIp(ByteString.copyFrom(one.address().ip().getAddress()))
        .setPort(one.address().port())
        .build();
  }

  private static ByteString bytes(Bytes bytes) {
    return ByteString.copyFrom(bytes.toArray());
  }
}
