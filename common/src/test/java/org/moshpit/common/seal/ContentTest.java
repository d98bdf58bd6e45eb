package org.moshpit.common.seal;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.moshpit.common.seal.proto.Accepted;
import org.moshpit.common.seal.proto.Candidate;
import org.moshpit.common.seal.proto.ControlPayload;
import org.moshpit.common.seal.proto.IceDescription;
import org.moshpit.common.seal.proto.InitiatorPayload;
import org.moshpit.common.seal.proto.Locale;
import org.moshpit.common.seal.proto.OfferPayload;
import org.moshpit.common.seal.proto.Request;
import org.moshpit.common.seal.proto.ResponderPayload;

class ContentTest {
  @Test
  void anOfferSurvivesTheWayThere() {
    InitiatorContent.Offer offer = Samples.offer();
    assertThat(InitiatorContent.parse(offer.encode()).good().orElseThrow())
        .usingRecursiveComparison()
        .isEqualTo(offer);
  }

  @Test
  void aControlMessageSurvivesTheWayThere() {
    InitiatorContent.Control control = Samples.control();
    assertThat(InitiatorContent.parse(control.encode()).good().orElseThrow())
        .usingRecursiveComparison()
        .isEqualTo(control);
  }

  static Stream<ResponderContent> answers() {
    return Samples.answers().stream();
  }

  @ParameterizedTest
  @MethodSource("answers")
  void everyAnswerSurvivesTheWayBack(ResponderContent answer) {
    assertThat(ResponderContent.parse(answer.encode()).good().orElseThrow())
        .usingRecursiveComparison()
        .isEqualTo(answer);
  }

  private static Arguments offer(String field, UnaryOperator<OfferPayload.Builder> change) {
    return Arguments.of(field, change);
  }

  private static UnaryOperator<OfferPayload.Builder> ice(
      UnaryOperator<IceDescription.Builder> change) {
    return offer -> offer.setIce(change.apply(offer.getIce().toBuilder()));
  }

  private static UnaryOperator<OfferPayload.Builder> candidate(
      UnaryOperator<Candidate.Builder> change) {
    return ice(i -> i.setCandidate(0, change.apply(i.getCandidate(0).toBuilder())));
  }

  static Stream<Arguments> wrongOffers() {
    return Stream.of(
        offer("statement", o -> o.clearStatement()),
        offer("statement", o -> o.setStatement(ByteString.copyFrom(new byte[4097]))),
        offer("statement", o -> o.setStatement(ByteString.copyFrom(new byte[40]))),
        offer("request hash", o -> o.clearRequest()),
        offer("request", o -> o.setRequest(ByteString.copyFrom(new byte[16385]))),
        offer("request", o -> o.setRequest(ByteString.copyFrom(new byte[] {1}))),
        offer("keys", o -> o.clearKey()),
        offer("keys", o -> o.addAllKey(Collections.nCopies(6, o.getKey(0)))),
        offer("key", o -> o.setKey(0, o.getKey(0).toBuilder().clearPublicKey())),
        offer(
            "key",
            o ->
                o.setKey(
                    0, o.getKey(0).toBuilder().setPublicKey(ByteString.copyFrom(new byte[2049])))),
        offer(
            "signature",
            o ->
                o.setKey(
                    0, o.getKey(0).toBuilder().setSignature(ByteString.copyFrom(new byte[4097])))),
        offer("ice", o -> o.clearIce()),
        offer("ufrag", ice(i -> i.setUfrag("abc"))),
        offer("ufrag", ice(i -> i.setUfrag("ab:d"))),
        offer("pwd", ice(i -> i.setPwd("short"))),
        offer("generation", ice(i -> i.setGeneration(-1))),
        offer(
            "candidates", ice(i -> i.addAllCandidate(Collections.nCopies(31, i.getCandidate(0))))),
        offer("candidate address", candidate(c -> c.setIp(ByteString.copyFrom(new byte[5])))),
        offer("candidate port", candidate(c -> c.setPort(0))),
        offer("candidate port", candidate(c -> c.setPort(65536))),
        offer("candidate port", candidate(c -> c.setPort(-1))),
        offer("candidate priority", candidate(c -> c.setPriority(-1))),
        offer("foundation", candidate(c -> c.setFoundation("a b"))));
  }

