package org.moshpit.agent.link;

import com.google.protobuf.ByteString;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.EventLoop;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.channel.WriteBufferWaterMark;
import io.netty.channel.epoll.EpollSocketChannel;
import io.netty.util.concurrent.ScheduledFuture;
import java.net.InetSocketAddress;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.function.BiConsumer;
import org.moshpit.agent.config.Rendezvous;
import org.moshpit.common.identity.LinkKey;
import org.moshpit.common.netty.LocalAddresses;
import org.moshpit.common.sansio.TransportAddress;
import org.moshpit.common.wire.FrameCodec;
import org.moshpit.common.wire.Link;
import org.moshpit.common.wire.LinkProof;
import org.moshpit.common.wire.Malformed;
import org.moshpit.common.wire.SpkiPin;
import org.moshpit.common.wire.proto.ClientFrame;
import org.moshpit.common.wire.proto.Enroll;
import org.moshpit.common.wire.proto.Enrolled;
import org.moshpit.common.wire.proto.Hello;
import org.moshpit.common.wire.proto.Login;
import org.moshpit.common.wire.proto.Ping;
import org.moshpit.common.wire.proto.Refused;
import org.moshpit.common.wire.proto.ServerFrame;
import org.moshpit.common.wire.proto.Welcome;

/**
 * One link to a rendezvous, from dialling to its end; not used again afterwards. Every method, and
 * every call of the listener, is on the event loop.
 */
public final class LinkClient {
  /** Hears of the link. After {@link #down} it hears nothing more. */
  public interface Listener {
    /**
     * The login is being sent: what is sent from within this call leaves in the same flight, before
     * anybody knows whether the login holds.
     */
    default void loggingIn() {}

    /** The login was accepted. */
    default void up(Welcome welcome) {}

    /** The enrollment was accepted. */
    default void enrolled(Enrolled enrolled) {}

    /** Anything else the rendezvous says: never Hello, Welcome, Refused, Enrolled or Pong. */
    void frame(ServerFrame frame);

    /** There is no link, or no longer; not called after {@link LinkClient#close}. */
    void down(LinkFailure failure);
  }

  /** The rendezvous has this long for each of its first two answers, in milliseconds. */
  private static final long ANSWER_MILLIS = 10_000;

  private static final long PROBE_MAX_MILLIS = 5_000;
  private static final int MAX_EARLY = 64;
  private static final WriteBufferWaterMark WATER_MARK = new WriteBufferWaterMark(8_192, 32_768);

  private enum State {
    DIALLING,
    AWAITING_HELLO,
    AWAITING_WELCOME,
    UP,
    CLOSED
  }

  private final EventLoop loop;
  private final Rendezvous rendezvous;
  private final LinkPreparation preparation;
  private final LinkPurpose purpose;
  private final Listener listener;
  private final Dialler dialler;
  private final Queue<ClientFrame> early = new ArrayDeque<>();
  private final DatagramQueue datagrams = new DatagramQueue();

  private State state = State.DIALLING;
  private Channel channel;
  private SpkiPin presented;
  private long connectNanos;
  private RendezvousClock clock;
  private ScheduledFuture<?> patience;
  private ScheduledFuture<?> keepalive;
  private long lastHeard;
  private long lastSaid;
  private long cookie;
  private long answeredCookie;
  private boolean loggedIn;
  private Hello greeting;

  /** What was said with a login that nobody has confirmed yet; null after an ordinary login. */
  private List<ClientFrame> unconfirmed;

  private LinkClient(
      EventLoop loop,
      Rendezvous rendezvous,
      LinkPreparation preparation,
      LinkPurpose purpose,
      Listener listener) {
    this.loop = loop;
    this.rendezvous = Objects.requireNonNull(rendezvous);
    this.preparation = Objects.requireNonNull(preparation);
    this.purpose = Objects.requireNonNull(purpose);
    this.listener = Objects.requireNonNull(listener);
    this.dialler =
        new Dialler(
            loop,
            rendezvous,
            preparation.tls(),
            new Dialler.Outcome() {
              @Override
              public void secured(Channel winner, SpkiPin pin, long nanos) {
                take(winner, pin, nanos);
              }

              @Override
              public void lost(LinkFailure failure) {
                fail(failure);
              }
            });
  }

