package org.moshpit.rendezvous.io;

import io.netty.channel.Channel;
import io.netty.channel.EventLoop;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.group.ChannelGroup;
import io.netty.channel.group.DefaultChannelGroup;
import io.netty.handler.ssl.SslContext;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.KeyPair;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.function.LongFunction;
import org.moshpit.common.netty.EventLoops;
import org.moshpit.common.sansio.TransportAddress;
import org.moshpit.rendezvous.certificate.TlsIdentity;
import org.moshpit.rendezvous.core.CoreCommand;
import org.moshpit.rendezvous.core.CoreConfig;
import org.moshpit.rendezvous.core.CoreInput;
import org.moshpit.rendezvous.core.RendezvousCore;
import org.moshpit.rendezvous.core.Survey;
import org.moshpit.rendezvous.responder.AnswerQuotas;
import org.moshpit.rendezvous.responder.BindingResponder;
import org.moshpit.rendezvous.responder.ObservationTokens;
import org.moshpit.rendezvous.responder.RelayDoor;
import org.moshpit.rendezvous.responder.RelayEnd;
import org.moshpit.rendezvous.responder.ResponderCounters;
import org.moshpit.rendezvous.responder.SteppedClock;
import org.moshpit.rendezvous.responder.StunListener;
import org.moshpit.rendezvous.responder.StunSockets;
import org.moshpit.rendezvous.store.Registry;
import org.moshpit.rendezvous.store.StoreException;

/** A running rendezvous: links, STUN and core around a registry. */
public final class RendezvousServer implements AutoCloseable {
  private static final int CONNECTIONS_PER_SOURCE = 1024;
  private static final int CONNECTIONS = 50_000;
  private static final int STRANGERS_PER_NETWORK = 48;
  private static final int STRANGERS = 2000;
  private static final int STUN_THREADS = 4;

  /** Datagrams that came by UDP and may wait for the loop, at most 1.5 kB each. */
  private static final int MAX_RELAYED = 4096;

  private final EventLoopGroup linkLoops = EventLoops.create("links", 1);
  private final EventLoopGroup stunLoops =
      EventLoops.create("stun", Math.min(STUN_THREADS, Runtime.getRuntime().availableProcessors()));
  private final EventLoop loop = linkLoops.next();
  private final ChannelGroup links = new DefaultChannelGroup(loop);
  private final List<Channel> listeners = new ArrayList<>();
  private final CompletableFuture<StoreException> failure = new CompletableFuture<>();
  private final AtomicInteger relayed = new AtomicInteger();
  private final ResponderCounters counters = new ResponderCounters();
  private final Meter meter;
  private StunListener stun;
  private CoreDriver driver;
  private PresentedTls tls;

  private RendezvousServer(Meter meter) {
    this.meter = meter;
  }

  /**
   * Binds everything and begins to serve. Blocks.
   *
   * @param registry stays the caller's to close, after this server
   * @param key the TLS key
   * @throws IOException if an address cannot be listened on; then none is
   */
  public static RendezvousServer start(ServerSettings settings, Registry registry, KeyPair key)
      throws IOException {
    return start(settings, registry, TlsIdentity.selfMade(key), Meter.NONE);
  }

  /**
   * The same.
   *
   * @param identity what links are presented
   * @param meter hears what is to be counted, on the event loop
   */
  public static RendezvousServer start(
      ServerSettings settings, Registry registry, TlsIdentity identity, Meter meter)
      throws IOException {
    RendezvousServer server = new RendezvousServer(meter);
    boolean started = false;
    try {
      server.open(settings, registry, identity);
      started = true;
    } finally {
      if (!started) {
        server.close();
      }
    }
    return server;
  }

