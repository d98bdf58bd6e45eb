package org.moshpit.rendezvous.io;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.channel.EventLoopGroup;
import io.netty.handler.ssl.SslContext;
import java.nio.file.Path;
import java.security.KeyPair;
import java.util.List;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.moshpit.common.identity.LinkKey;
import org.moshpit.common.netty.EventLoops;
import org.moshpit.common.sansio.TransportAddress;
import org.moshpit.common.wire.LinkTls;
import org.moshpit.common.wire.SpkiPin;
import org.moshpit.common.wire.proto.Mode;
import org.moshpit.rendezvous.core.Bytes;
import org.moshpit.rendezvous.core.CoreCommand;
import org.moshpit.rendezvous.core.CoreInput;
import org.moshpit.rendezvous.core.CoreLimits;
import org.moshpit.rendezvous.core.Role;
import org.moshpit.rendezvous.store.MvStoreRegistry;
import org.moshpit.rendezvous.store.StateLock;
import org.moshpit.testkit.FreePort;

/** The real server on a port of loopback, and agents that speak to it frame by frame. */
final class LoopbackServer implements AutoCloseable {
  private final EventLoopGroup agents = EventLoops.create("agents", 1);
  private final StateLock lock;
  private final MvStoreRegistry registry;
  private final RendezvousServer server;
  private final TransportAddress address;
  private final SpkiPin pin;
  private final SslContext tls;
  private boolean stopped;

  private LoopbackServer(Path state, int port, TransportAddress listen) throws Exception {
    lock = StateLock.forDaemon(state);
    KeyPair key = TlsKey.of(state);
    pin = SpkiPin.of(key.getPublic());
    tls = LinkTls.client(List.of(pin));
    registry = MvStoreRegistry.open(lock, Bytes.of(pin.hash()));
    address = TransportAddress.parse("127.0.0.1:" + port);
    server =
        RendezvousServer.start(
            new ServerSettings(
                List.of(listen), List.of(listen), List.of("localhost"), CoreLimits.DEFAULT),
            registry,
            key);
  }

  /** On 127.0.0.1, with that state directory. */
  static LoopbackServer start(Path state) throws Exception {
    int port = FreePort.next();
    return new LoopbackServer(state, port, TransportAddress.parse("127.0.0.1:" + port));
  }

  /** On every address of both families. */
  static LoopbackServer startEverywhere(Path state) throws Exception {
    int port = FreePort.next();
    return new LoopbackServer(state, port, TransportAddress.parse("[::]:" + port));
  }

  RendezvousServer server() {
    return server;
  }

  /** Its address of IPv4. */
  TransportAddress address() {
    return address;
  }

  /** Of the key that it made itself. */
  SpkiPin pin() {
    return pin;
  }

  /** A connection that has heard the greeting. */
  FakeAgent agent() throws InterruptedException {
    return agent(address);
  }

  /** The same to another of its addresses. */
  FakeAgent agent(TransportAddress to) throws InterruptedException {
    return new FakeAgent(agents, to, pin, tls).hello();
  }

  /**
   * A connection that expects other keys.
   *
   * @param signed the key that its login is to be for
   * @param presented the key that it takes in the TLS handshake
   */
  FakeAgent agent(SpkiPin signed, SpkiPin presented) throws Exception {
    return new FakeAgent(agents, address, signed, LinkTls.client(List.of(presented))).hello();
  }

  /** The token of an invitation that is good for anybody, once. */
  byte[] invite() {
    CompletableFuture<CoreCommand> answer = new CompletableFuture<>();
    server.ask(
        request -> new CoreInput.InviteAsked(request, "", Role.BOTH, new TreeSet<>(), 1, 60_000),
        answer::complete);
    return ((CoreCommand.Invited) answer.join()).token().toArray();
  }

  /** Enrolls an agent of that name; its link key. */
  LinkKey enrolled(String name) throws InterruptedException {
    LinkKey key = FakeAgent.newKey();
    FakeAgent agent = agent();
    agent.enroll(key, name, invite());
    assertThat(agent.next().getEnrolled().getName()).isEqualTo(name);
    agent.channel.close().syncUninterruptibly();
    return key;
  }

  FakeAgent loggedIn(LinkKey key, String name, Mode mode) throws InterruptedException {
    return loggedIn(key, name, mode, false);
  }

  FakeAgent loggedIn(LinkKey key, String name, Mode mode, boolean relayCookies)
      throws InterruptedException {
    FakeAgent agent = agent();
    agent.login(key, name, mode, relayCookies);
    assertThat(agent.next().getWelcome().getName()).isEqualTo(name);
    return agent;
  }

  /** Ends the server alone, once; its agents stay. */
  synchronized void stop() {
    if (!stopped) {
      stopped = true;
      server.close();
      registry.close();
    }
  }

  @Override
  public void close() {
    stop();
    lock.close();
    agents.shutdownGracefully(0, 1, TimeUnit.SECONDS).syncUninterruptibly();
  }
}
