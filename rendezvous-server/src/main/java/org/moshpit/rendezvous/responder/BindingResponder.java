package org.moshpit.rendezvous.responder;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import org.moshpit.common.sansio.TransportAddress;
import org.moshpit.common.stun.ChangeRequest;
import org.moshpit.common.stun.ErrorCode;
import org.moshpit.common.stun.MessageIntegrity;
import org.moshpit.common.stun.Nonce;
import org.moshpit.common.stun.OtherAddress;
import org.moshpit.common.stun.ResponsePort;
import org.moshpit.common.stun.SocketIdAttribute;
import org.moshpit.common.stun.StunAttribute;
import org.moshpit.common.stun.StunClass;
import org.moshpit.common.stun.StunEncoder;
import org.moshpit.common.stun.StunMessage;
import org.moshpit.common.stun.StunParse.Parsed;
import org.moshpit.common.stun.StunParser;
import org.moshpit.common.stun.TimeAttribute;
import org.moshpit.common.stun.TransactionId;
import org.moshpit.common.stun.UnknownAttributes;
import org.moshpit.common.stun.Username;
import org.moshpit.common.stun.XorMappedAddress;

/**
 * Answers Binding requests (RFC 8489 §6.3.1; RFC 5780 §6), or keeps silent. A function of the
 * datagram, its source and the time, but for the quotas. One thread.
 */
public final class BindingResponder {
  /** Largest answer to a request that is not an agent's, bytes. */
  public static final int MAX_STRANGER_ANSWER = 48;

  /** How far an agent's TIME may be off the rendezvous' clock, milliseconds. */
  public static final long MAX_TIME_OFF_MILLIS = 600_000;

  private static final Pattern AGENT_ID = Pattern.compile("[0-9a-f]{16}");
  private static final int FINGERPRINT_LENGTH = 8;

  private final StunSockets sockets;
  private final AgentKeys keys;
  private final ObservationTokens tokens;
  private final ResponderCounters counters;
  private final SteppedClock clock;
  private final AnswerQuotas quotas;

  /**
   * The only one of a rendezvous whose wall clock nobody sets; else as the other constructor.
   *
   * @param seed random, keys the tables of its quotas
   */
  public BindingResponder(
      StunSockets sockets,
      AgentKeys keys,
      ObservationTokens tokens,
      ResponderCounters counters,
      long seed) {
    this(
        sockets,
        keys,
        tokens,
        counters,
        new AnswerQuotas(seed),
        new SteppedClock(() -> 0, () -> 0));
  }

  /**
   * @param sockets the sockets it answers on
   * @param keys whose requests are authentic
   * @param tokens makes the NONCE of an answer
   * @param counters counts the outcomes; may be shared
   * @param quotas what each source may have of all responders that share them
   * @param clock knows the times of day that agents were told; its steady time is what {@link
   *     #respond} is given
   */
  public BindingResponder(
      StunSockets sockets,
      AgentKeys keys,
      ObservationTokens tokens,
      ResponderCounters counters,
      AnswerQuotas quotas,
      SteppedClock clock) {
    this.clock = clock;
    this.sockets = sockets;
    this.keys = keys;
    this.tokens = tokens;
    this.counters = counters;
    this.quotas = quotas;
  }

  /**
   * The answer to one datagram, or null for silence.
   *
   * @param datagram what arrived, any bytes, not changed afterwards
   * @param source where from
   * @param socket on which socket, a number of {@link StunSockets}
   * @param unixMillis the rendezvous' clock, the one that does not step
   */
  public Reply respond(byte[] datagram, TransportAddress source, int socket, long unixMillis) {
    if (!(StunParser.parse(datagram) instanceof Parsed request)) {
      return silence(Outcome.GARBAGE);
    }
    if (!request.message().isBinding(StunClass.REQUEST)) {
      return silence(Outcome.NOT_A_REQUEST);
    }
    Optional<Username> username = request.message().first(Username.class);
    if (username.isPresent()) {
      return agent(request, username.get(), datagram.length, source, socket, unixMillis);
    }
    if (request.has(MessageIntegrity.SHA1) || request.has(MessageIntegrity.SHA256)) {
      return silence(Outcome.NOT_AUTHENTIC);
    }
    return stranger(request, source, socket, unixMillis);
  }