  private void open(ServerSettings settings, Registry registry, TlsIdentity identity)
      throws IOException {
    SecureRandom random = new SecureRandom();
    byte[] secret = new byte[32];
    random.nextBytes(secret);
    ObservationTokens tokens = new ObservationTokens(secret);
    SteppedClock clock = new SteppedClock(System::currentTimeMillis, System::nanoTime);
    StunKeys stunKeys = new StunKeys();
    RendezvousCore core =
        new RendezvousCore(
            new CoreConfig(
                StunServers.of(settings.stunListen(), settings.publicHosts()),
                settings.publicHosts().get(0),
                settings.limits()),
            registry.snapshot(),
            (agent, socket, observed, nonce, now) ->
                tokens.verify(
                    new String(nonce.toArray(), StandardCharsets.ISO_8859_1),
                    StunKeys.number(agent),
                    StunKeys.number(socket),
                    observed,
                    clock.steadyMillis(now)),
            new BoxRecordReader(),
            random);
    byte[] relaySecret = new byte[32];
    random.nextBytes(relaySecret);
    RelayDoor door = new RelayDoor(relaySecret, this::received);
    driver =
        new CoreDriver(
            loop, core, registry, stunKeys, door, clock::wallMillis, meter, failure::complete);
    onLoop(driver::start);
    tls = new PresentedTls(identity.context(), identity.pin());
    LinkListener listener =
        new LinkListener(
            loop,
            tls,
            driver,
            new SourceCap(CONNECTIONS_PER_SOURCE, CONNECTIONS),
            new Strangers(
                STRANGERS_PER_NETWORK, STRANGERS, () -> meter.rejected(Meter.Rejection.STRANGER)),
            links,
            meter);
    for (TransportAddress address : settings.listen()) {
      listeners.add(listener.bind(address));
    }
    AnswerQuotas quotas = new AnswerQuotas(random.nextLong());
    // After TCP, which is had by one process only: with SO_REUSEPORT a second rendezvous would get
    // these sockets too, and take questions away from the first.
    stun =
        StunListener.open(
            stunLoops,
            StunSockets.of(settings.stunListen()),
            sockets -> new BindingResponder(sockets, stunKeys, tokens, counters, quotas, clock),
            door,
            clock::steadyMillis);
  }

  /** From the sockets' loops to the core's; more than it has time for is dropped. */
  private void received(RelayEnd from, byte[] payload) {
    if (relayed.incrementAndGet() > MAX_RELAYED || !from.mayWait()) {
      relayed.decrementAndGet();
      meter.dropped(Meter.RelayDrop.BUSY, 1);
      return;
    }
    loop.execute(
        () -> {
          relayed.decrementAndGet();
          from.taken();
          driver.received(from, payload);
        });
  }

  /**
   * Asks the core for an operator. Any thread.
   *
   * @param input makes the input, given its request number
   * @param answer gets the one answer, on the event loop
   */
  public void ask(LongFunction<CoreInput> input, Consumer<CoreCommand> answer) {
    loop.execute(() -> driver.input(input.apply(driver.request(answer))));
  }

  /**
   * Presents that from the next link on; links that exist go on. Blocks, not for the event loop.
   *
   * @throws IOException if TLS does not take it; then nothing was changed
   */
  public void present(TlsIdentity identity) throws IOException {
    SslContext next = identity.context();
    onLoop(() -> tls.replace(next, identity.pin()));
  }

  /** How many agents are logged in. On the event loop. */
  public long loggedIn() {
    return driver.loggedIn();
  }

  /**
   * Looks at who is here and who is connected to whom. Any thread.
   *
   * @param answer gets it, on the event loop
   */
  public void survey(Consumer<Survey> answer) {
    ask(
        CoreInput.SurveyAsked::new,
        command -> answer.accept(driver.survey((CoreCommand.Surveyed) command)));
  }

  /** How many there are of what; on the event loop. */
  public Figures figures() {
    return driver.figures(counters.all());
  }

  /**
   * Why it does not serve, one line; empty: it does. On the event loop.
   *
   * @param now monotonic nanoseconds
   */
  public Optional<String> problem(long now) {
    if (failure.isDone()) {
      return Optional.of("the registry cannot be written");
    }
    return stun.problem(now);
  }

  /** Its STUN sockets. */
  StunListener stun() {
    return stun;
  }

  /** The event loop, for those who want to share it. */
  public EventLoop loop() {
    return loop;
  }

  /** Completes if the registry can no longer be written; then the process must end. */
  public CompletableFuture<StoreException> failure() {
    return failure;
  }

  private void onLoop(Runnable task) {
    loop.submit(task).syncUninterruptibly();
  }

  /** Tells every agent, closes everything and waits for it. Not for the event loop. */
  @Override
  public void close() {
    listeners.forEach(listener -> listener.close().awaitUninterruptibly());
    if (driver != null) {
      onLoop(() -> driver.input(new CoreInput.Stopping()));
      // Agents close when they have read why; those that do not are closed.
      links.newCloseFuture().awaitUninterruptibly(2 * LinkChannel.LINGER_MILLIS);
      links.close().awaitUninterruptibly();
    }
    if (stun != null) {
      stun.close();
    }
    stunLoops.shutdownGracefully(0, 1, TimeUnit.SECONDS).awaitUninterruptibly();
    linkLoops.shutdownGracefully(0, 1, TimeUnit.SECONDS).awaitUninterruptibly();
  }
}
