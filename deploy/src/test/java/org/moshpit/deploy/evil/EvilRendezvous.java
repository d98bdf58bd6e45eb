package org.moshpit.deploy.evil;

import com.google.protobuf.ByteString;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.channel.epoll.EpollServerSocketChannel;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslHandshakeCompletionEvent;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.SecureRandom;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.function.BiFunction;
import org.moshpit.common.identity.SignedBoxRecord;
import org.moshpit.common.identity.SshFormatException;
import org.moshpit.common.netty.EventLoops;
import org.moshpit.common.sansio.TransportAddress;
import org.moshpit.common.wire.FrameCodec;
import org.moshpit.common.wire.HostPort;
import org.moshpit.common.wire.JoinUrl;
import org.moshpit.common.wire.Link;
import org.moshpit.common.wire.LinkTls;
import org.moshpit.common.wire.SpkiPin;
import org.moshpit.common.wire.proto.Answer;
import org.moshpit.common.wire.proto.Answered;
import org.moshpit.common.wire.proto.Claim;
import org.moshpit.common.wire.proto.Claimed;
import org.moshpit.common.wire.proto.ClientFrame;
import org.moshpit.common.wire.proto.Datagram;
import org.moshpit.common.wire.proto.Enrolled;
import org.moshpit.common.wire.proto.Hello;
import org.moshpit.common.wire.proto.Hinted;
import org.moshpit.common.wire.proto.Mode;
import org.moshpit.common.wire.proto.Observed;
import org.moshpit.common.wire.proto.Offer;
import org.moshpit.common.wire.proto.Offered;
import org.moshpit.common.wire.proto.Pong;
import org.moshpit.common.wire.proto.Record;
import org.moshpit.common.wire.proto.Registration;
import org.moshpit.common.wire.proto.ServerFrame;
import org.moshpit.common.wire.proto.StunServer;
import org.moshpit.common.wire.proto.Welcome;
import org.moshpit.rendezvous.responder.BindingResponder;
import org.moshpit.rendezvous.responder.ObservationTokens;
import org.moshpit.rendezvous.responder.RelayDoor;
import org.moshpit.rendezvous.responder.ResponderCounters;
import org.moshpit.rendezvous.responder.StunListener;
import org.moshpit.rendezvous.responder.StunSockets;

/**
 * A rendezvous under test control: it enrolls whoever comes, believes every login and every claim,
 * and passes offers, answers and datagrams on, each through {@link #bend} first. What went to whom
 * is kept. All work is done on one event loop; every method may be called from any thread.
 */
final class EvilRendezvous implements AutoCloseable {
  private static final SecureRandom RANDOM = new SecureRandom();

  /** An offer on its way: who waits for its answer, under which number, over which relay. */
  private record Exchange(Channel laptop, long number, int relay) {}

  /** The two ends of a relay; the laptop's is the link of its last exchange. */
  private record Relay(Channel laptop, String box) {}

  private final EventLoopGroup group = EventLoops.create("evil", 1);
  private final EventLoopGroup stunGroup = EventLoops.create("evil-stun", 1);
  private final SpkiPin pin;
  private final TransportAddress address;
  private final Channel listener;
  private final StunListener stun;
  private final byte[] stunKey = random(32);
  private final Map<String, byte[]> records = new ConcurrentHashMap<>();
  private final Map<String, Channel> boxes = new ConcurrentHashMap<>();
  private final Map<ByteString, Observed> claims = new HashMap<>();
  private final Map<ByteString, Exchange> exchanges = new HashMap<>();
  private final Map<ByteString, Integer> relayOfSession = new HashMap<>();
  private final Map<Integer, Relay> relays = new ConcurrentHashMap<>();
  private final List<Offer> offers = new CopyOnWriteArrayList<>();
  private final List<Offered> offered = new CopyOnWriteArrayList<>();
  private final List<Answered> answered = new CopyOnWriteArrayList<>();
  private volatile BiFunction<String, ServerFrame, ServerFrame> bend = (to, frame) -> frame;
  private int lastRelay;

  /**
   * Listens on {@code address}, TLS and STUN, and STUN on the next port too.
   *
   * @param address with a port
   */
  EvilRendezvous(TransportAddress address) throws IOException, GeneralSecurityException {
    this.address = address;
    KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
    generator.initialize(256);
    KeyPair pair = generator.generateKeyPair();
    SslContext tls = LinkTls.server(pair);
    pin = SpkiPin.of(pair.getPublic());
    listener =
        new ServerBootstrap()
            .group(group)
            .channel(EpollServerSocketChannel.class)
            .childHandler(
                new ChannelInitializer<Channel>() {
                  @Override
                  protected void initChannel(Channel channel) {
                    channel
                        .pipeline()
                        .addLast(tls.newHandler(channel.alloc()), FrameCodec.forServer())
                        .addLast(new Handler());
                  }
                })
            .bind(new InetSocketAddress(address.ip(), address.port()))
            .syncUninterruptibly()
            .channel();
    ObservationTokens tokens = new ObservationTokens(random(32));
    stun =
        StunListener.open(
            stunGroup,
            StunSockets.of(List.of(address)),
            sockets ->
                new BindingResponder(sockets, id -> stunKey, tokens, new ResponderCounters(), 1),
            new RelayDoor(random(32), (from, payload) -> {}),
            System::currentTimeMillis);
  }