  private Reply agent(
      Parsed request,
      Username username,
      int requestLength,
      TransportAddress source,
      int socket,
      long unixMillis) {
    if (!AGENT_ID.matcher(username.text()).matches()) {
      return silence(Outcome.UNKNOWN_AGENT);
    }
    long agentId = Long.parseUnsignedLong(username.text(), 16);
    byte[] key = keys.stunKey(agentId);
    if (key == null) {
      return silence(Outcome.UNKNOWN_AGENT);
    }
    if (!request.verifies(key) || !request.hasFingerprint()) {
      return silence(Outcome.NOT_AUTHENTIC);
    }
    StunMessage message = request.message();
    Optional<SocketIdAttribute> socketId = message.first(SocketIdAttribute.class);
    Optional<TimeAttribute> time = message.first(TimeAttribute.class);
    int from = answeringSocket(message, socket);
    if (socketId.isEmpty()
        || time.isEmpty()
        || from == StunSockets.NONE
        || !request.unknownRequired().isEmpty()) {
      return silence(Outcome.INCOMPLETE);
    }
    if (!clock.isNear(time.get().unixMillis(), unixMillis, MAX_TIME_OFF_MILLIS)) {
      return silence(Outcome.STALE);
    }
    // Who has captured a request can repeat it until it is stale.
    if (!quotas.admitAgent(agentId, source.ip(), unixMillis)) {
      return silence(Outcome.RATE_LIMITED);
    }
    Optional<ResponsePort> elsewhere = message.first(ResponsePort.class);
    List<StunAttribute> seen = new ArrayList<>(3);
    seen.add(new XorMappedAddress(source));
    if (elsewhere.isEmpty()) {
      // At another port it is no proof that the address belongs to the socket.
      seen.add(new Nonce(tokens.issue(agentId, socketId.get().socket(), source, unixMillis)));
    }
    byte[] answer = agentAnswer(message.transactionId(), seen, socket, key, requestLength);
    if (answer == null) {
      return silence(Outcome.TOO_SMALL);
    }
    counters.count(Outcome.AGENT_ANSWERED);
    // Only for agents: a stranger could have it sent to a neighbour behind the same address.
    TransportAddress destination =
        elsewhere.map(port -> new TransportAddress(source.ip(), port.port())).orElse(source);
    return new Reply(from, destination, answer);
  }

  /** The answer with OTHER-ADDRESS if it fits, else without; null if that is too large as well. */
  private byte[] agentAnswer(
      TransactionId id, List<StunAttribute> seen, int socket, byte[] key, int requestLength) {
    TransportAddress other = sockets.otherAddressAndPort(socket);
    if (other != null) {
      List<StunAttribute> full = new ArrayList<>(seen);
      full.add(new OtherAddress(other));
      byte[] bytes = StunEncoder.encode(success(id, full), key);
      if (bytes.length <= requestLength) {
        return bytes;
      }
    }
    byte[] bytes = StunEncoder.encode(success(id, seen), key);
    return bytes.length <= requestLength ? bytes : null;
  }

  private static StunMessage success(TransactionId id, List<StunAttribute> attributes) {
    return new StunMessage(StunClass.SUCCESS, StunMessage.BINDING, id, attributes);
  }

  private Reply stranger(Parsed request, TransportAddress source, int socket, long unixMillis) {
    if (!quotas.admitStranger(source.ip(), unixMillis)) {
      return silence(Outcome.RATE_LIMITED);
    }
    StunMessage message = request.message();
    List<Integer> unknown = new ArrayList<>(request.unknownRequired());
    int from = answeringSocket(message, socket);
    if (from == StunSockets.NONE) {
      unknown.add(ChangeRequest.TYPE);
    }
    if (message.has(ResponsePort.class)) {
      unknown.add(ResponsePort.TYPE);
    }
    if (!unknown.isEmpty()) {
      counters.count(Outcome.STRANGER_REFUSED);
      return new Reply(socket, source, refusal(message.transactionId(), unknown));
    }
    byte[] answer =
        strangerAnswer(message.transactionId(), source, socket, request.hasFingerprint());
    counters.count(Outcome.STRANGER_ANSWERED);
    return new Reply(from, source, answer);
  }

  /** XOR-MAPPED-ADDRESS, and as much of the rest as {@link #MAX_STRANGER_ANSWER} allows. */
  private byte[] strangerAnswer(
      TransactionId id, TransportAddress source, int socket, boolean fingerprint) {
    List<StunAttribute> attributes = new ArrayList<>(2);
    attributes.add(new XorMappedAddress(source));
    int length = StunMessage.HEADER_LENGTH + (source.isIpv6() ? 24 : 12);
    boolean withFingerprint = fingerprint && length + FINGERPRINT_LENGTH <= MAX_STRANGER_ANSWER;
    length += withFingerprint ? FINGERPRINT_LENGTH : 0;
    TransportAddress other = sockets.otherAddressAndPort(socket);
    if (other != null && length + (other.isIpv6() ? 24 : 12) <= MAX_STRANGER_ANSWER) {
      attributes.add(new OtherAddress(other));
    }
    StunMessage answer = success(id, attributes);
    return withFingerprint ? StunEncoder.encodeWithFingerprint(answer) : StunEncoder.encode(answer);
  }

  /** RFC 8489 §6.3.1: 420 with the types not understood, as many as fit. */
  private static byte[] refusal(TransactionId id, List<Integer> unknown) {
    List<Integer> named = unknown.subList(0, Math.min(unknown.size(), 8));
    return StunEncoder.encode(
        StunMessage.error(
            id, new ErrorCode(ErrorCode.UNKNOWN_ATTRIBUTE, ""), new UnknownAttributes(named)));
  }

  /** Where CHANGE-REQUEST wants the answer from, {@link StunSockets#NONE} if there is no such. */
  private int answeringSocket(StunMessage message, int socket) {
    Optional<ChangeRequest> change = message.first(ChangeRequest.class);
    if (change.isEmpty()) {
      return socket;
    }
    int from = change.get().changeIp() ? sockets.otherAddress(socket) : socket;
    boolean otherPort = change.get().changePort() && from != StunSockets.NONE;
    return otherPort ? sockets.otherPort(from) : from;
  }

  private Reply silence(Outcome outcome) {
    counters.count(outcome);
    return null;
  }
}
