package org.moshpit.common.wire;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import org.junit.jupiter.api.Test;
import org.moshpit.common.wire.proto.Answer;
import org.moshpit.common.wire.proto.Box;
import org.moshpit.common.wire.proto.Boxes;
import org.moshpit.common.wire.proto.Claim;
import org.moshpit.common.wire.proto.ClientFrame;
import org.moshpit.common.wire.proto.CloseRelay;
import org.moshpit.common.wire.proto.Datagram;
import org.moshpit.common.wire.proto.Enroll;
import org.moshpit.common.wire.proto.Enrolled;
import org.moshpit.common.wire.proto.Hello;
import org.moshpit.common.wire.proto.Hint;
import org.moshpit.common.wire.proto.Hinted;
import org.moshpit.common.wire.proto.Login;
import org.moshpit.common.wire.proto.Lookup;
import org.moshpit.common.wire.proto.NatReport;
import org.moshpit.common.wire.proto.Offer;
import org.moshpit.common.wire.proto.Offered;
import org.moshpit.common.wire.proto.Refused;
import org.moshpit.common.wire.proto.Registration;
import org.moshpit.common.wire.proto.RelayClosed;
import org.moshpit.common.wire.proto.ServerFrame;
import org.moshpit.common.wire.proto.StunServer;
import org.moshpit.common.wire.proto.Welcome;

class LinkLimitsTest {
  /** The rendezvous knows of no relay when it hints that a box is back. */
  @Test
  void hinted() {
    Hinted hinted = Hinted.newBuilder().setSession(of(16)).build();

    assertThat(LinkLimits.violation(ServerFrame.newBuilder().setHinted(hinted).build())).isNull();
    assertThat(
            LinkLimits.violation(
                ServerFrame.newBuilder().setHinted(hinted.toBuilder().setSession(of(15))).build()))
        .isEqualTo("session size");
  }

  @Test
  void login() {
    Login login = Login.newBuilder().setName("box").setLinkKey(of(32)).setSignature(of(64)).build();

    assertThat(violation(login)).isNull();
    assertThat(violation(login.toBuilder().setName("x".repeat(64)).build()))
        .isEqualTo("name too long");
    assertThat(violation(login.toBuilder().setLinkKey(of(31)).build())).isEqualTo("link key size");
    assertThat(violation(login.toBuilder().setSignature(of(65)).build()))
        .isEqualTo("signature size");
  }

  @Test
  void enroll() {
    Enroll enroll =
        Enroll.newBuilder().setLinkKey(of(32)).setSignature(of(64)).setToken(of(16)).build();

    assertThat(LinkLimits.violation(ClientFrame.newBuilder().setEnroll(enroll).build())).isNull();
    assertThat(
            LinkLimits.violation(
                ClientFrame.newBuilder().setEnroll(enroll.toBuilder().setToken(of(15))).build()))
        .isEqualTo("token size");
  }

  @Test
  void claim() {
    Claim claim =
        Claim.newBuilder().setSocket(of(8)).setNonce(of(20)).setIp(of(4)).setPort(1).build();

    assertThat(violation(claim)).isNull();
    assertThat(violation(claim.toBuilder().setSocket(of(7)).build())).isEqualTo("socket size");
    assertThat(violation(claim.toBuilder().setIp(of(5)).build())).isEqualTo("IP address size");
    assertThat(violation(claim.toBuilder().setPort(0).build())).isEqualTo("port out of range");
    assertThat(violation(claim.toBuilder().setPort(65536).build())).isEqualTo("port out of range");
    assertThat(violation(claim.toBuilder().setNonce(of(257)).build())).isEqualTo("nonce size");
  }

  @Test
  void offerAndAnswer() {
    Offer offer = Offer.newBuilder().setName("box").setSealed(of(1)).addSocket(of(8)).build();
    Answer answer = Answer.newBuilder().setExchange(of(16)).setSealed(of(1)).build();

    assertThat(violation(offer)).isNull();
    assertThat(violation(offer.toBuilder().setSession(of(16)).build())).isNull();
    assertThat(violation(offer.toBuilder().setSession(of(15)).build())).isEqualTo("session size");
    assertThat(violation(offer.toBuilder().addSocket(of(9)).build())).isEqualTo("socket size");
    assertThat(violation(offer.toBuilder().setSealed(of(LinkLimits.MAX_SEALED + 1)).build()))
        .isEqualTo("sealed size");
    Offer.Builder many = Offer.newBuilder(offer);
    for (int i = 0; i < LinkLimits.MAX_SOCKETS; i++) {
      many.addSocket(of(8));
    }
    assertThat(violation(many.build())).isEqualTo("too many sockets");
    assertThat(violation(answer)).isNull();
    assertThat(violation(answer.toBuilder().setAdmitted(true).build())).isEqualTo("session size");
    assertThat(violation(answer.toBuilder().setAdmitted(true).setSession(of(16)).build())).isNull();
    assertThat(violation(answer.toBuilder().setExchange(of(8)).build())).isEqualTo("exchange size");
  }