  static byte[] random(int length) {
    byte[] bytes = new byte[length];
    RANDOM.nextBytes(bytes);
    return bytes;
  }

  private final class Handler extends SimpleChannelInboundHandler<ClientFrame> {
    private String name = "";

    @Override
    public void userEventTriggered(ChannelHandlerContext context, Object event) {
      if (event instanceof SslHandshakeCompletionEvent done && done.isSuccess()) {
        context.writeAndFlush(
            ServerFrame.newBuilder()
                .setHello(
                    Hello.newBuilder()
                        .setNonce(ByteString.copyFrom(random(32)))
                        .setVersionMin(Link.VERSION_MIN)
                        .setVersionMax(Link.VERSION_MAX)
                        .setTimeMillis(System.currentTimeMillis()))
                .build());
      }
    }

    @Override
    protected void channelRead0(ChannelHandlerContext context, ClientFrame frame) {
      Channel channel = context.channel();
      if (frame.hasLogin()) {
        name = frame.getLogin().getName();
        if (frame.getLogin().getMode() == Mode.BOX) {
          records.remove(name);
          boxes.put(name, channel);
        }
      }
      answer(channel, name, frame);
    }

    @Override
    public void channelInactive(ChannelHandlerContext context) {
      boxes.remove(name, context.channel());
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
      context.close();
    }
  }

  private void answer(Channel from, String name, ClientFrame frame) {
    ServerFrame.Builder reply = ServerFrame.newBuilder();
    switch (frame.getBodyCase()) {
      case PING -> reply.setPong(Pong.newBuilder().setCookie(frame.getPing().getCookie()));
      case ENROLL ->
          reply.setEnrolled(
              Enrolled.newBuilder()
                  .setName(frame.getEnroll().getName())
                  .setRegistration(registration()));
      case LOGIN ->
          reply.setWelcome(
              Welcome.newBuilder().setName(name).setEpoch(1).setRegistration(registration()));
      case PUBLISH -> records.put(name, frame.getPublish().getRecord().toByteArray());
      case CLAIM -> reply.setClaimed(claim(frame.getClaim()));
      case LOOKUP ->
          reply.setRecord(
              Record.newBuilder()
                  .setRequest(frame.getLookup().getRequest())
                  .setRecord(
                      ByteString.copyFrom(
                          records.getOrDefault(frame.getLookup().getName(), new byte[0]))));
      case OFFER -> offer(from, name, frame.getOffer());
      case ANSWER -> answer(frame.getAnswer());
      case DATAGRAM -> datagram(from, frame.getDatagram());
      case HINT -> {
        Relay relay = relays.get(frame.getHint().getRelay());
        if (relay != null) {
          Hinted.Builder hint = Hinted.newBuilder().setRelay(frame.getHint().getRelay());
          send(
              relay.laptop(),
              "laptop",
              ServerFrame.newBuilder().setHinted(hint.setSession(frame.getHint().getSession())));
        }
      }
      case CLOSE_RELAY -> relays.remove(frame.getCloseRelay().getRelay());
      default -> {
        // nothing needs an answer
      }
    }
    if (reply.getBodyCase() != ServerFrame.BodyCase.BODY_NOT_SET) {
      send(from, name, reply);
    }
  }

  private Registration registration() {
    return Registration.newBuilder()
        .setAgentId(ByteString.copyFrom(random(8)))
        .setStunKey(ByteString.copyFrom(stunKey))
        .setRealm(ByteString.copyFrom(pin.hash()))
        .addStun(StunServer.newBuilder().setPort(address.port()))
        .addStun(StunServer.newBuilder().setPort(address.port() + 1))
        .build();
  }

  private Claimed claim(Claim claim) {
    claims.put(
        claim.getSocket(),
        Observed.newBuilder()
            .setSocket(claim.getSocket())
            .setIp(claim.getIp())
            .setPort(claim.getPort())
            .build());
    return Claimed.newBuilder().setSocket(claim.getSocket()).setAdopted(true).build();
  }

  private List<Observed> seen(List<ByteString> sockets) {
    return sockets.stream().map(claims::get).filter(java.util.Objects::nonNull).toList();
  }