  /** Begins to dial; call it on the event loop. The listener is called later, never from within. */
  public static LinkClient open(
      EventLoop loop,
      Rendezvous rendezvous,
      LinkPreparation preparation,
      LinkPurpose purpose,
      Listener listener) {
    LinkClient client = new LinkClient(loop, rendezvous, preparation, purpose, listener);
    loop.execute(client::start);
    return client;
  }

  private void start() {
    if (state == State.DIALLING) {
      dialler.start();
    }
  }

  private void take(Channel winner, SpkiPin pin, long nanos) {
    channel = winner;
    presented = pin;
    connectNanos = nanos;
    state = State.AWAITING_HELLO;
    channel.config().setWriteBufferWaterMark(WATER_MARK);
    channel.pipeline().addLast(FrameCodec.forClient(), new FrameHandler());
    beImpatient("it accepts connections but says nothing");
    if (purpose instanceof LinkPurpose.LogIn) {
      withKey(this::returning);
    }
  }

  /** What needs the key; at once if it is there. */
  private void withKey(BiConsumer<LinkKey, Throwable> action) {
    preparation
        .key()
        .whenComplete(
            (key, problem) -> {
              if (loop.inEventLoop()) {
                action.accept(key, problem);
              } else {
                loop.execute(() -> action.accept(key, problem));
              }
            });
  }

  /** Logs in before the greeting has come, if the last welcome gave a nonce for that. */
  private void returning(LinkKey key, Throwable problem) {
    if (state != State.AWAITING_HELLO || problem != null) {
      return;
    }
    Optional<byte[]> nonce = preparation.returnNonce().take();
    if (nonce.isPresent()) {
      unconfirmed = new ArrayList<>();
      logIn(proof(Link.VERSION_MAX, nonce.get(), true, key));
    }
  }

  /** The last handler of the link's channel. */
  private final class FrameHandler extends SimpleChannelInboundHandler<Object> {
    @Override
    protected void channelRead0(ChannelHandlerContext context, Object message) {
      lastHeard = System.nanoTime();
      if (message instanceof ServerFrame frame) {
        receive(frame);
      } else if (message instanceof Malformed malformed) {
        fail(new LinkFailure.NotRendezvous(rendezvous, malformed.reason()));
      }
    }

    @Override
    public void channelWritabilityChanged(ChannelHandlerContext context) {
      drainDatagrams();
    }

    @Override
    public void channelInactive(ChannelHandlerContext context) {
      fail(new LinkFailure.Lost(rendezvous, "it closed the connection"));
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
      String why = cause.getMessage();
      fail(new LinkFailure.Lost(rendezvous, why == null ? cause.getClass().getSimpleName() : why));
    }
  }

  private void receive(ServerFrame frame) {
    if (state == State.CLOSED) {
      return;
    }
    switch (frame.getBodyCase()) {
      case HELLO -> hello(frame.getHello());
      case REFUSED -> refused(frame.getRefused());
      case WELCOME -> welcome(frame.getWelcome());
      case LOGIN_AGAIN -> loginAgain();
      case ENROLLED -> {
        if (state == State.AWAITING_WELCOME && purpose instanceof LinkPurpose.EnrollAs) {
          bePatient();
          listener.enrolled(frame.getEnrolled());
        } else {
          fail(new LinkFailure.NotRendezvous(rendezvous, "an answer that was not asked for"));
        }
      }
      case PONG -> answeredCookie = Math.max(answeredCookie, frame.getPong().getCookie());
      default -> {
        if (state == State.UP) {
          listener.frame(frame);
        } else {
          fail(new LinkFailure.NotRendezvous(rendezvous, "a frame before the welcome"));
        }
      }
    }
  }

  private void hello(Hello hello) {
    if (state != State.AWAITING_HELLO) {
      fail(new LinkFailure.NotRendezvous(rendezvous, "a second greeting"));
      return;
    }
    if (hello.getVersionMax() < Link.VERSION_MIN || hello.getVersionMin() > Link.VERSION_MAX) {
      fail(
          new LinkFailure.VersionMismatch(
              rendezvous, hello.getVersionMin(), hello.getVersionMax(), Link.VERSION_MAX));
      return;
    }
    clock = RendezvousClock.told(hello.getTimeMillis());
    state = State.AWAITING_WELCOME;
    beImpatient("it does not answer the login");
    greeting = hello;
    if (unconfirmed == null) {
      withKey(this::greeted);
    }
  }

