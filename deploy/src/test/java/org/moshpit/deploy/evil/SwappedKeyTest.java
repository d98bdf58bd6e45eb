package org.moshpit.deploy.evil;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import java.io.IOException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyPairGenerator;
import java.time.Instant;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.moshpit.agent.auth.HostKey;
import org.moshpit.common.identity.BoxRecord;
import org.moshpit.common.identity.SignedBoxRecord;
import org.moshpit.common.identity.SshFormatException;
import org.moshpit.common.seal.SealKey;
import org.moshpit.common.seal.SealResponder;
import org.moshpit.common.wire.SpkiPin;
import org.moshpit.common.wire.proto.Answered;
import org.moshpit.common.wire.proto.Offer;
import org.moshpit.common.wire.proto.ServerFrame;
import org.moshpit.deploy.lab.Shell;
import org.moshpit.deploy.lab.Terminal;

/** A rendezvous that gives out other keys than the box's: nothing is ever sealed to them. */
@Tag("lab")
class SwappedKeyTest {
  private static EvilLab lab;
  private static HostKey evilHostKey;
  private static final SealKey EVIL_SEAL_KEY = SealKey.of(EvilRendezvous.random(32));

  @BeforeAll
  static void makeLab(@TempDir Path directory) throws IOException, GeneralSecurityException {
    evilHostKey = HostKey.openOrCreate(directory.resolve("host_ed25519"), "evil");
    lab = new EvilLab();
  }

  @AfterAll
  static void endLab() {
    if (lab != null) {
      lab.close();
    }
  }

  @BeforeEach
  void forget() {
    lab.evil.honest();
  }

  private static byte[] evilRecord() throws IOException {
    BoxRecord record =
        new BoxRecord(
            lab.evil.realm(),
            "box",
            EVIL_SEAL_KEY.publicKey(),
            7,
            Instant.now().getEpochSecond() + 3600,
            1,
            1);
    return new SignedBoxRecord(
            record, evilHostKey.publicKey(), evilHostKey.sign(BoxRecord.NAMESPACE, record.encode()))
        .encode();
  }

  /** Answers every question for a record, and every offer, with this record; the box hears none. */
  private static void giveOut(byte[] record) {
    lab.evil.bend(
        (to, frame) -> {
          if (frame.hasRecord()) {
            return frame.toBuilder()
                .setRecord(frame.getRecord().toBuilder().setRecord(ByteString.copyFrom(record)))
                .build();
          }
          if (frame.hasOffered()) {
            Offer last = lab.evil.offers().get(lab.evil.offers().size() - 1);
            lab.evil.tellLaptop(
                ServerFrame.newBuilder()
                    .setAnswered(
                        Answered.newBuilder()
                            .setExchange(last.getExchange())
                            .setRecord(ByteString.copyFrom(record))));
            return null;
          }
          return frame;
        });
  }

  private static void assertNothingForUs() {
    for (Offer offer : lab.evil.offers()) {
      assertThat(
              SealResponder.open(
                  EVIL_SEAL_KEY, lab.evil.realm(), "box", offer.getSealed().toByteArray()))
          .isInstanceOf(SealResponder.Outcome.Failed.class);
    }
  }

  private static void makeKnown() {
    try (Terminal terminal = lab.session()) {
      assertThat(EvilLab.exit(terminal)).isZero();
    }
    lab.evil.honest();
  }

  @Test
  void anotherBoxUnderAKnownNameStops() throws IOException {
    makeKnown();
    giveOut(evilRecord());
    EvilLab.Ending ending = lab.refused("box");
    assertThat(ending.exit()).as(ending.screen()).isEqualTo(13);
    assertThat(ending.screen())
        .contains("the host key of box has changed")
        .contains(evilHostKey.fingerprint().toString());
    // the one offer went out at once, to the key remembered
    assertThat(lab.evil.offers()).hasSize(1);
    assertNothingForUs();
  }

  @Test
  void anotherBoxThanTheOneExpectedStops() throws IOException {
    String[] stranger = lab.stranger("expecting");
    giveOut(evilRecord());
    EvilLab.Ending ending = lab.refusedAs(stranger, "--host-key", lab.hostKey, "box");
    assertThat(ending.exit()).as(ending.screen()).isEqualTo(13);
    assertThat(ending.screen()).contains("nothing was sent");
    assertThat(lab.evil.offers()).isEmpty();
  }

