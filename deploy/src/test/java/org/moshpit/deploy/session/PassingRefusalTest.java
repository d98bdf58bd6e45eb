package org.moshpit.deploy.session;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.moshpit.deploy.lab.Host;
import org.moshpit.deploy.lab.Lab;
import org.moshpit.deploy.session.Refusals.Ending;

/** What refuses a person, and can be put right again. One lab for all. */
@Tag("lab")
class PassingRefusalTest {
  private static Lab lab;
  private static Refusals refusals;

  @BeforeAll
  static void makeLab() {
    lab = Lab.populated("none", "none");
    refusals = new Refusals(lab);
  }

  @AfterAll
  static void endLab() {
    if (lab != null) {
      lab.close();
    }
  }

  @AfterEach
  void putBack() {
    Refusals.write(lab.box(), ".ssh/authorized_keys", refusals.publicKey());
    lab.box().root("nft", "add table inet cut; delete table inet cut");
    for (Host host : List.of(lab.box(), lab.laptop())) {
      host.root("sh", "-c", "umount -q /usr/bin/mosh-server; umount -q /usr/bin/mosh-client; :");
    }
  }

  @Test
  void aKeyWithAnOptionThatRefusesItIsToldWhich() {
    for (String option : List.of("from=\"10.0.0.0/8\"", "no-pty", "cert-authority", "bogus")) {
      Refusals.write(lab.box(), ".ssh/authorized_keys", option + " " + refusals.publicKey());
      Ending ending = refusals.connectBox();
      assertThat(ending.exit()).as(ending.sentence()).isEqualTo(11);
      assertThat(ending.sentence()).contains(option.replaceFirst("=.*", ""));
    }
    Refusals.write(
        lab.box(), ".ssh/authorized_keys", "expiry-time=\"20200101\" " + refusals.publicKey());
    assertThat(refusals.connectBox())
        .matches(e -> e.exit() == 11 && e.sentence().contains("expir"));
  }

  @Test
  void anAddressFamilyThatIsNotThere() {
    Ending ending = refusals.connect("-6", "--host-key", lab.hostKey("box"), "box");
    assertThat(ending.exit()).as(ending.sentence()).isEqualTo(2);
    assertThat(ending.sentence()).contains("-6", "IPv6");
  }

  @Test
  void aTerminalThatMoshDoesNotKnow() {
    Ending ending =
        refusals.run(
            "env", "TERM=frob", "agent", "connect", "--host-key", lab.hostKey("box"), "box");
    assertThat(ending.exit()).as(ending.sentence()).isEqualTo(2);
    assertThat(ending.sentence()).contains("frob");
  }

  @Test
  void joinUrlsThatDoNotHold() {
    String used = refusals.rendezvousServer("invite", "--role", "laptop", "--name", "spare");
    refusals.enroll(used, "spare").orFail();
    String expired = refusals.rendezvousServer("invite", "--role", "laptop", "--expires", "1s");
    String good = refusals.rendezvousServer("invite", "--role", "laptop");
    String wrongPin = good.replaceFirst("pin=sha256:....", "pin=sha256:AAAA");
    Instant over = Instant.now().plusSeconds(1);
    await().until(() -> Instant.now().isAfter(over));
    Refusals.assertRefused(refusals.enroll(used, "spare2"), 12, "used");
    Refusals.assertRefused(refusals.enroll(expired, "spare3"), 12, "expired");
    Refusals.assertRefused(refusals.enroll(wrongPin, "spare4"), 12, "pin");
    Refusals.assertRefused(
        refusals.enroll(good.replaceFirst("token=.*", "token=AAAAAAAAAAAAAAAAAAAAAA"), "x"),
        12,
        "does not know this join URL");
    Refusals.assertRefused(
        refusals.enroll(good.replaceFirst("token=.*", "token=short"), "x"), 2, "token");
    Refusals.assertRefused(refusals.enroll("https://example.org/", "x"), 2, "moshpit://");
  }

  @Test
  void moshMissingOnEitherSide() {
    lab.box().root("mount", "--bind", "/dev/null", "/usr/bin/mosh-server");
    assertThat(refusals.connectBox())
        .matches(e -> e.exit() == 14 && e.sentence().contains("mosh-server"), "no mosh-server");
    lab.laptop().root("mount", "--bind", "/dev/null", "/usr/bin/mosh-client");
    assertThat(refusals.connectBox())
        .matches(e -> e.exit() == 14 && e.sentence().contains("mosh-client"), "no mosh-client");
  }

  @Test
  void aLocaleThatIsNotUtf8() {
    Ending ending =
        refusals.run(
            "env", "LC_ALL=C", "agent", "connect", "--host-key", lab.hostKey("box"), "box");
    assertThat(ending.exit()).as(ending.sentence()).isEqualTo(2);
    assertThat(ending.sentence()).contains("UTF-8");
  }

  @Test
  void noTerminal() {
    var ended = lab.laptop().run("agent", "connect", "--host-key", lab.hostKey("box"), "box");
    Refusals.assertRefused(ended, 2, "terminal");
  }

  @Test
  void noPathWithoutTheRelay() {
    lab.box()
        .root(
            "nft",
            "add table inet cut; "
                + "add chain inet cut in { type filter hook input priority 0; }; "
                + "add rule inet cut in meta l4proto udp ip saddr LAPTOP drop"
                    .replace("LAPTOP", lab.publicAddress("laptop")));
    Ending ending = refusals.connect("--relay=never", "--host-key", lab.hostKey("box"), "box");
    assertThat(ending.exit()).as(ending.sentence()).isEqualTo(15);
  }
}