  /** Logs in with what the greeting brought. */
  private void greeted(LinkKey key, Throwable problem) {
    if (state != State.AWAITING_WELCOME) {
      return;
    }
    if (problem != null) {
      fail(new LinkFailure.NoKey(problem));
      return;
    }
    int version = Math.min(Link.VERSION_MAX, greeting.getVersionMax());
    logIn(proof(version, greeting.getNonce().toByteArray(), false, key));
  }

  /** The nonce was used already, or the rendezvous has forgotten it. */
  private void loginAgain() {
    if (state != State.AWAITING_WELCOME || unconfirmed == null) {
      fail(new LinkFailure.NotRendezvous(rendezvous, "an answer that was not asked for"));
      return;
    }
    early.addAll(unconfirmed);
    unconfirmed = null;
    withKey(this::greeted);
  }

  private void logIn(ClientFrame proof) {
    channel.write(proof);
    if (!loggedIn) {
      listener.loggingIn();
    }
    loggedIn = true;
    for (ClientFrame frame = early.poll(); frame != null; frame = early.poll()) {
      say(frame);
    }
    lastSaid = System.nanoTime();
    channel.flush();
    drainDatagrams();
  }

  private void say(ClientFrame frame) {
    if (unconfirmed != null) {
      unconfirmed.add(frame);
    }
    channel.write(frame, channel.voidPromise());
  }

  private ClientFrame proof(int version, byte[] nonce, boolean returning, LinkKey key) {
    ByteString publicKey = ByteString.copyFrom(key.publicKey());
    if (purpose instanceof LinkPurpose.EnrollAs enroll) {
      byte[] bytes = LinkProof.bytes(LinkProof.Purpose.ENROLL, nonce, presented, enroll.name());
      return ClientFrame.newBuilder()
          .setEnroll(
              Enroll.newBuilder()
                  .setVersion(version)
                  .setName(enroll.name())
                  .setLinkKey(publicKey)
                  .setSignature(ByteString.copyFrom(key.sign(bytes)))
                  .setToken(ByteString.copyFrom(enroll.token().bytes())))
          .build();
    }
    LinkPurpose.LogIn login = (LinkPurpose.LogIn) purpose;
    byte[] bytes = LinkProof.bytes(LinkProof.Purpose.LOGIN, nonce, presented, login.name());
    return ClientFrame.newBuilder()
        .setLogin(
            Login.newBuilder()
                .setVersion(version)
                .setName(login.name())
                .setLinkKey(publicKey)
                .setSignature(ByteString.copyFrom(key.sign(bytes)))
                .setMode(login.mode())
                .setRelayCookies(true)
                .setReturnNonce(returning ? ByteString.copyFrom(nonce) : ByteString.EMPTY))
        .build();
  }

  private void welcome(Welcome welcome) {
    if (state != State.AWAITING_WELCOME || !(purpose instanceof LinkPurpose.LogIn)) {
      fail(new LinkFailure.NotRendezvous(rendezvous, "a welcome that was not asked for"));
      return;
    }
    state = State.UP;
    unconfirmed = null;
    if (welcome.getReturnNonce().size() == LinkProof.NONCE_LENGTH) {
      preparation.returnNonce().keep(welcome.getReturnNonce().toByteArray());
    }
    bePatient();
    scheduleKeepalive();
    listener.up(welcome);
    drainDatagrams();
  }

  private void refused(Refused refused) {
    fail(new LinkFailure.Refused(rendezvous, refused.getCode(), refused.getDetail()));
  }

  /**
   * Sends a frame; before the login is done it is kept and leaves together with the login.
   * Datagrams of a full link push the oldest out.
   *
   * @return false if there is no link to send it on, or too much waits for the login
   */
  public boolean send(ClientFrame frame) {
    if (state == State.CLOSED) {
      return false;
    }
    if (frame.hasDatagram()) {
      datagrams.add(frame);
      drainDatagrams();
      return true;
    }
    if (!loggedIn) {
      return early.size() < MAX_EARLY && early.add(frame);
    }
    if (unconfirmed != null && unconfirmed.size() >= MAX_EARLY) {
      return false;
    }
    lastSaid = System.nanoTime();
    say(frame);
    channel.flush();
    return true;
  }

  private void drainDatagrams() {
    if (!loggedIn || unconfirmed != null || state == State.CLOSED || datagrams.isEmpty()) {
      return;
    }
    boolean wrote = false;
    while (channel.isWritable() && !datagrams.isEmpty()) {
      channel.write(datagrams.poll(), channel.voidPromise());
      wrote = true;
    }
    if (wrote) {
      lastSaid = System.nanoTime();
      channel.flush();
    }
  }

