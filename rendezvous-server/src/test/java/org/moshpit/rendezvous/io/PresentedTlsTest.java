package org.moshpit.rendezvous.io;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.channel.EventLoopGroup;
import java.nio.file.Path;
import java.security.KeyPair;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.moshpit.common.identity.LinkKey;
import org.moshpit.common.netty.EventLoops;
import org.moshpit.common.sansio.TransportAddress;
import org.moshpit.common.wire.LinkTls;
import org.moshpit.common.wire.SpkiPin;
import org.moshpit.common.wire.proto.ClientFrame;
import org.moshpit.common.wire.proto.Mode;
import org.moshpit.common.wire.proto.Ping;
import org.moshpit.common.wire.proto.RefusalCode;
import org.moshpit.rendezvous.certificate.TlsIdentity;
import org.moshpit.rendezvous.core.Bytes;
import org.moshpit.rendezvous.core.CoreCommand;
import org.moshpit.rendezvous.core.CoreInput;
import org.moshpit.rendezvous.core.CoreLimits;
import org.moshpit.rendezvous.core.Role;
import org.moshpit.rendezvous.store.MvStoreRegistry;
import org.moshpit.rendezvous.store.StateLock;
import org.moshpit.testkit.FreePort;
import org.moshpit.testkit.TestCa;

/** A certificate is replaced while links exist. */
class PresentedTlsTest {
  @TempDir private Path temp;
  private final EventLoopGroup agents = EventLoops.create("agents", 1);
  private StateLock lock;
  private MvStoreRegistry registry;
  private RendezvousServer server;
  private TransportAddress address;
  private SpkiPin own;

  @BeforeEach
  void start() throws Exception {
    lock = StateLock.forDaemon(temp.resolve("state"));
    KeyPair key = TlsKey.of(temp.resolve("state"));
    own = SpkiPin.of(key.getPublic());
    registry = MvStoreRegistry.open(lock, Bytes.of(own.hash()));
    address = TransportAddress.parse("127.0.0.1:" + FreePort.next());
    server =
        RendezvousServer.start(
            new ServerSettings(
                List.of(address), List.of(address), List.of("localhost"), CoreLimits.DEFAULT),
            registry,
            key);
  }

  @AfterEach
  void stop() {
    if (server != null) {
      server.close();
      registry.close();
    }
    lock.close();
    agents.shutdownGracefully(0, 1, TimeUnit.SECONDS).syncUninterruptibly();
  }

  private FakeAgent agent(SpkiPin pin) throws Exception {
    return new FakeAgent(agents, address, pin, LinkTls.client(List.of(pin))).hello();
  }

  private LinkKey enrolled(String name, SpkiPin pin) throws Exception {
    CompletableFuture<CoreCommand> answer = new CompletableFuture<>();
    server.ask(
        request -> new CoreInput.InviteAsked(request, "", Role.BOTH, new TreeSet<>(), 1, 60_000),
        answer::complete);
    byte[] token = ((CoreCommand.Invited) answer.join()).token().toArray();
    LinkKey key = FakeAgent.newKey();
    FakeAgent agent = agent(pin);
    agent.enroll(key, name, token);
    assertThat(agent.next().getEnrolled().getName()).isEqualTo(name);
    agent.channel.close().syncUninterruptibly();
    return key;
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

    LinkKey key = enrolled("box", own);
    FakeAgent waiting = agent(own); // has not logged in yet
    FakeAgent old = agent(own);
    old.login(key, "box", Mode.VISITOR);
    assertThat(old.next().getWelcome().getName()).isEqualTo("box");

    for (TlsIdentity next : identities) {
      server.present(next);
      FakeAgent later = agent(next.pin());
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
    LinkKey key = enrolled("box", own);
    KeyPair pair = TestCa.ec("secp256r1");
    TlsIdentity next =
        new TlsIdentity(pair, List.of(TestCa.root("ca").issue(pair.getPublic(), "localhost")));
    server.present(next);
    FakeAgent liar =
        new FakeAgent(agents, address, own, LinkTls.client(List.of(next.pin()))).hello();
    liar.login(key, "box", Mode.VISITOR);
    assertThat(liar.next().getRefused().getCode()).isEqualTo(RefusalCode.BAD_SIGNATURE);
  }
}