  @ParameterizedTest
  @MethodSource("wrongOffers")
  void anOfferOutsideItsBoundsNamesTheField(
      String field, UnaryOperator<OfferPayload.Builder> change) throws Exception {
    InitiatorPayload good = InitiatorPayload.parseFrom(Samples.offer().encode());
    InitiatorPayload wrong =
        good.toBuilder().setOffer(change.apply(good.getOffer().toBuilder())).build();
    assertThat(InitiatorContent.parse(wrong.toByteArray())).isEqualTo(new Checked.Bad<>(field));
  }

  private static Arguments control(String field, UnaryOperator<ControlPayload.Builder> change) {
    return Arguments.of(field, change);
  }

  static Stream<Arguments> wrongControls() {
    return Stream.of(
        control("session", c -> c.setSession(ByteString.copyFrom(new byte[15]))),
        control("counter", c -> c.setCounter(0)),
        control("counter", c -> c.setCounter(-1)),
        control("mac", c -> c.setMac(ByteString.copyFrom(new byte[31]))),
        control("body", c -> c.clearBody()),
        control("body", c -> c.setBody(ByteString.copyFrom(new byte[] {8}))));
  }

  @ParameterizedTest
  @MethodSource("wrongControls")
  void aControlMessageOutsideItsBoundsNamesTheField(
      String field, UnaryOperator<ControlPayload.Builder> change) throws Exception {
    InitiatorPayload good = InitiatorPayload.parseFrom(Samples.control().encode());
    InitiatorPayload wrong =
        good.toBuilder().setControl(change.apply(good.getControl().toBuilder())).build();
    assertThat(InitiatorContent.parse(wrong.toByteArray())).isEqualTo(new Checked.Bad<>(field));
  }

  private static Arguments accepted(String field, UnaryOperator<Accepted.Builder> change) {
    return Arguments.of(field, change);
  }

  static Stream<Arguments> wrongAnswers() {
    return Stream.of(
        accepted("session", a -> a.clearSession()),
        accepted("secret", a -> a.setSecret(ByteString.copyFrom(new byte[33]))),
        accepted("ice", a -> a.clearIce()),
        accepted("mosh key", a -> a.setMoshKey("-----------------------")),
        accepted("mosh key", a -> a.setMoshKey("abc def ghijklmnopqrstu")),
        accepted("port", a -> a.setPort(0)),
        accepted("port", a -> a.setPort(65536)),
        accepted("key", a -> a.clearKey()));
  }

  @ParameterizedTest
  @MethodSource("wrongAnswers")
  void anAnswerOutsideItsBoundsNamesTheField(String field, UnaryOperator<Accepted.Builder> change)
      throws Exception {
    ResponderPayload good = ResponderPayload.parseFrom(Samples.accepted().encode());
    ResponderPayload wrong =
        good.toBuilder().setAccepted(change.apply(good.getAccepted().toBuilder())).build();
    assertThat(ResponderContent.parse(wrong.toByteArray())).isEqualTo(new Checked.Bad<>(field));
  }

  @Test
  void anEmptyPayloadIsNothing() {
    assertThat(InitiatorContent.parse(new byte[0])).isEqualTo(new Checked.Bad<>("payload"));
    assertThat(ResponderContent.parse(new byte[0])).isEqualTo(new Checked.Bad<>("payload"));
  }

  @Test
  void aCandidateOfALaterVersionIsLeftOut() throws Exception {
    InitiatorPayload good = InitiatorPayload.parseFrom(Samples.offer().encode());
    OfferPayload.Builder offer = good.getOffer().toBuilder();
    offer.setIce(
        offer.getIce().toBuilder()
            .setCandidate(0, offer.getIce().getCandidate(0).toBuilder().setTypeValue(9)));
    InitiatorContent.Offer read =
        (InitiatorContent.Offer)
            InitiatorContent.parse(good.toBuilder().setOffer(offer).build().toByteArray())
                .good()
                .orElseThrow();
    assertThat(read.ice().candidates()).isEqualTo(Samples.ICE.candidates().subList(1, 2));
  }