  private void scheduleKeepalive() {
    long jittered =
        Link.PING_MILLIS - ThreadLocalRandom.current().nextLong(Link.PING_MILLIS / 5 + 1);
    long silent = TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - lastHeard);
    long wait = Math.max(0, Math.min(jittered, Link.DEAD_MILLIS + 1 - silent));
    keepalive = loop.schedule(this::keepAlive, wait, TimeUnit.MILLISECONDS);
  }

  private void keepAlive() {
    long now = System.nanoTime();
    if (now - lastHeard > TimeUnit.MILLISECONDS.toNanos(Link.DEAD_MILLIS)) {
      fail(new LinkFailure.Lost(rendezvous, "it fell silent"));
      return;
    }
    long recently = TimeUnit.MILLISECONDS.toNanos(Link.PING_MILLIS) / 2;
    if (now - lastHeard > recently || now - lastSaid > recently) {
      ping();
    }
    scheduleKeepalive();
  }

  private void ping() {
    send(ClientFrame.newBuilder().setPing(Ping.newBuilder().setCookie(++cookie)).build());
  }

  /**
   * Asks whether the link still carries anything, for instance because the network changed; without
   * an answer within eight round trips it is down, and at once if the address it was made from is
   * gone. What merely comes in may have been under way before. A link given up for nothing costs a
   * login; one held on to costs the person every key until it is.
   *
   * @param leastMillis for an answer, even if round trips are short; at most 5,000
   */
  public void probe(long leastMillis) {
    if (state != State.UP) {
      return;
    }
    if (LocalAddresses.isGone(((InetSocketAddress) channel.localAddress()).getAddress())) {
      fail(new LinkFailure.Lost(rendezvous, "this computer has another address"));
      return;
    }
    long patience = probeMillis(leastMillis, rttMillis());
    ping();
    long asked = cookie;
    loop.schedule(
        () -> {
          if (state == State.UP && answeredCookie < asked) {
            fail(new LinkFailure.Lost(rendezvous, "it fell silent"));
          }
        },
        patience,
        TimeUnit.MILLISECONDS);
  }

  /** Eight round trips, since TCP may have to send it again; from {@code leastMillis} to 5 s. */
  static long probeMillis(long leastMillis, long rttMillis) {
    return Math.max(leastMillis, Math.min(PROBE_MAX_MILLIS, 8 * rttMillis));
  }

  private void beImpatient(String why) {
    bePatient();
    patience =
        loop.schedule(
            () -> fail(new LinkFailure.NotRendezvous(rendezvous, why)),
            ANSWER_MILLIS,
            TimeUnit.MILLISECONDS);
  }

  private void bePatient() {
    if (patience != null) {
      patience.cancel(false);
      patience = null;
    }
  }

  private void fail(LinkFailure failure) {
    if (state != State.CLOSED) {
      end();
      listener.down(failure);
    }
  }

  private void end() {
    state = State.CLOSED;
    early.clear();
    bePatient();
    if (keepalive != null) {
      keepalive.cancel(false);
    }
    dialler.cancel();
    if (channel != null) {
      channel.close();
    }
  }

  /** Ends the link without a word to the listener; what was sent before still leaves. */
  public void close() {
    if (state != State.CLOSED) {
      end();
    }
  }

  /** Whether the login was accepted and the link holds. */
  public boolean isUp() {
    return state == State.UP;
  }

  /** The rendezvous' clock; until its greeting came, this computer's. */
  public RendezvousClock clock() {
    return clock == null ? RendezvousClock.guessed(0) : clock;
  }

  /** There and back over the link, in milliseconds, at least 1; 0 before there is a connection. */
  public long rttMillis() {
    if (channel == null) {
      return 0;
    }
    long micros = TimeUnit.NANOSECONDS.toMicros(connectNanos);
    if (channel instanceof EpollSocketChannel epoll && epoll.isActive()) {
      // The kernel's own measurement knows nothing of this process' slow first steps.
      micros = epoll.tcpInfo().rtt();
    }
    return Math.max(1, (micros + 500) / 1000);
  }

  /** The address this link goes to, for STUN beside it; null before there is a connection. */
  public TransportAddress remote() {
    return channel != null && channel.remoteAddress() instanceof InetSocketAddress address
        ? TransportAddress.of(address)
        : null;
  }
}
