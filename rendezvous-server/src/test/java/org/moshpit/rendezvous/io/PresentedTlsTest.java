package org.moshpit.rendezvous.io;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.security.KeyPair;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.moshpit.common.identity.LinkKey;
import org.moshpit.common.wire.proto.ClientFrame;
import org.moshpit.common.wire.proto.Mode;
import org.moshpit.common.wire.proto.Ping;
import org.moshpit.common.wire.proto.RefusalCode;
import org.moshpit.rendezvous.certificate.TlsIdentity;
import org.moshpit.testkit.TestCa;

/** A certificate is replaced while links exist. */
class PresentedTlsTest {
  @TempDir private Path temp;
  private LoopbackServer pit;

  @BeforeEach
  void start() throws Exception {
    pit = LoopbackServer.start(temp.resolve("state"));
  }

  @AfterEach
  void stop() {
    pit.close();
  }

  @Test
  void newLinksSeeTheNextOneAndOldOnesGoOn() throws Exception {
    // made before anybody waits: an RSA key takes its time, and a login has not much of it
    List<TlsIdentity> identities = new ArrayList<>();
    for (KeyPair pair : List.of(TestCa.ec("secp256r1"), TestCa.rsa(2048), TestCa.ec("secp384r1"))) {
      TestCa ca = TestCa.root("ca");
      identities.add(
          new TlsIdentity(
              pair, List.of(ca.issue(pair.getPublic(), "localhost"), ca.certificate())));
    }

    LinkKey key = pit.enrolled("box");
    FakeAgent waiting = pit.agent(); // has not logged in yet
    FakeAgent old = pit.agent();
    old.login(key, "box", Mode.VISITOR);
    assertThat(old.next().getWelcome().getName()).isEqualTo("box");

    for (TlsIdentity next : identities) {
      pit.server().present(next);
      FakeAgent later = pit.agent(next.pin(), next.pin());
      later.login(key, "box", Mode.VISITOR);
      assertThat(later.next().getWelcome().getName()).isEqualTo("box");
      later.channel.close().syncUninterruptibly();
    }

    old.send(ClientFrame.newBuilder().setPing(Ping.newBuilder().setCookie(7)));
    assertThat(old.next().getPong().getCookie()).isEqualTo(7);
    waiting.login(key, "box", Mode.VISITOR);
    assertThat(waiting.next().getWelcome().getName()).isEqualTo("box");
  }

  /** A proof made for one key is worth nothing on a link that was presented another. */
  @Test
  void aLoginSignsTheKeyOfItsOwnLink() throws Exception {
    LinkKey key = pit.enrolled("box");
    KeyPair pair = TestCa.ec("secp256r1");
    TlsIdentity next =
        new TlsIdentity(pair, List.of(TestCa.root("ca").issue(pair.getPublic(), "localhost")));
    pit.server().present(next);
    FakeAgent liar = pit.agent(pit.pin(), next.pin());
    liar.login(key, "box", Mode.VISITOR);
    assertThat(liar.next().getRefused().getCode()).isEqualTo(RefusalCode.BAD_SIGNATURE);
  }
}