  @Test
  void aReasonOfALaterVersionIsAFailureAndNoReasonControlsTheTerminal() {
    byte[] bytes =
        ResponderPayload.newBuilder()
            .setRefused(
                org.moshpit.common.seal.proto.PolicyRefusal.newBuilder()
                    .setKindValue(77)
                    .setReason("no\u001b[2Jway\u202e" + "x".repeat(600)))
            .build()
            .toByteArray();
    ResponderContent.Refused refused =
        (ResponderContent.Refused) ResponderContent.parse(bytes).good().orElseThrow();
    assertThat(refused.kind()).isEqualTo(Refusal.FAILURE);
    assertThat(refused.reason()).startsWith("no [2Jway x").hasSize(512);
  }

  @Test
  void onlyPlainLocaleSettingsPass() {
    byte[] bytes =
        Request.newBuilder()
            .addLocale(Locale.newBuilder().setName("LANG").setValue("de_DE.UTF-8"))
            .addLocale(Locale.newBuilder().setName("LD_PRELOAD").setValue("x"))
            .addLocale(Locale.newBuilder().setName("LC_ALL").setValue("$(id)"))
            .addLocale(Locale.newBuilder().setName("LC_TIME").setValue("a".repeat(65)))
            .addLocale(Locale.newBuilder().setName("LC_TIME=x LANG").setValue("C"))
            .build()
            .toByteArray();
    assertThat(SessionRequest.parse(bytes).good().orElseThrow().locale())
        .containsExactly(new LocaleSetting("LANG", "de_DE.UTF-8"));
  }

  private static Arguments request(String problem, SessionRequest request) {
    return Arguments.of(problem, request);
  }

  private static SessionRequest with(
      List<String> argv, int colors, String server, boolean handover, boolean ping) {
    return new SessionRequest(argv, List.of(), colors, server, handover, ping);
  }

  static Stream<Arguments> problems() {
    return Stream.of(
        request("the command is empty", with(List.of(""), 0, "", false, false)),
        request(
            "the command has more than 256 arguments",
            with(Collections.nCopies(257, "a"), 0, "", false, false)),
        request(
            "the command contains a null character", with(List.of("a\0b"), 0, "", false, false)),
        request("the command is too long", with(List.of("a".repeat(16384)), 0, "", false, false)),
        request("the number of colours is out of range", with(List.of(), -1, "", false, false)),
        request(
            "the number of colours is out of range", with(List.of(), 16777217, "", false, false)),
        request(
            "the path of mosh-server is not absolute, or too long",
            with(List.of(), 0, "mosh-server", false, false)),
        request(
            "the path of mosh-server is not absolute, or too long",
            with(List.of(), 0, "/" + "a".repeat(1024), false, false)),
        request(
            "the path of mosh-server is not absolute, or too long",
            with(List.of(), 0, "/a\nb", false, false)),
        request("a ping has no port to hand over", with(List.of(), 0, "", true, true)));
  }

  @ParameterizedTest
  @MethodSource("problems")
  void aRequestNoBoxWouldTakeSaysWhy(String problem, SessionRequest request) {
    assertThat(request.problem()).contains(problem);
  }

  @Test
  void emptyArgumentsAfterTheCommandAreKept() {
    SessionRequest request = with(List.of("printf", "", "%s"), 16777216, "/usr/bin/m", true, false);
    assertThat(SessionRequest.parse(request.encode())).isEqualTo(new Checked.Good<>(request));
  }

  @Test
  void delaysAreCutToWhatMakesSense() {
    ResponderContent.Controlled odd =
        new ResponderContent.Controlled(Optional.of(Samples.ICE), -5, false);
    assertThat(ResponderContent.parse(odd.encode()).good().orElseThrow())
        .isEqualTo(new ResponderContent.Controlled(odd.ice(), 10_000, false));
  }
}