  /** The documented limit: who has never seen the box has only the fingerprint to compare. */
  @Test
  void atFirstContactThePersonIsShownTheFalseFingerprint() throws IOException {
    String[] stranger = lab.stranger("asking");
    giveOut(evilRecord());
    try (Terminal terminal = lab.connectAs(stranger, "box")) {
      terminal.awaitText("?", EvilLab.PATIENCE);
      assertThat(terminal.screen().replace("\n", ""))
          .contains(evilHostKey.fingerprint().toString())
          .doesNotContain(lab.hostKey);
      assertThat(lab.evil.offers()).isEmpty();
      terminal.type("no\n");
      assertThat(EvilLab.ending(terminal).exit()).isNotZero();
    }
    assertThat(lab.evil.offers()).isEmpty();
  }

  @Test
  void anotherStaticKeyUnderTheBoxsOwnSignatureIsNotBelieved()
      throws IOException, SshFormatException {
    makeKnown();
    SignedBoxRecord real = SignedBoxRecord.parse(lab.evil.record("box"));
    BoxRecord said = real.record();
    BoxRecord forged =
        new BoxRecord(
            said.realm(),
            said.name(),
            EVIL_SEAL_KEY.publicKey(),
            said.serial() + 1,
            said.notAfter(),
            said.versionMin(),
            said.versionMax());
    giveOut(new SignedBoxRecord(forged, real.hostKey(), real.signature()).encode());
    EvilLab.Ending ending = lab.refused("box");
    assertThat(ending.exit()).as(ending.screen()).isEqualTo(1);
    assertThat(ending.screen()).contains("signature is wrong");
    assertNothingForUs();

    EvilLab.Ending first = lab.refusedAs(lab.stranger("forging"), "--host-key", lab.hostKey, "box");
    assertThat(first.exit()).as(first.screen()).isEqualTo(1);
    assertThat(first.screen()).contains("signature is wrong");
    assertNothingForUs();
  }

  @Test
  void anOlderRecordOfTheBoxIsNotBelieved() {
    makeKnown();
    byte[] old = lab.evil.record("box");
    lab.stopBox();
    lab.lab.box().output("rm", ".config/moshpit/noise_x25519");
    lab.startBox();
    assertThat(lab.evil.record("box")).isNotEqualTo(old);
    // the new key is taken up, because the box can open what is sealed to it
    try (Terminal terminal = lab.session()) {
      assertThat(EvilLab.exit(terminal)).isZero();
    }
    lab.evil.honest();
    giveOut(old);
    EvilLab.Ending ending = lab.refused("box");
    assertThat(ending.exit()).as(ending.screen()).isEqualTo(1);
    assertThat(ending.screen()).contains("cannot be believed").contains("old");
  }

  @Test
  void aRendezvousWithAnotherKeyIsRefused() throws GeneralSecurityException {
    String other =
        SpkiPin.of(KeyPairGenerator.getInstance("EC").generateKeyPair().getPublic()).toString();
    Shell.Result enrolled =
        lab.lab
            .laptop()
            .runWithInput(
                lab.evil.joinUrl(SpkiPin.parse(other)).format(),
                "agent",
                "--config-dir",
                lab.lab.laptop().home().resolve("pinned").toString(),
                "enroll",
                "-",
                "--name",
                "pinned");
    assertThat(enrolled.exit()).as(enrolled.err()).isEqualTo(12);
    assertThat(enrolled.err().strip()).contains("pin").hasLineCount(1).doesNotContain("Exception");

    String[] stranger = lab.stranger("betrayed");
    lab.lab
        .laptop()
        .output(
            "sed", "-i", "s/" + lab.evil.pin() + "/" + other + "/", stranger[1] + "/rendezvous");
    EvilLab.Ending ending = lab.refusedAs(stranger, "--host-key", lab.hostKey, "box");
    assertThat(ending.exit()).as(ending.screen()).isEqualTo(12);
    assertThat(ending.screen()).contains("pin").doesNotContain("Exception");
  }
}