  private void offer(Channel laptop, String name, Offer offer) {
    offers.add(offer);
    byte[] record = records.get(offer.getName());
    if (record != null && serial(record) != offer.getRecordSerial()) {
      send(
          laptop,
          "laptop",
          ServerFrame.newBuilder()
              .setAnswered(
                  Answered.newBuilder()
                      .setExchange(offer.getExchange())
                      .setRecord(ByteString.copyFrom(record))));
      return;
    }
    int relay =
        offer.getSession().isEmpty()
            ? ++lastRelay
            : relayOfSession.computeIfAbsent(offer.getSession(), session -> ++lastRelay);
    ByteString exchange = ByteString.copyFrom(random(16));
    exchanges.put(exchange, new Exchange(laptop, offer.getExchange(), relay));
    relays.put(relay, new Relay(laptop, offer.getName()));
    Channel box = boxes.get(offer.getName());
    if (box != null) {
      send(
          box,
          offer.getName(),
          ServerFrame.newBuilder()
              .setOffered(
                  Offered.newBuilder()
                      .setExchange(exchange)
                      .setFrom(name)
                      .setFromKey(ByteString.copyFrom(new byte[32]))
                      .setSealed(offer.getSealed())
                      .addAllObserved(seen(offer.getSocketList()))
                      .setSession(offer.getSession())
                      .setRelay(relay)));
    }
  }

  private static long serial(byte[] record) {
    try {
      return SignedBoxRecord.parse(record).record().serial();
    } catch (SshFormatException e) {
      throw new IllegalStateException("a box published no record", e);
    }
  }

  private void answer(Answer answer) {
    Exchange exchange = exchanges.get(answer.getExchange());
    if (exchange == null) {
      return;
    }
    if (answer.getAdmitted()) {
      relayOfSession.put(answer.getSession(), exchange.relay());
    }
    send(
        exchange.laptop(),
        "laptop",
        ServerFrame.newBuilder()
            .setAnswered(
                Answered.newBuilder()
                    .setExchange(exchange.number())
                    .setSealed(answer.getSealed())
                    .addAllObserved(seen(answer.getSocketList()))
                    .setRelay(answer.getAdmitted() ? exchange.relay() : 0)));
  }

  private void datagram(Channel from, Datagram datagram) {
    Relay relay = relays.get(datagram.getRelay());
    if (relay == null) {
      return;
    }
    boolean toBox = from == relay.laptop();
    Channel to = toBox ? boxes.get(relay.box()) : relay.laptop();
    if (to != null) {
      send(to, toBox ? relay.box() : "laptop", ServerFrame.newBuilder().setDatagram(datagram));
    }
  }

  private void send(Channel to, String name, ServerFrame.Builder frame) {
    ServerFrame bent = bend.apply(name, frame.build());
    if (bent == null) {
      return;
    }
    if (bent.hasOffered()) {
      offered.add(bent.getOffered());
    } else if (bent.hasAnswered()) {
      answered.add(bent.getAnswered());
    }
    to.writeAndFlush(bent);
  }

  /**
   * From now on everything goes through {@code bending}: the receiver ({@code laptop} or the box's
   * name) and the frame in, the frame that is sent instead out, null for none.
   */
  void bend(BiFunction<String, ServerFrame, ServerFrame> bending) {
    bend = bending;
  }

  /** Honest again, with nothing remembered of what went by; registrations and relays stay. */
  void honest() {
    bend = (to, frame) -> frame;
    offers.clear();
    offered.clear();
    answered.clear();
  }

  /** Says something to a box of its own accord, unbent. */
  void tellBox(String name, ServerFrame.Builder frame) {
    Channel box = boxes.get(name);
    if (box == null) {
      throw new IllegalStateException(name + " is not here");
    }
    box.writeAndFlush(frame.build());
  }

  /** Says something to the laptop that made the last offer. */
  void tellLaptop(ServerFrame.Builder frame) {
    relays.get(relay()).laptop().writeAndFlush(frame.build());
  }

  /** The relay of the last new session. */
  int relay() {
    return relays.keySet().stream().max(Integer::compare).orElseThrow();
  }

  /** The session that the last answer with a relay opened. */
  ByteString session() {
    return group
        .submit(
            () ->
                relayOfSession.entrySet().stream()
                    .filter(entry -> entry.getValue() == relay())
                    .findFirst()
                    .orElseThrow()
                    .getKey())
        .syncUninterruptibly()
        .getNow();
  }

  boolean online(String box) {
    return boxes.containsKey(box) && records.containsKey(box);
  }

  byte[] record(String box) {
    return records.get(box);
  }

  /** Every offer that came in since {@link #honest}. */
  List<Offer> offers() {
    return offers;
  }

  /** Every offer as it went out. */
  List<Offered> offered() {
    return offered;
  }

  /** Every answer as it went out. */
  List<Answered> answered() {
    return answered;
  }

  byte[] realm() {
    return pin.hash();
  }

  /** Takes any token. */
  JoinUrl joinUrl(SpkiPin of) {
    return new JoinUrl(
        new HostPort(address.ip().getHostAddress(), address.port()),
        List.of(of),
        List.of(),
        new JoinUrl.Token(new byte[JoinUrl.Token.LENGTH]));
  }

  SpkiPin pin() {
    return pin;
  }

  @Override
  public void close() {
    stun.close();
    listener.close().syncUninterruptibly();
    boxes.values().forEach(Channel::close);
    group.shutdownGracefully(0, 1, TimeUnit.SECONDS).syncUninterruptibly();
    stunGroup.shutdownGracefully(0, 1, TimeUnit.SECONDS).syncUninterruptibly();
  }
}