  @Test
  void relayFrames() {
    Datagram datagram = Datagram.newBuilder().setRelay(1).setPayload(of(1500)).build();

    assertThat(LinkLimits.violation(ClientFrame.newBuilder().setDatagram(datagram).build()))
        .isNull();
    assertThat(
            LinkLimits.violation(
                ClientFrame.newBuilder()
                    .setDatagram(datagram.toBuilder().setPayload(of(1501)))
                    .build()))
        .isEqualTo("payload size");
    assertThat(
            LinkLimits.violation(
                ServerFrame.newBuilder().setDatagram(datagram.toBuilder().setRelay(0)).build()))
        .isEqualTo("relay 0");
    assertThat(
            LinkLimits.violation(
                ClientFrame.newBuilder().setCloseRelay(CloseRelay.getDefaultInstance()).build()))
        .isEqualTo("relay 0");
    assertThat(
            LinkLimits.violation(
                ClientFrame.newBuilder().setHint(Hint.newBuilder().setRelay(1)).build()))
        .isEqualTo("session size");
  }

  @Test
  void theRest() {
    assertThat(LinkLimits.violation(ClientFrame.getDefaultInstance()))
        .isEqualTo("empty or unknown frame");
    assertThat(LinkLimits.violation(ServerFrame.getDefaultInstance()))
        .isEqualTo("empty or unknown frame");
    assertThat(
            LinkLimits.violation(
                ClientFrame.newBuilder()
                    .setNat(NatReport.newBuilder().setFiltering("x".repeat(41)))
                    .build()))
        .isEqualTo("filtering too long");
    assertThat(
            LinkLimits.violation(
                ClientFrame.newBuilder()
                    .setLookup(Lookup.newBuilder().setName("x".repeat(64)))
                    .build()))
        .isEqualTo("name too long");
    assertThat(
            LinkLimits.violation(
                ServerFrame.newBuilder().setHello(Hello.newBuilder().setNonce(of(31))).build()))
        .isEqualTo("nonce size");
  }

  @Test
  void registrationAndBoxes() {
    Registration registration =
        Registration.newBuilder()
            .setAgentId(of(8))
            .setStunKey(of(32))
            .setRealm(of(32))
            .addStun(StunServer.newBuilder().setPort(3478))
            .build();
    Welcome welcome = Welcome.newBuilder().setName("den").setRegistration(registration).build();

    assertThat(LinkLimits.violation(ServerFrame.newBuilder().setWelcome(welcome).build())).isNull();
    assertThat(
            LinkLimits.violation(
                ServerFrame.newBuilder()
                    .setWelcome(
                        welcome.toBuilder()
                            .setRegistration(registration.toBuilder().setStunKey(of(31))))
                    .build()))
        .isEqualTo("STUN key size");
    Boxes.Builder boxes = Boxes.newBuilder();
    for (int i = 0; i <= LinkLimits.MAX_BOXES; i++) {
      boxes.addBox(Box.newBuilder().setName("b" + i));
    }
    assertThat(LinkLimits.violation(ServerFrame.newBuilder().setBoxes(boxes).build()))
        .isEqualTo("too many boxes");
  }

  @Test
  void whatARendezvousSaysCannotSteerATerminalOrAFile() {
    for (String evil :
        new String[] {"den\nhost = evil.example", "den\u001b[2J", "den\u009b2J", ""}) {
      assertThat(
              LinkLimits.violation(
                  ServerFrame.newBuilder()
                      .setBoxes(Boxes.newBuilder().addBox(Box.newBuilder().setName(evil)))
                      .build()))
          .isEqualTo("not a name");
      assertThat(
              LinkLimits.violation(
                  ServerFrame.newBuilder().setWelcome(Welcome.newBuilder().setName(evil)).build()))
          .isEqualTo("not a name");
      assertThat(
              LinkLimits.violation(
                  ServerFrame.newBuilder()
                      .setEnrolled(Enrolled.newBuilder().setName(evil))
                      .build()))
          .isEqualTo("not a name");
      assertThat(
              LinkLimits.violation(
                  ServerFrame.newBuilder()
                      .setOffered(Offered.newBuilder().setExchange(of(16)).setFrom(evil))
                      .build()))
          .isEqualTo("not a name");
    }
    for (String evil : new String[] {"\u001b]52;c;eA==\u0007", "\u009d0;title\u009c", "\u202e"}) {
      assertThat(
              LinkLimits.violation(
                  ServerFrame.newBuilder()
                      .setRefused(Refused.newBuilder().setDetail(evil))
                      .build()))
          .isEqualTo("detail with control characters");
      assertThat(
              LinkLimits.violation(
                  ServerFrame.newBuilder()
                      .setRelayClosed(RelayClosed.newBuilder().setRelay(1).setReason(evil))
                      .build()))
          .isEqualTo("reason with control characters");
      assertThat(
              LinkLimits.violation(
                  ServerFrame.newBuilder()
                      .setBoxes(
                          Boxes.newBuilder()
                              .addBox(
                                  Box.newBuilder()
                                      .setName("den")
                                      .setNat(NatReport.newBuilder().setMapping(evil))))
                      .build()))
          .isEqualTo("mapping with control characters");
    }
  }

  private static String violation(Login login) {
    return LinkLimits.violation(ClientFrame.newBuilder().setLogin(login).build());
  }

  private static String violation(Claim claim) {
    return LinkLimits.violation(ClientFrame.newBuilder().setClaim(claim).build());
  }

  private static String violation(Offer offer) {
    return LinkLimits.violation(ClientFrame.newBuilder().setOffer(offer).build());
  }

  private static String violation(Answer answer) {
    return LinkLimits.violation(ClientFrame.newBuilder().setAnswer(answer).build());
  }

  private static ByteString of(int size) {
    return ByteString.copyFrom(new byte[size]);
  }
}
